/** What an operator finds in a real target that no grant stands behind, and how a running bot takes it away for them. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assemble } from '../../src/app.ts'
import type { CliCommand } from '../../src/cli/cli-command.ts'
import { run as doctor } from '../../src/cli/doctor.ts'
import { run as reconcile } from '../../src/cli/reconcile.ts'
import { run as verify } from '../../src/cli/verify.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Account } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { type OrdersServer, startOrders } from '../fixtures/postgres.ts'
import { RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

let redis: TestRedis
let orders: OrdersServer
beforeAll(async () => {
  redis = await startRedis({ appendonly: 'yes' })
  orders = await startOrders('embedded')
})
afterAll(async () => {
  await orders?.stop()
  await redis?.stop()
})

const curfew = (run: CliCommand, ...args: string[]) =>
  runCommand(run, redis.url, args, { targetUrl: orders.url })
const rows = async (...args: string[]) =>
  (await curfew(reconcile, '--json', ...args)).out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { is: string; account: string; seat: string; taking?: boolean })

/** As somebody who has got hold of the bot's password would. */
const giveAsBot = async (account: Account): Promise<void> => {
  const bot = await orders.connectAs('curfew_bot')
  await bot.query(`GRANT curfew_orders_reader TO "${account}"`)
  await bot.end()
}

/** A bot with this target and no chat that anybody reads. */
const startBot = async () => {
  const { kinds } = makeInProcess()
  const config = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: postgres, url: "${orders.url}", roles: { readonly: { memberOf: orders_reader } } }
policies: [{ entitlements: [vault/readonly], requesters: [everyone], quorum: 0 }]
`
  const env = { REDIS_URL: redis.url, CURFEW_KEY: RECORDED_KEY, PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: config, env, kinds: { ...kinds, targets: [postgres] } })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const overrides = { kinds: { ...kinds, targets: [postgres] }, log: makeLog({ level: 'silent' }) }
  return assemble({ config: read.config, overrides })
}

test('orphans and standing access are found, and only what an operator names is taken away', async () => {
  const [eve, kim, lee] = [await orders.newAccount(), await orders.newAccount(), await orders.newAccount()]
  expect(await curfew(reconcile)).toEqual({
    code: 0,
    out: 'Nothing: a grant stands behind everything that was found.\n',
    err: '',
  })
  for (const account of [eve, lee]) await giveAsBot(account)
  await orders.admin(`GRANT orders_reader TO "${kim}"`)

  const listed = await curfew(reconcile)
  expect(listed.code).toBe(1)
  const orphan = (account: string): string =>
    `orphan  vault  ${account}  postgres/\\d+/\\d+/\\d+  "${account}" → curfew_orders_reader → orders_reader, given by curfew\n`
  expect(listed.out).toMatch(
    new RegExp(
      `^${orphan(eve)}${orphan(lee)}standing  vault  ${kim}  \\S+  "${kim}" → orders_reader, given by postgres\n$`,
    ),
  )
  expect((await curfew(doctor)).out).toContain(
    'target vault: 2 orphans, access with no grant behind it: see `curfew reconcile --target vault`.',
  )
  expect(await redis.client.xlen('{curfew}:journal')).toBe(0)

  // Nobody takes away what is not named, or not an orphan.
  const seats = new Map((await rows()).map(({ account, seat }) => [account, seat]))
  for (const seat of ['postgres/1/2/3', seats.get(kim) ?? ''])
    expect(await curfew(reconcile, '--revoke', seat)).toMatchObject({
      code: 1,
      err: expect.stringContaining('no orphan'),
    })
  expect(await curfew(reconcile, '--target', 'nonesuch')).toMatchObject({ code: 1 })

  const taken = await curfew(reconcile, '--revoke', seats.get(eve) ?? '')
  expect(taken).toMatchObject({ code: 0, out: expect.stringContaining('is being taken away') })
  // Recorded, and not done: that is for a running bot.
  expect(await orders.canRead(eve)).toBe(true)
  expect((await rows()).map(({ account, taking }) => [account, taking])).toEqual([
    [eve, true],
    [lee, undefined],
    [kim, undefined],
  ])
  const bot = await startBot()
  try {
    await expect.poll(() => orders.canRead(eve), { timeout: 10_000 }).toBe(false)
    expect(await orders.canRead(lee)).toBe(true)
    expect(await curfew(reconcile, '--all-orphans')).toMatchObject({ code: 0 })
    await expect.poll(() => orders.canRead(lee), { timeout: 10_000 }).toBe(false)
    await expect
      .poll(() => rows().then((all) => all.map(({ is, account }) => [is, account])), { timeout: 10_000 })
      .toEqual([['standing', kim]])
    expect(await orders.canRead(kim)).toBe(true)
  } finally {
    await bot.stop()
  }
  expect(await curfew(verify)).toMatchObject({ code: 0 })
}, 60_000)
