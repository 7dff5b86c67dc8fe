/** Credentials of a target that has them: made at each press, shown to the holder alone, and kept nowhere. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Card } from '../../src/domain/cards/card.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { readEverything } from '../fixtures/read-everything.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

const YAML = `
operators: [boss@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, reveals: true, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: [vault/readonly]
    requesters: [everyone]
    quorum: 0
`

let redis: TestRedis
let app: App
let local: InProcess
const log: string[] = []
beforeAll(async () => {
  redis = await startRedis()
  local = makeInProcess()
  const env = { REDIS_URL: redis.url, CURFEW_KEY: 'reveal'.repeat(8), PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: YAML, env, kinds: local.kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const overrides = {
    kinds: local.kinds,
    log: makeLog({ level: 'trace', destination: { write: (line: string) => void log.push(line) } }),
  }
  app = await assemble({ config: read.config, overrides })
})
afterAll(async () => {
  await app?.stop()
  await redis?.stop()
})

const press = (who: string, id: string, again = false): Promise<Card> =>
  local.act(who, { kind: 'press', verb: 'reveal', value: id }, again)
const secretsIn = ({ parts }: Card): readonly string[] =>
  parts.flatMap((part) => (part.part === 'secret' && part.label === 'Password' ? [part.value] : []))

it('are new at each press, shown to the holder alone, and in no record, log or replay', async () => {
  const asked = await local.act('ana', {
    kind: 'words',
    mentions: [],
    text: 'vault/readonly 1h because of INC-42',
  })
  const id = /R-[0-9A-Z]{6}/.exec(JSON.stringify(asked))?.[0] ?? ''
  await expect.poll(() => local.held.size, { timeout: 5_000 }).toBe(1)
  await expect
    .poll(async () => JSON.stringify(await press('ana', id)), { timeout: 5_000 })
    .toContain('Password')
  const first = secretsIn(await press('ana', id))
  expect(first).toEqual([local.secrets.at(-1)])
  const replay = await press('ana', id, true)
  expect([replay.title, secretsIn(replay)]).toEqual(['Shown before', []])
  const second = secretsIn(await press('ana', id))
  expect(second).not.toEqual(first)
  const made = local.secrets.length
  const refused = await press('bob', id)
  expect([JSON.stringify(refused), local.secrets.length]).toEqual([
    expect.stringContaining('Only ana can see these credentials'),
    made,
  ])
  const stored = await readEverything(redis.client)
  for (const secret of local.secrets) {
    expect(stored).not.toContain(secret)
    expect(log.join('')).not.toContain(secret)
  }
  expect(stored).toContain('revealed')
})
