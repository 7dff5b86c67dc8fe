/**
 * The way to one target fails in every manner, when an end is due there and elsewhere: elsewhere it is in time, here it comes
 * within one backoff after the network has healed, and what people read meanwhile is true and in time.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BACKOFF_CAP_MS, SWEEP_MS } from '../../src/domain/limits.ts'
import type { RecordKey, Seat } from '../../src/domain/model.ts'
import { recordName } from '../../src/journal/keys.ts'
import { parseStored } from '../../src/journal/stored.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { type OrdersServer, startOrders } from '../fixtures/postgres.ts'
import { openReplicas, type Replicas } from '../fixtures/replicas.ts'
import { listeningLog, until } from '../journal/support.ts'
import { makeJumpingClock } from './support/jumping-clock.ts'
import { ANSWER_MS, expectTrue, OUTAGES, SEED, timed } from './support/outages.ts'
import { startTcpProxy } from './support/tcp-proxy.ts'
import { approve, ask, CONFIG, eventsOf, hasEvent, holds, readEntries } from './support/world.ts'

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
  let aheadMs = 0
  /** By Redis, which has the clock of this machine. */
  const now = (): number => Date.now() + aheadMs
  const jump = async (ms: number): Promise<void> => {
    await world.redis.client.set('test:ahead', ms)
    clock.jump(ms)
    aheadMs = ms
  }
  return { world, proxy, jump, now }
}

/** Until when the seat of this request waited after its last failure, as its record has it. */
const notBeforeOf = async (world: Replicas, id: string): Promise<number> => {
  const held = (await readEntries(world)).find(({ type, request }) => type === 'held' && request === id)
  const key = held?.record as RecordKey
  const { state } = parseStored(key, (await world.redis.client.get(recordName(key))) ?? '')
  return (state as unknown as Seat).notBefore
}

/** Ended once, within what was left of the backoff when the network healed; a wake-up that gets lost costs a sweep. */
const expectEnded = async (world: Replicas, id: string, healedAt: number): Promise<void> => {
  await until(`${id} ends`, () => hasEvent(world, id, 'ended'), 90_000)
  const ended = (await eventsOf(world, id)).filter(({ type }) => type === 'ended')
  expect(ended).toHaveLength(1)
  const nextAt = Math.max(healedAt, await notBeforeOf(world, id))
  expect(nextAt - healedAt).toBeLessThanOrEqual(BACKOFF_CAP_MS)
  expect((ended[0]?.at ?? 0) - nextAt).toBeLessThanOrEqual(SWEEP_MS)
}

describe.concurrent(`the way to PostgreSQL (seed ${SEED})`, () => {
  it.each(OUTAGES)('%s, for %i ms', { timeout: 180_000 }, async (manner, lastsMs) => {
    const { world, proxy, jump, now } = await open()
    const name = `${manner.replaceAll(' ', '').replace('-', '')}${lastsMs}`
    const [who, waiting, leaving] = [name, `${name}waits`, `${name}leaves`]
    for (const person of [who, waiting, leaving]) await orders.addPerson(person)
    const here = await approve(world, who, 'orders-db/readonly 10s')
    const elsewhere = await approve(world, who, 'vault/readonly 10s')
    const early = await approve(world, leaving, 'orders-db/readonly 1h')
    const later = await ask(world, waiting, 'orders-db/readonly 1h')
    await until(
      'access is given',
      async () =>
        (await hasEvent(world, here, 'confirmed')) &&
        (await hasEvent(world, early, 'confirmed')) &&
        holds(world, who),
      20_000,
    )
    for (const person of [who, leaving]) expect(await orders.canRead(person)).toBe(true)
    await jump(GRANT_MS - 1_000 - DUE_MS)

    const failedMs = performance.now()
    await proxy.fail(manner)
    const [asked, approved, left, mine] = await Promise.all([
      timed(world.act('cy', 'request orders-db/readonly 1h because of INC-43')),
      timed(world.act('bob', { verb: 'approve', value: later })),
      timed(world.act(leaving, { verb: 'give-back', value: early })),
      timed(world.act(who, 'mine')),
    ])
    expect(asked.ms).toBeLessThan(ANSWER_MS)
    if (manner !== 'half-open')
      expect(asked.words).toMatch(/^Not done .*Nothing was requested|^Nothing was changed/)
    // What is decided is written down in Redis, so the target that is away keeps nobody waiting; what it says of the access
    // is that it is being given, or taken away, and no more than that.
    expectTrue(approved, /^Approved .*is being given/, await hasEvent(world, later, 'approved'))
    expectTrue(left, /^Given back .*is being removed/, await hasEvent(world, early, 'ending'))
    expectTrue(mine, new RegExp(`${here} orders-db/readonly: (active|ending)`), true)
    await until('it ends elsewhere', () => hasEvent(world, elsewhere, 'ended'))
    expect((await eventsOf(world, elsewhere)).at(-1)).toMatchObject({ type: 'ended', how: 'gone' })
    await until('the outage has lasted', () => performance.now() - failedMs >= lastsMs, 60_000)
    if (manner !== 'half-open')
      for (const id of [here, early]) expect(await hasEvent(world, id, 'ended')).toBe(false)

    await proxy.heal()
    const healedAt = now()
    for (const id of [here, early]) await expectEnded(world, id, healedAt)
    for (const person of [who, leaving]) expect(await orders.canRead(person)).toBe(false)
    await until('what was approved meanwhile is given', () => hasEvent(world, later, 'confirmed'), 90_000)
    const isAsked = (await world.events()).some(
      ({ type, by }) => type === 'requested' && (by as { name: string }).name === 'cy',
    )
    expect(isAsked).toBe(asked.words.startsWith('Requested'))
  })
})
