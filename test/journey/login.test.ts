/** A login made for a grant, from the request to the last trace of it: shown, extended, ended, cleaned up. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Card } from '../../src/domain/cards/card.ts'
import { makeLog } from '../../src/infra/log.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { NET_MS } from '../../src/targets/postgres/login/server-time.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { comeWith, isRefused, type LoginServer, startLogins, valueIn } from '../fixtures/postgres-login.ts'
import { readEverything } from '../fixtures/read-everything.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

const YAML = `
operators: [boss@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  orders-db:
    kind: postgres
    url: \${ORDERS_DB_URL}
    account: "{email.local}"
    roles:
      readonly: { login: { memberOf: [orders_reader] } }
      maker: { login: { grants: ["SELECT ON ALL TABLES IN SCHEMA public", "USAGE, CREATE ON SCHEMA public"] } }
policies:
  - entitlements: [orders-db/readonly]
    requesters: [everyone]
    quorum: 0
  - entitlements: [orders-db/maker]
    requesters: [everyone]
    approvers: [bob@acme.test]
    channels: ["local:channel-dbas"]
`
const HOUR_MS = 3_600_000

let redis: TestRedis
let server: LoginServer
let app: App
let local: InProcess
const log: string[] = []
beforeAll(async () => {
  ;[redis, server] = await Promise.all([startRedis(), startLogins('embedded')])
  local = makeInProcess()
  const kinds = { ...local.kinds, targets: [postgres] }
  const env = {
    REDIS_URL: redis.url,
    CURFEW_KEY: 'logins'.repeat(8),
    PORT: '0',
    HOST: '127.0.0.1',
    ORDERS_DB_URL: server.url,
  }
  const read = readConfig({ text: YAML, env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const destination = { write: (line: string) => void log.push(line) }
  app = await assemble({
    config: read.config,
    overrides: { kinds, log: makeLog({ level: 'trace', destination }) },
  })
})
afterAll(async () => {
  await app?.stop()
  await server?.stop()
  await redis?.stop()
})

const type = async (who: string, text: string): Promise<string> =>
  JSON.stringify(await local.act(who, { kind: 'words', mentions: [], text }))
const press = (who: string, value: string, verb = 'reveal'): Promise<Card> =>
  local.act(who, { kind: 'press', verb, value })
const secretIn = ({ parts }: Card) => parts.flatMap((part) => (part.part === 'secret' ? [part] : []))
/** Given and read back. */
const give = async (who: string, role = 'readonly'): Promise<string> => {
  const id = /R-[0-9A-Z]{6}/.exec(await type(who, `orders-db/${role} 1h because of INC-42`))?.[0] ?? ''
  if (role === 'maker') await press('bob', id, 'approve')
  await expect.poll(() => type(who, `status ${id}`), { timeout: 10_000 }).toContain('Access: active')
  return id
}
const loginOf = (id: string, who = 'ana'): string => `curfew_${who}_${id.slice(2).toLowerCase()}`
/** How long the server itself would let it in, from now on. */
const netOf = async (id: string): Promise<number> => {
  const [found] = await server.orders.admin(
    `SELECT extract(epoch FROM rolvaliduntil) * 1000 AS at FROM pg_roles WHERE rolname = '${loginOf(id)}'`,
  )
  return Number(found?.at) - Date.now()
}

it(
  'is shown to its holder as often as they like, and is gone with the grant',
  { timeout: 60_000 },
  async () => {
    const id = await give('ana')
    expect(await type('ana', `status ${id}`)).toContain(
      `${loginOf(id)}"},{"span":"plain","text":" (made for this grant)`,
    )
    const first = secretIn(await press('ana', id))
    const session = await comeWith(first)
    expect((await session.query('SELECT * FROM orders')).rowCount).toBe(4)
    const second = secretIn(await press('ana', id))
    expect([await isRefused(first), await isRefused(second)]).toEqual(['28P01', ''])
    expect(JSON.stringify(await press('bob', id))).toContain('Only ana can see these credentials')

    expect(await netOf(id)).toBeGreaterThan(HOUR_MS + NET_MS - 10_000)
    await server.orders.admin('REVOKE EXECUTE ON FUNCTION curfew.keep_login FROM curfew')
    expect(await type('ana', `extend ${id} 2h because of INC-43`)).toContain('did not move its own expiry')
    expect(await netOf(id)).toBeLessThan(2 * HOUR_MS)
    await server.orders.admin('GRANT EXECUTE ON FUNCTION curfew.keep_login TO curfew')
    expect(await type('ana', `extend ${id} 2h because of INC-43`)).toContain('Extended')
    expect(await netOf(id)).toBeGreaterThan(3 * HOUR_MS + NET_MS - 60_000)
    expect((await session.query('SELECT 1')).rowCount).toBe(1)

    await type('ana', `done ${id}`)
    await expect.poll(() => type('ana', `status ${id}`), { timeout: 10_000 }).toContain('Access: ended')
    await expect(session.query('SELECT 1')).rejects.toThrow()
    expect(await isRefused(second)).not.toBe('')
    expect(JSON.stringify(await press('ana', id))).toContain('over')
    await expect.poll(() => server.roles(), { timeout: 10_000 }).not.toContain(loginOf(id))

    const stored = await readEverything(redis.client)
    const times = (event: string) => stored.match(new RegExp(`type\\W+${event}\\W`, 'g'))?.length
    expect([times('revealed'), times('extended')]).toEqual([2, 1])
    for (const secret of [first, second])
      for (const text of [stored, log.join('')]) expect(text).not.toContain(valueIn(secret, 'Password'))
  },
)

it('ends although what it left cannot be cleaned up yet, and that is said', { timeout: 60_000 }, async () => {
  const id = await give('ana', 'maker')
  const ana = await comeWith(secretIn(await press('ana', id)))
  await ana.query('CREATE TABLE busy (n int)')
  const { orders } = server
  await type('ana', `extend ${id} 2h because of INC-43`)
  expect(await netOf(id)).toBeLessThan(2 * HOUR_MS)
  await orders.admin('REVOKE EXECUTE ON FUNCTION curfew.keep_login FROM curfew')
  expect(JSON.stringify(await press('bob', `${id}/1`, 'approve-extension'))).toContain(
    'did not move its own expiry',
  )
  await orders.admin('GRANT EXECUTE ON FUNCTION curfew.keep_login TO curfew')
  expect((await press('bob', `${id}/1`, 'approve-extension')).title).toBe('Extended')
  expect(await netOf(id)).toBeGreaterThan(3 * HOUR_MS + NET_MS - 60_000)
  const admin = await orders.server.connectAs('postgres', new URL(orders.server.url).password, 'orders')
  await admin.query('BEGIN; LOCK TABLE busy')
  await type('ana', `done ${id}`)
  await expect.poll(() => type('ana', `status ${id}`), { timeout: 10_000 }).toContain('Access: ended')
  await expect
    .poll(() => type('ana', `status ${id}`), { timeout: 10_000 })
    .toContain('Not cleaned up yet: another transaction held the lock for too long')
  expect(await server.roles()).toContain(loginOf(id))
  await admin.query('ROLLBACK')
  await admin.end()
  await expect.poll(() => server.roles(), { timeout: 20_000 }).not.toContain(loginOf(id))
  await expect.poll(() => type('ana', `status ${id}`), { timeout: 5_000 }).not.toContain('Not cleaned up')
})

it('has credentials made a few times a minute, no more', async () => {
  const id = await give('cy')
  for (let i = 0; i < 5; i++) expect(secretIn(await press('cy', id))).toHaveLength(6)
  expect(JSON.stringify(await press('cy', id))).toContain('several times in this minute')
})
