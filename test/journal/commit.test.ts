import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '../../src/domain/fault.ts'
import { DECISION_MAX_AGE_MS } from '../../src/domain/limits.ts'
import type { RecordKey } from '../../src/domain/model.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import type { Change } from '../../src/ports.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { digest, dueIn, entry, journalOpener, mark, mustCommit, step, timeOf } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal

beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' })
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  journal = await open(redis.address)
})
afterEach(closeAll)

/** The whole keyspace, byte for byte. */
const dump = async (): Promise<string> => {
  const keys = (await redis.client.keys('*')).sort()
  const values = await Promise.all(keys.map((key) => redis.client.dumpBuffer(key)))
  return keys.map((key, i) => `${key}=${values[i]?.toString('hex')}`).join('\n')
}

describe('a commit', () => {
  test('keeps records, entries, texts, sets and due times, and gives back what was put in', async () => {
    const state = {
      list: [],
      map: {},
      deep: [{ a: [] }],
      long: 1_764_000_000_123,
      ratio: 0.1,
      text: 'ü\u0000"\\\ud800',
    }
    const now = await timeOf(journal)
    const committed = await journal.commit(
      step(now, 'r:R-1', 1, {
        state,
        live: [{ key: 'r:R-1', live: true }],
        due: [dueIn('records', 'r:R-1', now + 60_000)],
        texts: [{ record: 'r:R-1', digest: digest('d1'), salt: 's', text: 'because of [] {} ü' }],
        sets: [{ set: 'by:ana', member: 'R-1', has: true }],
      }),
    )
    expect(committed).toMatchObject({ kind: 'ok', n: 1 })

    const loaded = await journal.load(['r:R-1', 'r:none'])
    expect(loaded.records.get('r:R-1')).toEqual({ key: 'r:R-1', v: 1, mark: mark('r:R-11'), state })
    expect(loaded.records.get('r:none')).toEqual({ key: 'r:none', v: 0, mark: null, state: null })
    expect(await journal.entries('r:R-1')).toEqual([{ n: 1, ...entry(now, 'r:R-1', 1) }])
    expect(await journal.texts('r:R-1')).toEqual(new Map([['d1', 'because of [] {} ü']]))
    expect(await journal.members('by:ana')).toEqual(['R-1'])
    expect(await journal.live()).toEqual(['r:R-1'])
    expect(await redis.client.zscore('{curfew}:due:records', 'r:R-1')).toBe(String(now + 60_000))
  })

  test('takes several events of one record, and several records, as one', async () => {
    const now = await timeOf(journal)
    const both: Change = {
      ...step(now, 'r:R-1', 3),
      reads: [
        { key: 'r:R-1', v: 0 },
        { key: 's:x', v: 0 },
        { key: 'a:t/ana', v: 0 },
      ],
      writes: [
        { key: 'r:R-1', v: 3, mark: mark('c'), state: 1 },
        { key: 's:x', v: 1, mark: mark('d'), state: [] },
      ],
      entries: [1, 2, 3].map((v) => entry(now, 'r:R-1', v)).concat(entry(now, 's:x', 1)),
    }
    expect(await journal.commit(both)).toMatchObject({ kind: 'ok', n: 4 })
    expect((await journal.entries('r:R-1')).map((one) => one.n)).toEqual([1, 2, 3])
    expect((await journal.entries('s:x')).map((one) => one.n)).toEqual([4])
  })

  test('removes what is over: liveness, due time, membership', async () => {
    const now = await timeOf(journal)
    await mustCommit(journal, 'r:R-1', 1, {
      live: [{ key: 'r:R-1', live: true }],
      due: [dueIn('records', 'r:R-1', now)],
      sets: [{ set: 'open', member: 'R-1', has: true }],
    })
    await mustCommit(journal, 'r:R-1', 2, {
      live: [{ key: 'r:R-1', live: false }],
      due: [dueIn('records', 'r:R-1', null)],
      sets: [{ set: 'open', member: 'R-1', has: false }],
    })
    expect(await journal.live()).toEqual([])
    expect(await journal.members('open')).toEqual([])
    expect((await journal.claimDue([{ lane: 'records', atMost: 9 }])).claimed).toEqual([])
    expect(await redis.client.hgetall('{curfew}:head')).toMatchObject({
      live: '0',
      'due:records': '0',
      n: '2',
    })
  })

  test('without entries gives no number away', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    expect(await mustCommit(journal, 'd:R-1/x', 1, { entries: [] })).toMatchObject({ n: 1 })
    expect(await mustCommit(journal, 'r:R-1', 2)).toMatchObject({ n: 2 })
  })
})

describe('versions', () => {
  test('a version that was only read and moved on makes the change stale, and nothing is written', async () => {
    await mustCommit(journal, 's:x', 1)
    const now = await timeOf(journal)
    await mustCommit(journal, 's:x', 2)
    const before = await dump()
    const late = step(now, 'r:R-1', 1, {
      reads: [
        { key: 'r:R-1', v: 0 },
        { key: 's:x', v: 1 },
      ],
    })
    expect(await journal.commit(late)).toEqual({ kind: 'stale' })
    expect(await dump()).toBe(before)
  })

  test('a write that names no version was decided on the one before its own', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    expect(await journal.commit(step(await timeOf(journal), 'r:R-1', 3, { reads: [] }))).toEqual({
      kind: 'stale',
    })
    expect(await journal.commit(step(await timeOf(journal), 'r:R-1', 2, { reads: [] }))).toMatchObject({
      kind: 'ok',
    })
  })

  test('a version never goes down, whatever was read', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await mustCommit(journal, 'r:R-1', 2)
    const back = step(await timeOf(journal), 'r:R-1', 2, { reads: [{ key: 'r:R-1', v: 2 }] })
    expect(await journal.commit(back)).toEqual({ kind: 'stale' })
  })

  test('a decision that is too old is made again', async () => {
    const now = await timeOf(journal)
    expect(await journal.commit(step(now - DECISION_MAX_AGE_MS - 1_000, 'r:R-1', 1))).toEqual({
      kind: 'stale',
    })
    expect(await journal.commit(step(now + 3_600_000, 'r:R-1', 1))).toEqual({ kind: 'stale' })
    expect(await journal.load(['r:R-1'])).toMatchObject({ records: new Map([['r:R-1', { v: 0 }]]) })
  })
})

describe('a batch', () => {
  test('lands without its stale ones, in one go each', async () => {
    for (let i = 0; i < 20; i += 2) await mustCommit(journal, `r:R-${i}`, 1)
    const now = await timeOf(journal)
    // The even ones exist already.
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, i) => journal.commit(step(now, `r:R-${i}`, 1))),
    )
    expect(all.map((one) => one.kind)).toEqual(Array.from({ length: 20 }, (_, i) => (i % 2 ? 'ok' : 'stale')))
    expect(await redis.client.xlen('{curfew}:journal')).toBe(20)
  })

  test('two decisions on one version in one batch: the first lands, the second is stale', async () => {
    const now = await timeOf(journal)
    const twice = await Promise.all([1, 2].map(() => journal.commit(step(now, 'r:R-1', 1))))
    expect(twice.map((one) => one.kind)).toEqual(['ok', 'stale'])
    expect(await journal.entries('r:R-1')).toHaveLength(1)
  })

  test('travels together: 1,000 waiting changes take about ten scripts', async () => {
    const now = await timeOf(journal)
    await redis.client.config('RESETSTAT')
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => journal.commit(step(now, `r:R-${i}`, 1))))
    const calls = /cmdstat_eval(?:sha)?:calls=(\d+)/.exec(await redis.client.info('commandstats'))
    expect(Number(calls?.[1])).toBeLessThanOrEqual(15)
    expect(await redis.client.xlen('{curfew}:journal')).toBe(1_000)
  })

  test('a change that no decision can have meant is a bug, told to its caller alone', async () => {
    const now = await timeOf(journal)
    const odd = journal.commit(step(now, 'r:R-1', 1, { live: [{ key: 'r:R-2', live: true }] }))
    const good = journal.commit(step(now, 'r:R-3', 1))
    await expect(odd).rejects.toThrow('r:R-2 changes its liveness without being written')
    expect(await good).toMatchObject({ kind: 'ok' })
  })
})

describe('a gesture', () => {
  test('is answered once: a replay gets the first answer and changes nothing', async () => {
    const first = { says: 'requested', list: [], at: 1_764_000_000_123 }
    await mustCommit(journal, 'r:R-1', 1, { gesture: { id: 'slack/T1/42', answer: first } })
    const before = await dump()
    const replay = step(await timeOf(journal), 'r:R-2', 1, {
      gesture: { id: 'slack/T1/42', answer: 'another' },
    })
    expect(await journal.commit(replay)).toEqual({ kind: 'seen', answer: first })
    expect(await dump()).toBe(before)
    expect(await journal.load([], 'slack/T1/42')).toMatchObject({ seen: first })
    expect(await journal.load([], 'slack/T1/43')).not.toHaveProperty('seen')
    expect(await redis.client.pttl('{curfew}:g:slack/T1/42')).toBeGreaterThan(3_500_000)
  })

  test('twice in one batch: one lands, the other is told to look again', async () => {
    const now = await timeOf(journal)
    const gesture = { id: 'g1', answer: 'first' }
    const both = await Promise.all([
      journal.commit(step(now, 'r:R-1', 1, { gesture })),
      journal.commit(step(now, 'r:R-2', 1, { gesture })),
    ])
    expect(both.map((one) => one.kind)).toEqual(['ok', 'stale'])
  })
})

describe('a key of another type', () => {
  const everything = (now: number): Change =>
    step(now, 'r:R-9', 1, {
      reads: [
        { key: 'r:R-9', v: 0 },
        { key: 's:read', v: 0 },
      ],
      live: [{ key: 'r:R-9', live: true }],
      due: [dueIn('take:db', 'r:R-9', now)],
      texts: [{ record: 'r:R-9', digest: digest('d'), salt: 's', text: 't' }],
      sets: [{ set: 'by:ana', member: 'R-9', has: true }],
      gesture: { id: 'g9', answer: 'yes' },
    })
  // The good change stands first in the batch: all or nothing means that it is not written with the bad one.
  const classes: [key: string, good: boolean][] = [
    ['head', false],
    ['journal', false],
    ['live', false],
    ['r:R-9', true],
    ['s:read', true],
    ['n:r:R-9', true],
    ['text:r:R-9', true],
    ['due:take:db', true],
    ['set:by:ana', true],
    ['g:g9', true],
  ]

  test.each(classes)('%s: nothing of its change is written', async (name, othersLand) => {
    await mustCommit(journal, 'r:R-0', 1)
    const now = await timeOf(journal)
    const key = `{curfew}:${name}`
    const isHash = name.startsWith('text:')
    await redis.client.del(key)
    await (isHash ? redis.client.rpush(key, 'x') : redis.client.hset(key, 'x', 'y'))
    const before = await dump()
    const bad = await journal.commit(everything(now)).catch((thrown: Fault) => thrown)
    expect(bad).toMatchObject({ kind: 'permanent', message: `${key} in Redis is not what the journal wrote` })
    expect(await dump()).toBe(before)

    const good = journal.commit(step(now, 'r:R-1', 1)).catch((thrown: Fault) => thrown)
    const again = journal.commit(everything(now)).catch((thrown: Fault) => thrown)
    expect(await good).toMatchObject({ kind: othersLand ? 'ok' : 'permanent' })
    expect(await again).toMatchObject({ kind: 'permanent' })
    expect(await redis.client.exists('{curfew}:r:R-9')).toBe(name === 'r:R-9' ? 1 : 0)
  })

  test('a record that is not ours is not overwritten', async () => {
    await redis.client.set('{curfew}:r:R-9', '{"v":"1","live":true}')
    const before = await dump()
    await expect(journal.commit(everything(await timeOf(journal)))).rejects.toMatchObject({
      kind: 'permanent',
    })
    expect(await dump()).toBe(before)
  })

  test('a head that is not made of whole numbers is broken', async () => {
    await redis.client.hset('{curfew}:head', 'n', 'NaN')
    await expect(journal.commit(step(Date.now(), 'r:R-1' as RecordKey, 1))).rejects.toMatchObject({
      kind: 'permanent',
    })
  })
})
