import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { LEASE_MS } from '../../src/domain/limits.ts'
import type { Instant, RecordKey } from '../../src/domain/model.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import type { Lane, Stored } from '../../src/ports.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { ACCEPT, dueIn, handClock, journalOpener, listeningLog, mustCommit, TEST_PRELUDE } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal
const START = 1_764_000_000_000

beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' })
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  await setTime(START)
  journal = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })
})
afterEach(closeAll)

const setTime = (at: Instant) => redis.client.set('test:now', at)
const plan = (key: RecordKey, lane: Lane, at: Instant) =>
  mustCommit(journal, key, 1, { live: [{ key, live: true }], due: [dueIn(lane, key, at)] })
const claim = async (...lanes: [Lane, number][]) => {
  const { claimed, nextAt } = await journal.claimDue(lanes.map(([lane, atMost]) => ({ lane, atMost })))
  return { keys: claimed.map((one) => `${one.lane} ${one.record.key}`), nextAt }
}

describe('claiming', () => {
  test('gives what is due, oldest first, to one claimer, for the length of a lease', async () => {
    await plan('r:late', 'records', START - 5_000)
    await plan('r:due', 'records', START)
    await plan('r:next', 'records', START + 60_000)
    const other = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock() })

    expect(await claim(['records', 10])).toEqual({
      keys: ['records r:late', 'records r:due'],
      nextAt: START + LEASE_MS,
    })
    expect((await other.claimDue([{ lane: 'records', atMost: 10 }])).claimed).toEqual([])

    await setTime(START + LEASE_MS - 1)
    expect((await claim(['records', 10])).keys).toEqual([])
    await setTime(START + LEASE_MS)
    expect((await claim(['records', 10])).keys).toHaveLength(2)
  })

  test('takes no more than there is room for, and never looks into another lane', async () => {
    for (const i of [1, 2, 3]) await plan(`s:take-${i}`, 'take:db', START)
    await plan('s:give-1', 'give:db', START)
    await plan('s:other', 'take:other', START)
    expect((await claim(['take:db', 2], ['give:db', 0])).keys).toEqual([
      'take:db s:take-1',
      'take:db s:take-2',
    ])
    expect((await claim(['take:other', 5])).keys).toEqual(['take:other s:other'])
    expect((await claim(['take:db', 5], ['give:db', 1])).keys).toEqual([
      'take:db s:take-3',
      'give:db s:give-1',
    ])
  })

  test('says when the next one is due, over all lanes that were asked for', async () => {
    await plan('r:1', 'records', START + 90_000)
    await plan('s:1', 'take:db', START + 30_500)
    await plan('s:2', 'take:slow', START + 10_000)
    expect(await claim(['records', 5], ['take:db', 5])).toEqual({ keys: [], nextAt: START + 30_500 })
    expect(await claim(['give:db', 5])).toEqual({ keys: [], nextAt: null })
  })

  test.each<[string, () => Promise<unknown>]>([
    ['is gone', async () => undefined],
    ['is of another type', () => redis.client.rpush('{curfew}:r:lost', 'x')],
  ])('names a member whose record %s, and comes back to it', async (_, leave) => {
    const log = listeningLog()
    journal = await open(redis.address, { prelude: TEST_PRELUDE, clock: handClock(), log })
    await plan('r:lost', 'records', START)
    const text = (await redis.client.getdel('{curfew}:r:lost')) ?? ''
    await leave()
    expect((await claim(['records', 5])).keys).toEqual([])
    expect(log.said.join()).toContain('a record that is due is gone, or is none')
    await redis.client.del('{curfew}:r:lost')
    await redis.client.set('{curfew}:r:lost', text)
    await setTime(START + LEASE_MS)
    expect((await claim(['records', 5])).keys).toEqual(['records r:lost'])
  })

  test('passes over a record that cannot be read and a lane that is broken, and leaves both', async () => {
    await plan('r:odd', 'records', START)
    await plan('r:good', 'records', START)
    await redis.client.set('{curfew}:r:odd', 'not a record')
    await redis.client.set('{curfew}:due:take:db', 'not a lane')
    expect((await claim(['take:db', 5], ['records', 5])).keys).toEqual(['records r:good'])
    expect(await redis.client.zcard('{curfew}:due:records')).toBe(2)
  })
})

describe('holding and releasing', () => {
  test('a held lease outlives its length; what was not held comes back', async () => {
    await plan('s:1', 'take:db', START)
    await plan('s:2', 'take:db', START)
    await claim(['take:db', 2])
    await setTime(START + LEASE_MS / 2)
    await journal.hold([{ lane: 'take:db', key: 's:1' }])
    await setTime(START + LEASE_MS)
    expect((await claim(['take:db', 5])).keys).toEqual(['take:db s:2'])
  })

  test('holding never brings forward what was put off, nor adds what was settled', async () => {
    await plan('s:1', 'take:db', START + 3_600_000)
    await journal.hold([
      { lane: 'take:db', key: 's:1' },
      { lane: 'take:db', key: 's:settled' },
    ])
    expect(await redis.client.zrange('{curfew}:due:take:db', '0', '-1', 'WITHSCORES')).toEqual([
      's:1',
      String(START + 3_600_000),
    ])
  })

  test('releasing puts the due time back, unless the record moved on', async () => {
    await plan('s:1', 'take:db', START)
    await claim(['take:db', 1])
    await journal.release('take:db', 's:1', 1, START)
    expect((await claim(['take:db', 1])).keys).toEqual(['take:db s:1'])

    await mustCommit(journal, 's:1', 2, { due: [dueIn('take:db', 's:1', START + 9_000)] })
    await journal.release('take:db', 's:1', 1, null)
    expect(await redis.client.zscore('{curfew}:due:take:db', 's:1')).toBe(String(START + 9_000))
    await journal.release('take:db', 's:1', 2, null)
    expect(await redis.client.zscore('{curfew}:due:take:db', 's:1')).toBeNull()
  })
})

describe('mending', () => {
  const dueOf = ({ key, v }: Stored) => [
    { lane: 'records' as Lane, key, at: key.startsWith('r:') ? START + v : null },
    ...(key.startsWith('s:') ? [{ lane: 'take:db' as Lane, key, at: START + v }] : []),
  ]
  const index = async () => ({
    records: await redis.client.zrange('{curfew}:due:records', '0', '-1', 'WITHSCORES'),
    take: await redis.client.zrange('{curfew}:due:take:db', '0', '-1', 'WITHSCORES'),
    live: (await redis.client.smembers('{curfew}:live')).sort(),
    head: await redis.client.hgetall('{curfew}:head'),
  })

  beforeEach(async () => {
    for (let i = 0; i < 250; i += 1) {
      const key: RecordKey = i % 2 ? `r:R-${i}` : `s:${i}`
      await plan(key, i % 2 ? 'records' : 'take:db', START + 1)
    }
    await mustCommit(journal, 'r:closed', 1, { live: [{ key: 'r:closed', live: false }] })
    await mustCommit(journal, 'a:db/ana', 1)
  })

  test.each<[string, () => Promise<unknown>, number]>([
    ['nothing', async () => undefined, 0],
    ['a lane', () => redis.client.del('{curfew}:due:records'), 125],
    ['another lane', () => redis.client.del('{curfew}:due:take:db'), 125],
    ['one member', () => redis.client.zrem('{curfew}:due:records', 'r:R-7'), 1],
    ['the set of live records', () => redis.client.del('{curfew}:live'), 250],
    ['one live record', () => redis.client.srem('{curfew}:live', 's:8'), 1],
    ['the count of live records', () => redis.client.hdel('{curfew}:head', 'live'), 0],
    ['the last number', () => redis.client.hdel('{curfew}:head', 'n'), 0],
    ['the head', () => redis.client.del('{curfew}:head'), 0],
    ['the head and the live records', () => redis.client.del('{curfew}:head', '{curfew}:live'), 250],
    [
      'the whole index',
      () =>
        redis.client.del('{curfew}:head', '{curfew}:live', '{curfew}:due:records', '{curfew}:due:take:db'),
      500,
    ],
    ['the type of the head', () => redis.client.set('{curfew}:head', 'x'), 0],
    ['the type of a lane', () => redis.client.set('{curfew}:due:records', 'x'), 125],
    ['the type of the live set', () => redis.client.set('{curfew}:live', 'x'), 250],
  ])('after the loss of %s everything is there again', async (_, lose, mended) => {
    const before = await index()
    // The first look in a process is a whole one; the loss must be found by the cheap one too.
    expect(await journal.mend(dueOf)).toBe(0)
    await lose()
    expect(await journal.mend(dueOf)).toBe(mended)
    const after = await index()
    // The time of the last commit is lost with the head, and comes back with the next commit.
    expect({ ...after, head: { ...after.head, at: '' } }).toEqual({
      ...before,
      head: { ...before.head, at: '' },
    })
    expect(await journal.mend(dueOf)).toBe(0)
    expect(await mustCommit(journal, 'r:R-1', 2)).toMatchObject({ n: 253 })
  })

  test('a place in chat, which cannot tell when it is due, is looked at only where something is lost', async () => {
    const asked: string[] = []
    const placeOf = (record: Stored) => {
      asked.push(record.key)
      return record.key.startsWith('d:')
        ? [{ lane: 'chat:slack' as Lane, key: record.key, at: START }]
        : dueOf(record)
    }
    const key: RecordKey = 'd:R-1/slack:card:C1'
    await mustCommit(journal, key, 1, { live: [{ key, live: true }] })
    expect(await journal.mend(placeOf)).toBe(0)
    expect(asked).not.toContain(key)
    expect(new Set(asked).size).toBe(250)
    await redis.client.del('{curfew}:due:records')
    expect(await journal.mend(placeOf)).toBe(126)
    expect(asked).toContain(key)
  })

  test('never moves a due time that is there', async () => {
    await redis.client.zadd('{curfew}:due:records', String(START + 99), 'r:R-1')
    await redis.client.zrem('{curfew}:due:records', 'r:R-3')
    expect(await journal.mend(dueOf)).toBe(1)
    expect(await redis.client.zscore('{curfew}:due:records', 'r:R-1')).toBe(`${START + 99}`)
  })

  test('brings what waits in a lane it does not belong to, with the due time it has there', async () => {
    const before = await index()
    await redis.client.zrem('{curfew}:due:take:db', 's:8')
    await redis.client.zadd('{curfew}:due:records', String(START + 99), 's:8')
    expect(await journal.mend(dueOf)).toBe(1)
    expect(await redis.client.zscore('{curfew}:due:take:db', 's:8')).toBe(`${START + 99}`)
    const after = await index()
    expect(after.records).toEqual(before.records)
    expect(after.head).toEqual(before.head)
  })

  test('ends go on while the head is lost, and the loss is doubted', async () => {
    await redis.client.del('{curfew}:head')
    expect(await mustCommit(journal, 'r:R-1', 2, { ends: true })).toMatchObject({ n: 253 })
    expect(journal.doubts()).toEqual([`the head of the journal and its last entry disagree; ${ACCEPT}`])
  })
})
