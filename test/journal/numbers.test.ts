import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { CLOCK_DOUBT_MS } from '../../src/domain/limits.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { ACCEPT, handClock, journalOpener, mustCommit, step, TEST_PRELUDE, timeOf } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
const START = 1_764_000_000_000

beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' })
})
afterAll(() => redis?.stop())
beforeEach(() => redis.client.flushall())
afterEach(closeAll)

const committer = async (name: string, count: number): Promise<void> => {
  const script = fileURLToPath(new URL('./committer.ts', import.meta.url))
  const args = ['--import', 'tsx', script, redis.address.path, name, String(count)]
  const child = spawn(process.execPath, args, { stdio: 'inherit' })
  const [code] = await once(child, 'exit')
  expect(code).toBe(0)
}

test('four processes at once leave no gap, and every record its whole chain', async () => {
  const count = 100
  await Promise.all(['a', 'b', 'c', 'd'].map((name) => committer(name, count)))
  const ids = (await redis.client.xrange('{curfew}:journal', '-', '+')).map(([id]) => id)
  expect(ids).toEqual(Array.from({ length: 8 * count }, (_, i) => `${i + 1}-0`))
  const journal = await open(redis.address)
  const chain = await journal.entries('r:shared')
  expect(chain.map((entry) => entry.v)).toEqual(Array.from({ length: 4 * count }, (_, i) => i + 1))
  expect(await redis.client.hget('{curfew}:head', 'n')).toBe(String(8 * count))
})

const setTime = (at: number) => redis.client.set('test:now', at)

test('time comes from the prelude alone: no option of the environment replaces it', async () => {
  const before = Date.now()
  const journal = await open(redis.address)
  await setTime(START)
  expect(Math.abs((await timeOf(journal)) - before)).toBeLessThan(60_000)
})

test('now never goes back: a step back of the clock is waited out, standing still', async () => {
  await setTime(START)
  const journal = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })
  await mustCommit(journal, 'r:R-1', 1)
  await setTime(START - CLOCK_DOUBT_MS + 1_000)
  expect(await timeOf(journal)).toBe(START)
  expect(await mustCommit(journal, 'r:R-1', 2)).toMatchObject({ now: START })
  await setTime(START + 5)
  expect(await mustCommit(journal, 'r:R-1', 3)).toMatchObject({ now: START + 5 })
  expect(journal.doubts()).toEqual([])
})

test('a decision is never recorded before the one it was made with', async () => {
  await setTime(START)
  const journal = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })
  await setTime(START - 500)
  expect(await journal.commit(step(START, 'r:R-1', 1))).toMatchObject({ kind: 'ok' })
  expect(await timeOf(journal)).toBe(START)
})

test('a clock that went back a minute is not waited for: it is followed, and doubted until accepted', async () => {
  await setTime(START)
  const clock = handClock()
  const journal = await open(redis.address, { prelude: TEST_PRELUDE, clock })
  await mustCommit(journal, 'r:R-1', 1)
  await setTime(START - CLOCK_DOUBT_MS)
  expect(await timeOf(journal)).toBe(START - CLOCK_DOUBT_MS)
  expect(journal.doubts()).toEqual([
    `the clock of Redis stands a minute or more before the last commit; ${ACCEPT}`,
  ])
  expect(await mustCommit(journal, 'r:R-1', 2, { ends: true })).toMatchObject({ kind: 'ok' })

  const later = await open(redis.address, { prelude: TEST_PRELUDE, clock })
  await timeOf(later)
  expect(later.doubts()).toHaveLength(1)

  await journal.accept()
  await timeOf(journal)
  expect(journal.doubts()).toEqual([])
})

test('a clock that jumps ahead of this process is doubted', async () => {
  await setTime(START)
  const clock = handClock()
  const journal = await open(redis.address, { prelude: TEST_PRELUDE, clock })
  await timeOf(journal)
  clock.move(3_600_000)
  await setTime(START + 3_600_000 + CLOCK_DOUBT_MS)
  await timeOf(journal)
  expect(journal.doubts()).toEqual([])
  clock.move(1_000)
  await setTime(START + 3_602_000 + 2 * CLOCK_DOUBT_MS)
  await timeOf(journal)
  expect(journal.doubts()).toEqual([
    `the clock of Redis and the clock of this process disagree by more than a minute; ${ACCEPT}`,
  ])
})
