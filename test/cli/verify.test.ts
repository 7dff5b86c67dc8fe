/** Every way to tamper with every entry of a journal is found, and located. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { run } from '../../src/cli/verify.ts'
import type { RecordKey, Seal } from '../../src/domain/model.ts'
import type { SealedTo } from '../../src/domain/seal.ts'
import { makeLog } from '../../src/infra/log.ts'
import { JOURNAL } from '../../src/journal/keys.ts'
import { type Keeper, openKeeper } from '../../src/journal/open-keeper.ts'
import { openReader, type Reader } from '../../src/journal/open-reader.ts'
import type { Row } from '../../src/journal/read-pages.ts'
import { readSealed, sealEntries } from '../../src/journal/seal-entries.ts'
import { type Finding, verifyJournal } from '../../src/journal/verify-journal.ts'
import { playJournal, RECORDED_KEY, recordedChains } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

const VERSION = '0.1.0'
const all = [...recordedChains(VERSION).values()].flat().sort((a, b) => a.n - b.n)
const SMALL = 6
/** A few records of the recorded journal, with somebody's refusals: small enough to tamper with every entry. */
const chosen = new Set(
  [...new Set(all.map(({ record }) => record))].filter((record, i) => i < SMALL || record.startsWith('p:')),
)
const entries = all.filter(({ record }) => chosen.has(record))

let redis: TestRedis
let reader: Reader
let keeper: Keeper
const log = makeLog({ level: 'silent' })
let rows: readonly Row[]
beforeAll(async () => {
  redis = await startRedis()
  reader = await openReader(redis.address, log)
  keeper = await openKeeper({ redis: redis.address, log })
})
afterAll(async () => {
  reader?.close()
  keeper?.close()
  await redis?.stop()
})
beforeEach(async () => {
  await redis.client.flushall()
  await playJournal(redis.client, VERSION)
  await shrink()
  await sealAll()
})

/** Leaves only what was chosen, as if nothing else had ever been written. */
const shrink = async (): Promise<void> => {
  const { client } = redis
  const others = (await client.keys('{curfew}:*')).filter((name) => {
    const [, record] = /^\{curfew\}:(?:n:)?([rsam]:.*)$/.exec(name) ?? []
    return record !== undefined && !chosen.has(record as RecordKey)
  })
  await client.del(others)
  for (const record of chosen) {
    const numbers = entries.flatMap((entry, i) => (entry.record === record ? [i + 1] : []))
    await client.del(`{curfew}:n:${record}`)
    await client.rpush(`{curfew}:n:${record}`, ...numbers)
  }
  const kept = new Set(entries.map(({ n }) => `${n}-0`))
  rows = numbered((await client.xrange(JOURNAL, '-', '+')).filter(([id]) => kept.has(id)))
  await rewrite(rows)
  await client.hset('{curfew}:head', 'n', entries.length)
}

const sealAll = async (): Promise<void> => {
  while ((await sealEntries(keeper, RECORDED_KEY, log)) > 0);
}

const verify = async (checkpoint?: SealedTo): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  await verifyJournal(reader, RECORDED_KEY, (finding) => found.push(finding), {
    checkpoints: checkpoint === undefined ? [] : [checkpoint],
  })
  return found
}

/** Makes these the entries of the journal. */
const rewrite = async (next: readonly Row[]): Promise<void> => {
  const pipeline = redis.client.pipeline().del(JOURNAL)
  for (const [id, fields] of next) pipeline.xadd(JOURNAL, id, ...fields)
  await pipeline.exec()
}

/** In the list of the record of this entry: one number for another. */
const renumber = async (i: number, to: number, from: number): Promise<void> => {
  const list = `{curfew}:n:${recordAt(i)}`
  const numbers = await redis.client.lrange(list, 0, -1)
  await redis.client.lset(list, numbers.indexOf(String(from)), to)
}

const numbered = (next: readonly Row[]): readonly Row[] => next.map(([, fields], i) => [`${i + 1}-0`, fields])
const at = (i: number): Row => rows[i] as Row
const recordAt = (i: number): string => entries[i]?.record ?? ''
const textAt = (i: number): string => at(i)[1][1] ?? ''
const withText = (i: number, text: string): readonly Row[] =>
  rows.map((row, j) => (j === i ? [row[0], ['e', text]] : row))

const names = (found: readonly Finding[], i: number): boolean =>
  found.some(({ n, record }) => n === i + 1 && record === recordAt(i))

test('a small journal is whole, and so is one of every state, and so says the command', async () => {
  expect(await verify()).toEqual([])
  await redis.client.flushall()
  await playJournal(redis.client, VERSION)
  expect(await runCommand(run, redis.url, [])).toEqual({
    code: 0,
    out: `Whole: ${all.length} entries of ${new Set(all.map(({ record }) => record)).size} records.\n`,
    err: '',
  })
})

describe('every entry', { timeout: 120_000 }, () => {
  test('one bit of its event flipped', async () => {
    for (const i of rows.keys()) {
      const text = textAt(i)
      const from = text.indexOf('"event":') + '"event":'.length
      const place = from + ((i * 7) % (text.lastIndexOf(',"mark"') - from))
      const flipped = String.fromCharCode(text.charCodeAt(place) ^ 1)
      await rewrite(withText(i, text.slice(0, place) + flipped + text.slice(place + 1)))
      const found = await verify()
      expect({ i, found, named: names(found, i) }).toMatchObject({ named: true })
      expect(found.length).toBeLessThanOrEqual(2)
    }
  })

  test.each([
    ['spread out', (text: string) => text.replace(',"v":', ', "v":')],
    ['with more in it', (text: string) => text.replace(/\}$/, ',"more":1}')],
    ['saying something twice', (text: string) => text.replace('"v":', '"v":9,"v":')],
    ['in another field', undefined],
  ])('written in other words: %s', async (_, change) => {
    for (const i of rows.keys()) {
      const name = change === undefined ? 'f' : 'e'
      const text = change?.(textAt(i)) ?? textAt(i)
      await rewrite(rows.map((row, j) => (j === i ? [row[0], [name, text]] : row)))
      const found = await verify()
      expect({ i, found, named: names(found, i) }).toMatchObject({ named: true })
      expect(found.length).toBeLessThanOrEqual(2)
    }
  })

  test('taken out, its number left empty', async () => {
    for (const i of rows.keys()) {
      await rewrite(rows.filter((_, j) => j !== i))
      const found = await verify()
      expect(found).toContainEqual(
        expect.objectContaining({ n: i + 1, says: expect.stringMatching('missing') }),
      )
      const others = found.filter(({ n }) => n !== i + 1).map(({ record }) => record)
      expect(others).toEqual(recordAt(i).startsWith('p:') ? [] : [recordAt(i)])
    }
  })

  test('taken out, and the rest moved up', async () => {
    for (const i of rows.keys()) {
      await rewrite(numbered(rows.filter((_, j) => j !== i)))
      const found = await verify()
      expect(found.some(({ n }) => n !== undefined && n >= i + 1)).toBe(true)
      expect(found.every(({ n }) => n === undefined || n >= i + 1)).toBe(true)
      if (!recordAt(i).startsWith('p:')) expect(found.map(({ record }) => record)).toContain(recordAt(i))
    }
  })

  test('swapped with the next', async () => {
    for (const i of [...rows.keys()].slice(1)) {
      const next = [...rows]
      next.splice(i - 1, 2, at(i), at(i - 1))
      await rewrite(numbered(next))
      const found = await verify()
      // Now the later one stands first.
      expect(found[0]).toMatchObject({ n: i, record: recordAt(i) })
    }
  })

  test('swapped with the next, and the lists of both records with it', async () => {
    for (const i of [...rows.keys()].slice(1)) {
      if (recordAt(i) === recordAt(i - 1)) continue
      const next = [...rows]
      next.splice(i - 1, 2, at(i), at(i - 1))
      await rewrite(numbered(next))
      await renumber(i - 1, i + 1, i)
      await renumber(i, i, i + 1)
      expect(await verify()).toEqual([
        { n: i, record: recordAt(i), says: expect.stringContaining('does not fit its seal') },
      ])
      await renumber(i - 1, i, i + 1)
      await renumber(i, i + 1, i)
    }
  })

  test.each([
    'moved down',
    'left where they are',
  ])('a copy put in after it, the others %s', async (others) => {
    for (const i of rows.keys()) {
      const [id, fields] = at(i)
      const copy: Row = [id.replace('-0', '-1'), fields]
      const next = rows.flatMap((row, j) => (j === i ? [row, copy] : [row]))
      await rewrite(others === 'moved down' ? numbered(next) : next)
      const found = await verify()
      expect(found[0]).toMatchObject({ n: others === 'moved down' ? i + 2 : i + 1, record: recordAt(i) })
    }
  })

  test('cut off, with all that came after it', async () => {
    for (const i of rows.keys()) {
      await rewrite(rows.slice(0, i))
      const found = await verify()
      expect(found).toContainEqual({ n: i + 1, says: expect.stringContaining('the end was cut off') })
      const lost = new Set(
        entries.slice(i).flatMap(({ record }) => (record.startsWith('p:') ? [] : [record])),
      )
      expect(new Set(found.flatMap(({ record }) => record ?? []))).toEqual(lost)
    }
  })
})

test('a record that was put back to an earlier state, made up, or taken out', async () => {
  const key = `{curfew}:${recordAt(entries.findIndex(({ record }) => record.startsWith('r:')))}`
  const text = (await redis.client.get(key)) ?? ''
  await redis.client.set(key, text.replace(/"v":\d+/, '"v":1'))
  expect((await verify()).map(({ says }) => says)).toEqual([
    expect.stringMatching(/is stored as version 1, and/),
  ])
  await redis.client.set(key, text.replace(/"mark":"./, '"mark":"x'))
  expect((await verify()).map(({ says }) => says)).toEqual([expect.stringContaining('another mark')])
  await redis.client.set(key, 'nothing')
  expect((await verify()).map(({ says }) => says)).toEqual([expect.stringContaining('no record')])
  await redis.client.del(key)
  expect((await verify()).map(({ says }) => says)).toEqual([
    expect.stringContaining('is stored as version 0'),
  ])
  await redis.client.set(key, text)
  await redis.client.set('{curfew}:r:R-F0RGED', text)
  expect(await verify()).toEqual([
    { record: 'r:R-F0RGED', says: expect.stringContaining('missing at the end') },
  ])
})

test('rewritten, sealed anew by whoever has the key, or cut off with its seals: found by a checkpoint kept elsewhere', async () => {
  const kept = await readSealed(reader)
  expect(kept.n).toBe(entries.length)
  expect(await verify(kept)).toEqual([])
  expect(await verify({ n: kept.n + 5, seal: kept.seal })).toEqual([
    { n: kept.n + 5, says: expect.stringContaining('the end was cut off') },
  ])
  const early = { n: 3, seal: 'f'.repeat(64) as Seal }
  expect(await verify(early)).toEqual([
    { n: 3, record: recordAt(2), says: expect.stringContaining('was rewritten') },
  ])
  // Refusals stand alone: all of them put last leave every record's own chain whole.
  const isRefusal = (row: Row): boolean => row[1][1]?.startsWith('{"record":"p:') === true
  const others = rows.filter((row) => !isRefusal(row))
  const refusals = rows.filter(isRefusal)
  const made: Record<string, number[]> = {}
  await rewrite(numbered([...others, ...refusals]))
  for (const [i, [, [, text = '']]] of [...others, ...refusals].entries()) {
    const { record } = JSON.parse(text) as { record: string }
    made[record] = [...(made[record] ?? []), i + 1]
  }
  for (const [record, numbers] of Object.entries(made))
    await redis.client
      .multi()
      .del(`{curfew}:n:${record}`)
      .rpush(`{curfew}:n:${record}`, ...numbers)
      .exec()
  expect((await verify())[0]).toMatchObject({ n: 1, says: expect.stringContaining('seal') })
  await redis.client.del('{curfew}:seal', '{curfew}:seals:0')
  await sealAll()
  expect(await verify()).toEqual([])
  expect(await verify(kept)).toEqual([expect.objectContaining({ n: kept.n })])
})

test('a seal that was taken away or changed is missed', async () => {
  await redis.client.setrange('{curfew}:seals:0', 12 * 4, '\0'.repeat(12))
  expect(await verify()).toEqual([
    { n: 4, record: recordAt(3), says: expect.stringContaining('has no seal any more') },
  ])
})

test('the command names it and answers 1; with another key it asks for the right one', async () => {
  await rewrite(withText(4, textAt(4).replace('"at":1', '"at":2')))
  expect(await runCommand(run, redis.url, [])).toMatchObject({
    code: 1,
    out: expect.stringContaining(`entry 5 (${recordAt(4)}): its mark is wrong`),
  })
  const other = await runCommand(run, redis.url, [], { env: { CURFEW_KEY: 'another-'.repeat(4) } })
  expect(other).toMatchObject({ code: 1, out: expect.stringContaining('Is CURFEW_KEY the one') })
})

test('answers 2 when Redis is not there', async () => {
  expect(await runCommand(run, 'unix:///nowhere.sock', [])).toMatchObject({ code: 2 })
})
