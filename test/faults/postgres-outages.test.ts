/**
 * The way to one target fails in every manner, when an end is due there and elsewhere: elsewhere it is in time, here it comes
 * within one backoff after the network has healed, and what people read meanwhile is true and in time.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BACKOFF_CAP_MS } from '../../src/domain/limits.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { type OrdersServer, startOrders } from '../fixtures/postgres.ts'
import { openReplicas } from '../fixtures/replicas.ts'
import { listeningLog, until } from '../journal/support.ts'
import { makeJumpingClock } from './support/jumping-clock.ts'
import { ANSWER_MS, OUTAGES, SEED, timed } from './support/outages.ts'
import { startTcpProxy } from './support/tcp-proxy.ts'
import { approve, CONFIG, eventsOf, hasEvent, holds } from './support/world.ts'

const GRANT_MS = 10_000
const DUE_MS = 1_500

const closers: (() => Promise<unknown>)[] = []
let orders: OrdersServer
beforeAll(async () => {
  orders = await startOrders('embedded')
  closers.push(() => orders.stop())
})
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const open = async () => {
  const clock = makeJumpingClock()
  const overrides = { clock, prelude: MOVED, log: listeningLog() }
  const world = await openReplicas({}, { overrides, targets: [postgres] })
  closers.push(() => world.close())
  const { port, socketDir } = orders.server
  const proxy = await startTcpProxy(`${socketDir}/.s.PGSQL.${port}`)
  closers.push(() => proxy.stop())
  const { username, password } = new URL(orders.url)
  const config = CONFIG.replace(
    'targets:',
    `targets:
  orders-db:
    kind: postgres
    url: postgresql://${username}:${password}@127.0.0.1:${proxy.port}/orders
    account: "{email.local}"
    roles: { readonly: { memberOf: orders_reader } }`,
  )
  await world.start(1, config)
  const jump = async (ms: number): Promise<void> => {
    await world.redis.client.set('test:ahead', ms)
    clock.jump(ms)
  }
  return { world, proxy, jump }
}

describe.concurrent(`the way to PostgreSQL (seed ${SEED})`, () => {
  it.each(OUTAGES)('%s, for %i ms', { timeout: 180_000 }, async (manner, lastsMs) => {
    const { world, proxy, jump } = await open()
    const who = `${manner.replaceAll(' ', '').replace('-', '')}${lastsMs}`
    await orders.addPerson(who)
    const here = await approve(world, who, 'orders-db/readonly 10s')
    const elsewhere = await approve(world, who, 'vault/readonly 10s')
    await until(
      'access is given',
      async () => (await hasEvent(world, here, 'confirmed')) && holds(world, who),
      20_000,
    )
    expect(await orders.canRead(who)).toBe(true)
    await jump(GRANT_MS - 1_000 - DUE_MS)

    const failedMs = performance.now()
    await proxy.fail(manner)
    const asked = await timed(world.act('cy', 'request orders-db/readonly 1h because of INC-43'))
    expect(asked.ms).toBeLessThan(ANSWER_MS)
    if (manner !== 'half-open')
      expect(asked.words).toMatch(/^Not done .*Nothing was requested|^Nothing was changed/)
    await until('it ends elsewhere', () => hasEvent(world, elsewhere, 'ended'))
    expect((await eventsOf(world, elsewhere)).at(-1)).toMatchObject({ type: 'ended', how: 'gone' })
    await until('the outage has lasted', () => performance.now() - failedMs >= lastsMs, 60_000)
    if (manner !== 'half-open') expect(await hasEvent(world, here, 'ended')).toBe(false)

    await proxy.heal()
    const healedMs = performance.now()
    await until('it ends here', () => hasEvent(world, here, 'ended'), 90_000)
    expect(performance.now() - healedMs).toBeLessThan(BACKOFF_CAP_MS + 5_000)
    expect(await orders.canRead(who)).toBe(false)
    expect((await eventsOf(world, here)).filter(({ type }) => type === 'ended')).toHaveLength(1)
    const isAsked = (await world.events()).some(
      ({ type, by }) => type === 'requested' && (by as { name: string }).name === 'cy',
    )
    expect(isAsked).toBe(asked.words.startsWith('Requested'))
  })
})
