/**
 * The way to Redis fails in every manner, when an end is due and people ask: what they read is true and comes in time, the end
 * comes as soon as Redis can be reached again, and nothing that was not approved is given.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { SWEEP_MS } from '../../src/domain/limits.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { openReplicas } from '../fixtures/replicas.ts'
import { listeningLog, until } from '../journal/support.ts'
import { makeJumpingClock } from './support/jumping-clock.ts'
import { ANSWER_MS, expectTrue, OUTAGES, SEED, timed } from './support/outages.ts'
import { startTcpProxy } from './support/tcp-proxy.ts'
import { approve, ask, CONFIG, eventsOf, hasEvent, holds, readEntries } from './support/world.ts'

/** A connection that is silent is given up after this; before that nobody can know. */
const SILENT_MS = 5_000
const GRANT_MS = 10_000
/** The end is due so long after the outage began. */
const DUE_MS = 500

const closers: (() => Promise<unknown>)[] = []
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const open = async () => {
  const clock = makeJumpingClock()
  const world = await openReplicas({}, { overrides: { clock, prelude: MOVED, log: listeningLog() } })
  closers.push(() => world.close())
  const proxy = await startTcpProxy(world.redis.address.path)
  closers.push(() => proxy.stop())
  await world.start(1, CONFIG, { REDIS_URL: `redis://127.0.0.1:${proxy.port}` })
  const jump = async (ms: number): Promise<void> => {
    await world.redis.client.set('test:ahead', ms)
    clock.jump(ms)
  }
  return { world, proxy, jump }
}

describe.concurrent(`the way to Redis (seed ${SEED})`, () => {
  it.each(OUTAGES)('%s, for %i ms', { timeout: 90_000 }, async (manner, lastsMs) => {
    const { world, proxy, jump } = await open()
    const given = await approve(world, 'ana', 'vault/readonly 10s')
    const asked = await ask(world, 'ben', 'vault/readonly 1h')
    const later = await ask(world, 'dan', 'vault/readonly 1h')
    await until('it is confirmed', () => hasEvent(world, given, 'confirmed'))
    await jump(GRANT_MS - 1_000 - DUE_MS)

    const underWay = timed(world.act('bob', { verb: 'approve', value: asked }))
    const failedMs = performance.now()
    await proxy.fail(manner)
    const [approved, alsoApproved, requested] = await Promise.all([
      underWay,
      timed(world.act('bob', { verb: 'approve', value: later })),
      timed(world.act('cy', 'request vault/writer 1h because of INC-43')),
      timed(world.act('ana', 'mine')).then(({ ms }) => expect(ms).toBeLessThan(ANSWER_MS)),
    ])
    await until('the outage has lasted', () => performance.now() - failedMs >= lastsMs, 60_000)
    await proxy.heal()
    const healedMs = performance.now()

    await until('access is gone', () => !holds(world, 'ana'), 30_000)
    const knownMs = manner === 'half-open' ? failedMs + SILENT_MS : 0
    expect(performance.now() - Math.max(healedMs, knownMs)).toBeLessThan(SWEEP_MS + 1_000)
    await until('it is recorded', () => hasEvent(world, given, 'ended'))
    expectTrue(approved, /^Approved/, await hasEvent(world, asked, 'approved'))
    expectTrue(alsoApproved, /^Approved/, await hasEvent(world, later, 'approved'))
    const isAsked = (await readEntries(world)).some(
      ({ type, by }) => type === 'requested' && (by as { name: string }).name === 'cy',
    )
    expectTrue(requested, /^Requested/, isAsked)

    for (const id of [asked, later]) await world.act('bob', { verb: 'approve', value: id })
    await until('all goes on', () => holds(world, 'ben') && holds(world, 'dan'))
    expect(holds(world, 'cy')).toBe(false)
    expect((await eventsOf(world, given)).filter(({ type }) => type === 'ended')).toHaveLength(1)
  })
})
