/** Looks that wait travel together, and none is older than its question. Scripts are counted by Redis. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RecordKey } from '../../src/domain/model.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { journalOpener, mustCommit, step } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  journal = await open(redis.address)
})
afterEach(closeAll)

/** How many scripts Redis ran since it was last asked to count. */
const scriptsRun = async (): Promise<number> => {
  const info = await redis.client.info('commandstats')
  return [...info.matchAll(/cmdstat_(?:evalsha|eval):calls=(\d+)/g)].reduce(
    (sum, [, n]) => sum + Number(n),
    0,
  )
}

const keys: readonly RecordKey[] = Array.from({ length: 100 }, (_, i): RecordKey => `r:R-${i}`)

describe('looks at the same time', () => {
  test('a hundred that are asked in one breath cost one script, and each gets its own records', async () => {
    await Promise.all(keys.map((key) => mustCommit(journal, key, 1)))
    await journal.load([])
    await redis.client.config('RESETSTAT')
    const answers = await Promise.all(keys.map((key) => journal.load([key])))
    expect(await scriptsRun()).toBe(1)
    expect(answers.map(({ records }) => [...records.values()].map(({ key, v }) => `${key} ${v}`))).toEqual(
      keys.map((key) => [`${key} 1`]),
    )
  })

  test('one that is asked after a commit sees it, whatever is under way', async () => {
    const chain = async (key: RecordKey): Promise<void> => {
      for (let v = 1; v <= 20; v++) {
        const { now } = await journal.load([key])
        expect(await journal.commit(step(now, key, v))).toMatchObject({ kind: 'ok' })
        const { records } = await journal.load([key])
        expect(records.get(key)?.v).toBe(v)
      }
    }
    await Promise.all(keys.slice(0, 25).map(chain))
  })

  test('a key of another type fails only those who asked for it', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await redis.client.hset('{curfew}:r:R-2', 'x', 'y')
    const [good, bad, replay] = await Promise.allSettled([
      journal.load(['r:R-1']),
      journal.load(['r:R-1', 'r:R-2']),
      journal.load([], 'slack/T1/42'),
    ])
    expect(good).toMatchObject({ status: 'fulfilled' })
    expect(replay).toMatchObject({ status: 'fulfilled' })
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { kind: 'permanent', message: '{curfew}:r:R-2 in Redis is not what the journal wrote' },
    })
  })

  test('an index and all its requests are one script, gone ones included', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await mustCommit(journal, 'r:R-2', 1)
    await redis.client.sadd('{curfew}:set:open:ana', 'R-1', 'R-2', 'R-3')
    // Now Redis knows the script.
    expect((await journal.requestsIn('open:nobody')).records).toEqual([])
    await redis.client.config('RESETSTAT')
    const { now, records } = await journal.requestsIn('open:ana')
    expect(await scriptsRun()).toBe(1)
    expect(Math.abs(now - Date.now())).toBeLessThan(5_000)
    expect(new Set(records.map(({ key, v }) => `${key} ${v}`))).toEqual(
      new Set(['r:R-1 1', 'r:R-2 1', 'r:R-3 0']),
    )
  })

  test('an index that is none, or names a record that is none, is a fault', async () => {
    await redis.client.set('{curfew}:set:open:ana', 'x')
    await redis.client.sadd('{curfew}:set:open:bob', 'R-2')
    await redis.client.hset('{curfew}:r:R-2', 'x', 'y')
    for (const [set, broken] of [
      ['open:ana', 'set:open:ana'],
      ['open:bob', 'r:R-2'],
    ] as const)
      await expect(journal.requestsIn(set)).rejects.toMatchObject({
        kind: 'permanent',
        message: `{curfew}:${broken} in Redis is not what the journal wrote`,
      })
  })

  test('a Redis that is gone fails all of them', async () => {
    await journal.load([])
    await redis.kill()
    const answers = await Promise.allSettled(keys.map((key) => journal.load([key])))
    expect(answers.map(({ status }) => status)).toEqual(keys.map(() => 'rejected'))
    await redis.start()
    await expect
      .poll(() =>
        journal.load([]).then(
          () => 'answers',
          () => 'fails',
        ),
      )
      .toBe('answers')
  })
})
