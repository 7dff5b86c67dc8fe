import { createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import type { RedisConfig } from '../../src/sandbox/redis-server.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { journalOpener, mustCommit, realClock, timeOf, until } from './support.ts'
import { startWaitAofProxy } from './wait-aof-proxy.ts'

const { open, closeAll } = journalOpener()
const servers: TestRedis[] = []
const others: (() => Promise<void>)[] = []

afterEach(async () => {
  await closeAll()
  for (const stop of others.splice(0)) await stop()
  for (const server of servers.splice(0)) await server.stop()
})

const start = async (config: RedisConfig): Promise<TestRedis> => {
  const redis = await startRedis(config)
  servers.push(redis)
  return redis
}

const timed = async (work: Promise<unknown>): Promise<number> => {
  const startedMs = performance.now()
  await work
  return performance.now() - startedMs
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

const commitAndWait = async (journal: RedisJournal): Promise<number> => {
  await mustCommit(journal, 'r:R-1', 1)
  return timed(journal.durable())
}

test('appendfsync always: nothing to wait for', async () => {
  const journal = await open((await start({ appendfsync: 'always' })).address)
  expect(await commitAndWait(journal)).toBeLessThan(500)
  expect(journal.way()).toBe('always')
})

test('everysec: two seconds after the commit, counted from the commit', async () => {
  const waits: number[] = []
  const clock = {
    ...realClock,
    after: (ms: number, run: () => void) => {
      waits.push(ms)
      return realClock.after(0, run)
    },
  }
  const journal = await open((await start({ appendfsync: 'everysec' })).address, { clock })
  await journal.durable()
  expect(waits).toEqual([])
  await commitAndWait(journal)
  expect(journal.way()).toBe('seconds')
  expect(waits).toHaveLength(1)
  expect(waits[0]).toBeGreaterThan(1_500)
  expect(waits[0]).toBeLessThanOrEqual(2_000)
})

test('everysec, and Redis dies before the two seconds are over: not durable', async () => {
  const redis = await start({ appendfsync: 'everysec' })
  const journal = await open(redis.address)
  await journal.durable()
  await mustCommit(journal, 'r:R-1', 1)
  const waiting = expect(journal.durable()).rejects.toMatchObject({ kind: 'retry' })
  await redis.kill()
  expect(await timed(expect(journal.durable()).rejects.toMatchObject({ kind: 'retry' }))).toBeLessThan(2_500)
  await waiting
  expect(await timed(expect(journal.durable()).rejects.toMatchObject({ kind: 'retry' }))).toBeLessThan(500)
})

test('no append-only file: the platform has to be named, else nothing is ever durable', async () => {
  const redis = await start({ appendonly: 'no' })
  const journal = await open(redis.address)
  await mustCommit(journal, 'r:R-1', 1)
  await expect(journal.durable()).rejects.toMatchObject({ kind: 'permanent' })
  expect(await journal.examine()).toEqual([expect.stringContaining('Set: appendonly yes')])

  const declared = await open(redis.address, { durability: 'platform' })
  await declared.durable()
  expect(declared.way()).toBe('platform')
  expect(await declared.examine()).toEqual([])
})

test('a file that is never synced is not durable', async () => {
  const journal = await open((await start({ appendfsync: 'no' })).address)
  await expect(commitAndWait(journal)).rejects.toMatchObject({ kind: 'permanent' })
})

test('a replica: waits for its answer, and rejects when it does not come', async () => {
  const port = String(await freePort())
  const main = await start({ appendonly: 'no', port, bind: '127.0.0.1' })
  const replica = await start({ appendonly: 'no', replicaof: `127.0.0.1 ${port}` })
  await until('the replica is there', async () => /state=online/.test(await main.client.info('replication')))
  const journal = await open(main.address)
  await commitAndWait(journal)
  expect(journal.way()).toBe('replica')
  expect(await replica.client.exists('{curfew}:r:R-1')).toBe(1)
  expect(await (await open(replica.address)).examine()).toEqual([
    expect.stringContaining(`Set REDIS_URL to its primary, 127.0.0.1:${port}`),
    expect.stringContaining('appendonly yes'),
  ])

  process.kill(replica.pid(), 'SIGSTOP')
  await mustCommit(journal, 'r:R-1', 2)
  await expect(journal.durable()).rejects.toMatchObject({ kind: 'retry' })
})

test('WAITAOF where the server has it; many who wait share one; no answer of the disk is no yes', async () => {
  const redis = await start({ appendfsync: 'everysec' })
  const proxy = await startWaitAofProxy(redis.address.path)
  others.push(proxy.stop)
  const journal = await open({ path: proxy.path })
  await commitAndWait(journal)
  expect(journal.way()).toBe('waitaof')
  const before = proxy.waits()
  await Promise.all(Array.from({ length: 50 }, () => journal.durable()))
  expect(proxy.waits() - before).toBeLessThanOrEqual(2)

  proxy.answer(0)
  await expect(journal.durable()).rejects.toMatchObject({ kind: 'retry' })
  proxy.answer(1)
  await journal.durable()
})

test('waiting holds nothing up: an end commits meanwhile', async () => {
  const redis = await start({ appendfsync: 'everysec' })
  const proxy = await startWaitAofProxy(redis.address.path)
  others.push(proxy.stop)
  const journal = await open({ path: proxy.path })
  await journal.durable()
  proxy.delay(800)
  const waiting = journal.durable()
  expect(await timed(mustCommit(journal, 'r:R-1', 1, { ends: true }))).toBeLessThan(500)
  expect(await timeOf(journal)).toBeGreaterThan(0)
  await waiting
})
