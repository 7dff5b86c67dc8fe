import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { dueIn, handClock, journalOpener, mustCommit, step, timeOf } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal
const clock = handClock()

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.config('SET', 'maxmemory', '0')
  await redis.client.flushall()
  journal = await open(redis.address, { clock })
})
afterEach(closeAll)

const used = async () => Number(/used_memory:(\d+)/.exec(await redis.client.info('memory'))?.[1])
const limitTo = async (share: number) =>
  redis.client.config('SET', 'maxmemory', String(Math.floor((await used()) / share)))

test('above three quarters new work is turned away and ends commit; below it, all does', async () => {
  await mustCommit(journal, 'r:R-1', 1)
  await limitTo(0.8)
  clock.move(1_001)
  const now = await timeOf(journal)
  expect(await journal.commit(step(now, 'r:R-2', 1))).toEqual({ kind: 'full' })
  expect(journal.doubts()).toEqual(['Redis is too full for new work; ends still commit'])
  expect(await journal.commit(step(now, 'r:R-1', 2, { ends: true }))).toMatchObject({ kind: 'ok' })

  await limitTo(0.7)
  clock.move(1_001)
  expect(await journal.commit(step(now, 'r:R-2', 1))).toMatchObject({ kind: 'ok' })
  expect(journal.doubts()).toEqual([])
})

test('at maxmemory itself Redis refuses new work whole, and takes the end, its claim and its release', async () => {
  await mustCommit(journal, 'r:R-1', 1, { due: [dueIn('records', 'r:R-1', 1)] })
  // Read a moment ago: the limit was not there yet, so that Redis itself has to refuse.
  await redis.client.config('SET', 'maxmemory', '1')
  const now = await timeOf(journal)
  await expect(redis.client.set('x', 'y')).rejects.toThrow('OOM')
  expect(await journal.commit(step(now, 'r:R-2', 1))).toEqual({ kind: 'full' })
  expect(await redis.client.exists('{curfew}:r:R-2', '{curfew}:n:r:R-2')).toBe(0)

  const { claimed } = await journal.claimDue([{ lane: 'records', atMost: 1 }])
  expect(claimed).toHaveLength(1)
  const ending = journal.commit(step(now, 'r:R-1', 2, { ends: true }))
  await expect(ending).resolves.toMatchObject({ kind: 'ok', n: 2 })
  await journal.release('records', 'r:R-1', 2, 1)
  expect(await journal.mend(() => [])).toBe(0)
})

test('a full Redis is known to whoever only claims', async () => {
  await limitTo(0.9)
  clock.move(1_001)
  await journal.claimDue([])
  await journal.load([])
  expect(journal.doubts()).toHaveLength(1)
})
