/** A start that must not be is one readable line and exit code 2; an end in the middle of work is in time, and loses nothing. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { RedisConfig } from '../../src/sandbox/redis-server.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
const redises: TestRedis[] = []
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())
afterEach(async () => {
  bench.slack.stopFailing()
  for (const redis of redises.splice(0)) await redis.stop()
})

/** How a start ended that should not have been; rejects when it went well. */
const refused = async (env: Record<string, string>): Promise<{ code: number; says: string }> => {
  try {
    const bot = await bench.startBot(env)
    await bot.end('SIGKILL')
  } catch (thrown) {
    const { code, message } = thrown as { code: number; message: string }
    return { code, says: message.replace(/^The bot ended with \d+: /, '') }
  }
  throw new Error('it started')
}

/** A Redis without any live access. */
const emptyRedis = async (config: RedisConfig = {}): Promise<Record<string, string>> => {
  const redis = await startRedis(config)
  redises.push(redis)
  return { REDIS_URL: redis.url }
}

const configFile = async (change: (yaml: string) => string): Promise<Record<string, string>> => {
  const { readFile } = await import('node:fs/promises')
  const file = join(bench.folder, 'other.yaml')
  await writeFile(file, change(await readFile(bench.env.CURFEW_CONFIG ?? '', 'utf8')))
  return { CURFEW_CONFIG: file }
}

const GUID = '6f0e2c1a-0000-4000-8000-000000000001'
const TEAMS = { MicrosoftAppId: GUID, MicrosoftAppTenantId: GUID, MicrosoftAppPassword: 'pa55word-of-teams' }
const SECRETS = ['pa55word-of-teams', 'xoxb-', 'xapp-', 'postgresql://']

describe('a start is refused with one line that says what mends it', () => {
  const cases: readonly (readonly [string, () => Promise<Record<string, string>>, RegExp])[] = [
    [
      'a file that is no YAML',
      () => configFile((yaml) => yaml.replace('targets:', 'targets: [')),
      /other\.yaml:\d+/,
    ],
    [
      'Teams without an app id, which its SDK takes for “verify nothing”',
      async () => ({ ...TEAMS, MicrosoftAppId: '' }),
      /MicrosoftAppId is missing or wrong\. Set it: teams does not work without\./,
    ],
    [
      'a type of app that Teams does not know, which its SDK takes for “everybody’s”',
      async () => ({ ...TEAMS, MicrosoftAppType: 'SingelTenant' }),
      /MicrosoftAppType \(one of SingleTenant, MultiTenant, UserAssignedMSI\) is missing or wrong/,
    ],
    [
      'a tab',
      () => configFile((yaml) => yaml.replace('  orders-db:', '\torders-db:')),
      /other\.yaml:5: .*tab\. Indent with spaces/,
    ],
    [
      'a key that nobody knows',
      () => configFile((yaml) => `${yaml}\napprovres: [ana@acme.test]\n`),
      /`approvres`: Unknown setting\. Known here: audit,/,
    ],
    [
      'a file that is not there',
      async () => ({ CURFEW_CONFIG: join(bench.folder, 'nowhere.yaml') }),
      /nowhere\.yaml/,
    ],
    [
      'no key for the marks',
      async () => ({ CURFEW_KEY: '' }),
      /CURFEW_KEY is not set\. Set it to 32 or more/,
    ],
    [
      'a short key',
      async () => ({ CURFEW_KEY: 'short' }),
      /CURFEW_KEY is shorter than 32 characters\. .*openssl/,
    ],
    ['a secret that the file names', async () => ({ ORDERS_DB_URL: '' }), /ORDERS_DB_URL/],
    [
      'no app token',
      async () => ({ SLACK_APP_TOKEN: '' }),
      /SLACK_APP_TOKEN .*SLACK_SIGNING_SECRET.* is missing/,
    ],
    [
      'a bot token that Slack refuses',
      async () => ({ SLACK_BOT_TOKEN: 'xoxb-wrong' }),
      /Slack refuses SLACK_BOT_TOKEN \(invalid_auth\): install the app again/,
    ],
    [
      'an app token that Slack refuses',
      async () => ({ SLACK_APP_TOKEN: 'xapp-wrong' }),
      /Slack refuses SLACK_APP_TOKEN \(invalid_auth\): make an app-level token/,
    ],
    [
      'a Redis that may evict',
      () => emptyRedis({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' }),
      /maxmemory-policy noeviction/,
    ],
    ['a Redis that keeps nothing', () => emptyRedis({ appendonly: 'no' }), /appendonly yes/],
  ]

  it.each(cases)('%s', { timeout: 20_000 }, async (_, wrong, line) => {
    const redis = await emptyRedis()
    const { code, says } = await refused({ ...redis, ...(await wrong()) })
    expect(says).toMatch(line)
    expect(code).toBe(2)
    expect(says).not.toMatch(/\n\s+at |Unhandled|unhandled/)
    for (const secret of SECRETS) expect(says).not.toContain(secret)
  })

  it('no Redis at all: it could be there in a moment, so the code is another one', async () => {
    const { code, says } = await refused({ REDIS_URL: `unix://${join(bench.folder, 'nobody.sock')}` })
    expect([code, says]).toEqual([
      1,
      'Curfew could not start: Redis cannot be reached: check REDIS_URL, and that it runs (ENOENT)\n',
    ])
  })
})

describe('SIGTERM', () => {
  const endInTime = async (): Promise<void> => {
    const began = performance.now()
    expect(await bench.bot().end('SIGTERM')).toBe(0)
    expect(performance.now() - began).toBeLessThan(12_000)
  }

  it(
    'while PostgreSQL holds a grant up: it is given after the next start, once',
    { timeout: 60_000 },
    async () => {
      const who = await bench.newPerson()
      const id = await bench.ask(who, `${READONLY} 1h because of INC-42`)
      const admin = await bench.postgres.connectAs('postgres', new URL(bench.postgres.url).password, 'orders')
      await admin.query('BEGIN; LOCK TABLE pg_auth_members IN EXCLUSIVE MODE')
      await bench.press('bob', 'Approve', id)
      const attempted = async () =>
        (await bench.events()).filter(({ type, does }) => type === 'attempted' && does === 'grant')
      await expect.poll(attempted, { timeout: 10_000 }).toHaveLength(1)
      await endInTime()
      expect(await bench.orders.canRead(who)).toBe(false)
      await admin.query('ROLLBACK')
      await admin.end()
      await bench.startBot()
      await bench.untilLine(id, 'Access is given', 30_000)
      expect(await bench.orders.canRead(who)).toBe(true)
      const confirmed = (await bench.events()).filter(({ type }) => type === 'confirmed')
      expect(confirmed.map(({ record }) => record)).toEqual([`r:${id}`])
    },
  )

  it(
    'while Slack does not answer: what was not told is told after the next start',
    { timeout: 60_000 },
    async () => {
      const who = await bench.newPerson()
      const id = await bench.ask(who, `${READONLY} 1h because of INC-42`)
      bench.slack.failCalls('chat.postMessage', { does: 'hang' })
      bench.slack.failCalls('chat.update', { does: 'hang' })
      expect(await bench.type(who, `withdraw ${id}`)).toContain('Withdrawn')
      await endInTime()
      bench.slack.stopFailing()
      await bench.startBot()
      await bench.untilLine(id, 'Withdrawn', 30_000)
      expect(bench.lines(id)).toHaveLength(2)
    },
  )
})
