/**
 * Wherever Redis is, by whatever way: the whole of asking, giving and ending, on real servers. Where servers take over
 * from one another the master is killed, and what was due ends.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { RECORDED_CONFIG } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import {
  freePort,
  type RedisSet,
  startRedisCluster,
  startSentinelSet,
  until,
} from '../fixtures/redis-sets.ts'

const CASE = { timeout: 30_000 }
/** Time may be moved a little, so that an end comes soon. */
const MOVED = `local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000) + (tonumber(redis.call('GET', '{curfew}:ahead')) or 0)
end`
const AHEAD_MS = 8_000

const closers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

interface Bot {
  readonly app: App
  readonly local: InProcess
  readonly log: readonly string[]
}

const startBot = async (env: Readonly<Record<string, string>>): Promise<Bot> => {
  const local = makeInProcess()
  const log: string[] = []
  const read = readConfig({
    text: RECORDED_CONFIG,
    kinds: local.kinds,
    env: { CURFEW_KEY: 'places'.repeat(8), PORT: '0', HOST: '127.0.0.1', ...env },
  })
  if (!read.ok) throw new Error(read.problems.map(({ message, hint }) => `${message} ${hint}`).join('\n'))
  const destination = { write: (line: string) => void log.push(line) }
  const overrides = {
    kinds: local.kinds,
    prelude: MOVED,
    log: makeLog({ level: 'debug', destination, secrets: read.config.secrets }),
  }
  const app = await assemble({ config: read.config, overrides })
  closers.push(() => app.stop())
  return { app, local, log }
}

/** Asked, approved and given; answers the id. */
const give = async ({ local }: Bot): Promise<string> => {
  const asked = await local.act('ana', {
    kind: 'words',
    mentions: [],
    text: `vault/readonly 10s because of INC-42`,
  })
  const id = /R-[0-9A-Z]{6}/.exec(JSON.stringify(asked))?.[0] ?? ''
  await local.act('bob', { kind: 'press', verb: 'approve', value: id })
  await until('access is given', async () => local.held.size === 1)
  return id
}

const untilEnded = async (bot: Bot): Promise<void> => {
  await until('access is gone', async () => bot.local.held.size === 0)
}

const giveAndTakeBack = async (bot: Bot): Promise<void> => {
  const text = `done ${await give(bot)}`
  await bot.local.act('ana', { kind: 'words', mentions: [], text })
  await untilEnded(bot)
  expect(bot.app.doubts()).toEqual([])
}

const journey = async (env: Readonly<Record<string, string>>): Promise<Bot> => {
  const bot = await startBot(env)
  await giveAndTakeBack(bot)
  return bot
}

const PASSWORD = 's3same@/'
const IDENTITY = `curfew:${encodeURIComponent(PASSWORD)}@`

/** The user that the documentation makes. */
const addUser = async ({ client }: TestRedis): Promise<void> => {
  const line = /^user (curfew on .*)$/m.exec(readFileSync('docs/redis.md', 'utf8'))?.[1] ?? ''
  const rules = line.split(' ').map((rule) => (rule.startsWith('>') ? `>${PASSWORD}` : rule))
  await client.call('ACL', 'SETUSER', ...rules)
}

/** What that user asked for in vain. */
const refusedCommands = async ({ client }: TestRedis): Promise<readonly unknown[]> => {
  const rows = (await client.acl('LOG')) as unknown[][]
  return [...new Set(rows.map((row) => row[row.indexOf('object') + 1]))]
}

describe.concurrent('one server', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'curfew-tls-'))
    closers.push(async () => rmSync(folder, { recursive: true, force: true }))
    makeCertificates(folder)
  })
  const file = (name: string): string => join(folder, name)

  const startServer = async (config: Record<string, string>): Promise<TestRedis> => {
    const redis = await startRedis(config)
    closers.push(() => redis.stop())
    return redis
  }

  it('by TLS, with certificates on both sides', CASE, async () => {
    const port = await freePort()
    await startServer({
      bind: '127.0.0.1',
      'tls-port': String(port),
      'tls-ca-cert-file': file('ca.crt'),
      'tls-cert-file': file('redis.crt'),
      'tls-key-file': file('redis.key'),
    })
    const REDIS_URL = `rediss://localhost:${port}`
    const own = { REDIS_CERT_FILE: file('curfew.crt'), REDIS_KEY_FILE: file('curfew.key') }
    await journey({ REDIS_URL, REDIS_CA_FILE: file('ca.crt'), ...own })
    const because = (env: Record<string, string>) => startBot({ REDIS_URL, ...env }).catch(String)
    expect(await because(own)).toMatch(/its certificate is not trusted: set REDIS_CA_FILE \(/)
    expect(await because({ REDIS_CA_FILE: file('ca.crt') })).toMatch(
      /it hung up: it may want TLS \(rediss\) or a certificate \(REDIS_CERT_FILE/,
    )
    const elsewhere = { REDIS_URL: `rediss://127.0.0.1:${port}`, REDIS_CA_FILE: file('ca.crt'), ...own }
    expect(await because(elsewhere)).toMatch(/for another name than REDIS_URL says \(/)
  })

  it('as a user with no more rights than the documentation gives', CASE, async () => {
    const redis = await startServer({})
    await addUser(redis)
    const port = await freePort()
    await redis.client.config('SET', 'port', String(port))
    const bot = await journey({ REDIS_URL: `redis://${IDENTITY}127.0.0.1:${port}` })
    // CONFIG GET would show passwords, too: Curfew does without.
    expect(await refusedCommands(redis)).toEqual(['config|get'])
    expect(bot.log.join('')).not.toMatch(/s3same|NOPERM/)
    const wrong = startBot({ REDIS_URL: `redis://curfew:s3cret-and-wrong@127.0.0.1:${port}` }).catch(String)
    expect(await wrong).toMatch(/WRONGPASS/)
    expect(await wrong).not.toContain('s3cret')
  })
})

const makeCertificates = (folder: string): void => {
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  }
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1']
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Test authority')
  for (const name of ['redis', 'curfew']) {
    const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-addext', 'subjectAltName=DNS:localhost']
    openssl(
      'req',
      '-x509',
      ...key,
      ...by,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
      '-subj',
      `/CN=${name}`,
    )
  }
}

/** Nothing is refused to the user that every server has. */
describe.concurrent.each<[string, () => Promise<RedisSet>, string, readonly string[]]>([
  ['sentinels', startSentinelSet, '', []],
  ['a cluster', startRedisCluster, IDENTITY, ['config|get']],
])('%s', (_, start, identity, refused) => {
  it('the master is killed: what was due ends, and what is asked then is given', CASE, async () => {
    const set = await start()
    closers.push(set.stop)
    for (const server of set.servers) await addUser(server)
    const bot = await startBot({ REDIS_URL: set.url(identity) })
    await give(bot)
    const old = await set.master()
    await old.client.set('{curfew}:ahead', AHEAD_MS)
    await old.client.wait(1, 1_000)
    await old.kill()
    await untilEnded(bot)
    expect(await set.master()).not.toBe(old)
    await giveAndTakeBack(bot)
    // A file synced at every write is not enough where another server may take over.
    expect(bot.log.join('')).toContain('"way":"replica"')
    expect(await refusedCommands(await set.master())).toEqual(refused)
  })
})
