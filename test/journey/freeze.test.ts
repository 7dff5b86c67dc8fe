/** A freeze that comes while something is about to be given: it holds for whatever is not yet recorded. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { run as freeze } from '../../src/cli/freeze.ts'
import { run as thaw } from '../../src/cli/thaw.ts'
import { run as verify } from '../../src/cli/verify.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Card } from '../../src/domain/cards/card.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

const CONFIG = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - { entitlements: [vault/readonly], requesters: [everyone], quorum: 0 }
`

let redis: TestRedis
let app: App
let local: InProcess
/** What happens while the account is looked up for this time, counted from 1. */
let meanwhile: (time: number) => Promise<unknown>

beforeEach(async () => {
  redis = await startRedis()
  let looked = 0
  meanwhile = async () => undefined
  local = makeInProcess({
    call: async (does) => {
      if (does !== 'resolve') return
      looked += 1
      await meanwhile(looked)
    },
  })
  const { kinds } = local
  const env = { REDIS_URL: redis.url, CURFEW_KEY: RECORDED_KEY, PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: CONFIG, env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  app = await assemble({ config: read.config, overrides: { kinds, log: makeLog({ level: 'silent' }) } })
})
afterEach(async () => {
  await app?.stop()
  await redis?.stop()
})

const ask = (): Promise<Card> =>
  local.act('ana', { kind: 'words', text: 'request vault/readonly 1h because of INC-42', mentions: [] })
const types = async (): Promise<readonly string[]> =>
  (await redis.client.xrange('{curfew}:journal', '-', '+')).map(
    ([, fields]) => (JSON.parse(fields[1] ?? '{}') as { event: { type: string } }).event.type,
  )

it('holds for a request that was read before it', async () => {
  meanwhile = () => runCommand(freeze, redis.url, ['now'])
  expect(await ask()).toMatchObject({
    title: 'Not done',
    summary: [{ text: expect.stringContaining('frozen by') }, {}, {}],
  })
  // Looking through the targets goes on beside it.
  expect((await types()).filter((type) => !type.startsWith('survey'))).toEqual(['frozen', 'refused'])
  expect((await runCommand(verify, redis.url, [])).code).toBe(0)
})

it(
  'holds for access whose second check was under way, and it is given once thawed',
  { timeout: 20_000 },
  async () => {
    const posted = async () => (await types()).filter((type) => type === 'posted').length
    meanwhile = async (time) => {
      if (time === 1 || (await types()).includes('frozen')) return
      const before = await posted()
      await expect.poll(posted, { timeout: 5_000, interval: 20 }).toBe(2)
      // Both cards stand, so that nothing but the freeze can overtake this check.
      if (before === 2) await runCommand(freeze, redis.url, ['now'])
    }
    expect((await ask()).title).toBe('Approved by policy')
    await expect.poll(types, { timeout: 10_000, interval: 50 }).toContain('unclear')
    expect(await types()).not.toContain('cleared')
    expect(local.held.size).toBe(0)
    await runCommand(thaw, redis.url, [])
    await expect.poll(types, { timeout: 10_000, interval: 50 }).toContain('confirmed')
    expect(local.held.size).toBe(1)
  },
)
