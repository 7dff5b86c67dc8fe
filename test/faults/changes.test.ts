/**
 * What changes under live access: Redis fills up, a replica without the last approval takes over, targets leave the config.
 * Ends go on wherever they can; what cannot be known any more is noticed, and nothing is given on it.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { SWEEP_MS } from '../../src/domain/limits.ts'
import { startRedis } from '../fixtures/redis.ts'
import { freePort } from '../fixtures/redis-sets.ts'
import { openReplicas, wordsOf } from '../fixtures/replicas.ts'
import { listeningLog, until } from '../journal/support.ts'
import { openSimulation } from './support/simulation.ts'
import { startTcpProxy } from './support/tcp-proxy.ts'
import { approve, ask, CONFIG, endOf, eventsOf, readEntries } from './support/world.ts'

const CASE = { timeout: 60_000 }
const MINUTE = 60_000

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

it('Redis is full to the brim: what is due ends, is told, and nothing new is taken', CASE, async () => {
  const world = await openSimulation({}, { redis: { maxmemory: '64mb' } })
  closers.push(() => world.close())
  await world.start(1, CONFIG)
  const id = await approve(world, 'ana', 'vault/readonly 1h')
  const waiting = await ask(world, 'ben', 'vault/readonly 1h')
  await world.untilQuiet()
  await world.pass(59 * MINUTE)
  const { client } = world.redis
  const junk = 'x'.repeat(2 ** 16)
  const fill = async (i: number): Promise<boolean> => client.set(`junk:${i}`, junk).then(Boolean, () => false)
  for (let i = 0; await fill(i); ) i += 1
  for (let i = 0; await client.set(`crumb:${i}`, '').then(Boolean, () => false); ) i += 1

  await world.pass(MINUTE + SWEEP_MS, 1_000)
  expect([...world.held]).toEqual([])
  expect((await eventsOf(world, id)).filter(({ type }) => type === 'ended')).toMatchObject([{ lateMs: 0 }])
  expect(
    world.sent
      .filter(({ card }) => wordsOf(card).includes('Ended'))
      .map(({ to }) => to)
      .sort(),
  ).toEqual(['local:ana', 'local:channel-audit'])
  expect(world.doubts()).toEqual(['Redis is too full for new work; ends still commit'])
  expect(wordsOf(await world.act('bob', { verb: 'approve', value: waiting }))).toContain(
    'too full for new work',
  )
  expect([...world.held]).toEqual([])

  await client.config('SET', 'maxmemory', '0')
  await world.pass(SWEEP_MS, 1_000)
  await world.act('bob', { verb: 'approve', value: waiting })
  await world.untilQuiet()
  expect([...world.held]).toEqual(['memory/vault/readonly/ben'])
})

it(
  'a replica that was cut off takes over after an approval: what is missing is noticed, and nothing is given',
  CASE,
  async () => {
    const port = await freePort()
    const world = await openReplicas(
      {},
      { redis: { port: String(port), appendonly: 'no' }, overrides: { log: listeningLog() } },
    )
    closers.push(() => world.close())
    const replica = await startRedis({ appendonly: 'no', replicaof: `127.0.0.1 ${port}` })
    closers.push(() => replica.stop())
    const proxy = await startTcpProxy(world.redis.address.path)
    closers.push(() => proxy.stop())
    await until('the replica follows', async () =>
      /state=online/.test(await world.redis.client.info('replication')),
    )
    await world.start(1, CONFIG, { REDIS_URL: `redis://127.0.0.1:${proxy.port}` })
    await approve(world, 'ana', 'vault/readonly 1h')
    await until('access is given', () => world.held.size === 1)
    const asked = await ask(world, 'ben', 'vault/readonly 1h')

    await world.redis.client.wait(1, 5_000)
    await replica.client.replicaof('NO', 'ONE')
    expect((await world.act('bob', { verb: 'approve', value: asked })).title).toBe('Approved')
    // What is not on the replica is not durable: it is tried, and not given.
    await until(
      'it is tried',
      async () => (await readEntries(world)).filter(({ type }) => type === 'attempted').length === 2,
    )
    proxy.leadTo(replica.address.path)
    await world.redis.kill()

    await until(
      'what is missing is noticed',
      () => world.doubts().join().includes('the journal lost entries that were seen'),
      20_000,
    )
    expect([...world.held]).toEqual(['memory/vault/readonly/ana'])
    expect(wordsOf(await world.act('bob', { verb: 'approve', value: asked }))).toContain(
      'Curfew gives nothing at the moment',
    )
    await world.act('ana', 'done')
    await until('access is gone', () => world.held.size === 0)
  },
)

describe('targets under live access', () => {
  const both = CONFIG.replace(
    'targets:',
    'targets:\n  attic: { kind: memory, account: "{email.local}", roles: { readonly: {} } }',
  )
  it.each([
    ['is removed', CONFIG],
    ['is renamed', both.replace('attic:', 'loft:')],
  ])(
    'one %s: the others end in time, it is said, and its own end comes once it is back',
    CASE,
    async (_, without) => {
      const world = await openSimulation()
      closers.push(() => world.close())
      await world.start(1, both)
      const [here, gone] = [
        await approve(world, 'ana', 'vault/readonly 1h'),
        await approve(world, 'ana', 'attic/readonly 1h'),
      ]
      await world.untilQuiet()
      expect(world.held.size).toBe(2)
      await world.stop()
      await world.start(1, without)
      expect(world.doubts()).toEqual([
        expect.stringContaining('Target attic has live grants but is not in the config'),
      ])
      await world.pass(61 * MINUTE)
      expect([...world.held]).toEqual(['memory/attic/readonly/ana'])
      expect((await eventsOf(world, here)).at(-1)).toMatchObject({ type: 'ended', lateMs: 0 })
      expect(world.sent.map(({ card }) => wordsOf(card)).join()).toContain('Late by')
      expect(JSON.stringify(await world.act('ben', 'request vault/readonly 1h because of INC-42'))).toContain(
        'gives nothing',
      )

      await world.stop()
      await world.start(1, both)
      await world.pass(SWEEP_MS, 1_000)
      expect([...world.held]).toEqual([])
      expect((await eventsOf(world, gone)).filter(({ type }) => type === 'ended')).toHaveLength(1)
      expect(world.now() - (await endOf(world, gone))).toBeLessThan(2 * MINUTE)
    },
  )
})
