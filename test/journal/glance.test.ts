/** The journal in numbers: counts by state that stay true, whatever is lost or was written by an older version. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { TROUBLED_AFTER_MS } from '../../src/domain/limits.ts'
import type { Instant, RecordKey } from '../../src/domain/model.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import type { Lane } from '../../src/ports.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { dueIn, handClock, journalOpener, mustCommit, TEST_PRELUDE } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal
const START = 1_764_000_000_000

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  await redis.client.set('test:now', START)
  journal = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })
})
afterEach(closeAll)

const stand = (key: RecordKey, lane: Lane, at: Instant, v = 1, live = true) =>
  mustCommit(journal, key, v, { live: [{ key, live }], due: [dueIn(lane, key, at)] })
const sizes = async () => Object.fromEntries((await journal.glance()).lanes)

test('an empty journal has nothing in it', async () => {
  expect(await journal.glance()).toEqual({
    now: START,
    time: START,
    lanes: new Map(),
    late: 0,
    nextEndAt: null,
    memoryShare: null,
  })
})

test('counts by state, and what should have been over', async () => {
  await stand('r:asked', 'state:pending', START - 60_000)
  await stand('r:armed', 'state:giving', START + 60_000)
  await stand('r:held', 'state:active', START + 30_000)
  await stand('r:late', 'state:active', START - TROUBLED_AFTER_MS - 1)
  await stand('r:ending', 'state:ending', START - TROUBLED_AFTER_MS)
  const { lanes, late, nextEndAt } = await journal.glance()
  expect(Object.fromEntries(lanes)).toEqual({
    'state:pending': 1,
    'state:giving': 1,
    'state:active': 2,
    'state:ending': 1,
  })
  // The pending one is no grant, and the ending one is not late yet.
  expect({ late, nextEndAt }).toEqual({ late: 1, nextEndAt: START - TROUBLED_AFTER_MS - 1 })
})

test('forgets what is over and was left there by a version that knows no counts', async () => {
  await stand('r:left', 'state:active', START - 60_000)
  await stand('r:held', 'state:active', START + 60_000)
  await mustCommit(journal, 'r:left', 2, { live: [{ key: 'r:left', live: false }] })
  expect(await journal.glance()).toMatchObject({ late: 0, nextEndAt: START + 60_000 })
  expect(await sizes()).toEqual({ 'state:active': 1 })
  expect(await redis.client.zcard('{curfew}:due:state:active')).toBe(1)
})

test('counts again what was lost, without moving what is due', async () => {
  await stand('r:held', 'state:active', START + 60_000)
  await redis.client.del('{curfew}:due:state:active')
  await redis.client.zadd('{curfew}:due:state:giving', START + 5_000, 'r:held')
  const dueOf = () => [
    { lane: 'records', key: 'r:held', at: START + 50_000 } as const,
    { lane: 'state:active', key: 'r:held', at: START + 60_000 } as const,
    { lane: 'state:giving', key: 'r:held', at: null } as const,
  ]
  expect(await journal.mend(dueOf)).toBe(2)
  expect(await sizes()).toEqual({ records: 1, 'state:active': 1 })
  expect(await redis.client.zcard('{curfew}:due:state:giving')).toBe(0)
  expect(await redis.client.zscore('{curfew}:due:state:active', 'r:held')).toBe(String(START + 60_000))
  expect(await redis.client.zscore('{curfew}:due:records', 'r:held')).toBe(String(START + 50_000))
})

test('says how full Redis is, where it has a limit', async () => {
  await redis.client.config('SET', 'maxmemory', '100mb')
  const limited = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })
  const { memoryShare } = await limited.glance()
  await redis.client.config('SET', 'maxmemory', '0')
  expect(memoryShare).toBeGreaterThan(0)
  expect(memoryShare).toBeLessThan(0.5)
})
