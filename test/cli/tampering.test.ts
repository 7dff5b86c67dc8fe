/**
 * A journal of a thousand events, in Redis and in its mirror: every kind of tampering with every event is found, and
 * located to it. Here with some of the events; `npm run test:tampering` takes every one.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { markOf } from '../../src/domain/entry.ts'
import type { Mark, RecordKey, Seal } from '../../src/domain/model.ts'
import { type SealedTo, SHORT_SEAL, sealNext, UNSEALED } from '../../src/domain/seal.ts'
import { makeLog } from '../../src/infra/log.ts'
import { JOURNAL, numbersName, SEALS_IN_A_KEY, sealsName } from '../../src/journal/keys.ts'
import type { Mirror, MirrorLine } from '../../src/journal/mirror.ts'
import { type Keeper, openKeeper } from '../../src/journal/open-keeper.ts'
import { readSealed, sealEntries } from '../../src/journal/seal-entries.ts'
import { type Finding, verifyJournal } from '../../src/journal/verify-journal.ts'
import { verifyMirror } from '../../src/journal/verify-mirror.ts'
import { entryText, markInText, parseEntry } from '../../src/journal/wire.ts'
import { writeLongJournal } from '../fixtures/long-journal.ts'
import { RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

const isLong = process.env.TAMPER_WITH === 'all'
const EVERY = isLong ? { redis: 1, mirror: 1 } : { redis: 251, mirror: 83 }
const EVENTS = 1_000
const log = makeLog({ level: 'silent' })

let redis: TestRedis
let keeper: Keeper
/** The entries as they stand, in the order of their numbers. */
let texts: readonly string[]
let lines: readonly MirrorLine[]
let end: SealedTo
beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' })
  keeper = await openKeeper({ redis: redis.address, log })
  await writeLongJournal(redis.client, EVENTS)
  while ((await sealEntries(keeper, RECORDED_KEY, log)) > 0);
  texts = (await redis.client.xrange(JOURNAL, '-', '+')).map(([, fields]) => fields[1] ?? '')
  lines = sealed(texts)
  end = await readSealed(keeper)
  expect(end).toMatchObject({ n: texts.length, seal: lines.at(-1)?.seal })
  expect(texts.length).toBeGreaterThanOrEqual(EVENTS)
})
afterAll(async () => {
  keeper?.close()
  await redis?.stop()
})

const sealed = (all: readonly string[]): readonly MirrorLine[] => {
  let at = UNSEALED
  return all.map((text, i) => {
    at = sealNext(RECORDED_KEY, at, i + 1, markInText(text))
    return { ...at, text }
  })
}
const recordOf = (i: number): RecordKey => parseEntry(texts[i] ?? '')?.record as RecordKey
const some = (every: number): readonly number[] => [...texts.keys()].filter((i) => i % every === every - 1)
const flip = (text: string, at: number): string =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1)
/** Another place in each event, over all of it. */
const flipEvent = (text: string, i: number): string => {
  const from = text.indexOf('"event":') + '"event":'.length
  return flip(text, from + ((i * 7) % (text.lastIndexOf(',"mark"') - from)))
}
const flipMark = (text: string, i: number): string => flip(text, text.length - 3 - (i % 64))
const replaced = <T>(all: readonly T[], i: number, by: (one: T) => readonly T[]): readonly T[] =>
  all.flatMap((one, j) => (j === i ? by(one) : [one]))
const locates = (found: readonly Finding[], n: number): boolean => found.some((finding) => finding.n === n)

describe('in the mirror', { timeout: 900_000 }, () => {
  const verify = async (
    all: readonly MirrorLine[],
    checkpoints: readonly SealedTo[],
  ): Promise<readonly Finding[]> => {
    const found: Finding[] = []
    const mirror = {
      read: async function* () {
        yield all
      },
      texts: async function* () {},
    } as unknown as Mirror
    await verifyMirror(mirror, RECORDED_KEY, (finding) => found.push(finding), checkpoints)
    return found
  }
  /** The entry is another one, and whoever has the key made all marks and seals after it anew. */
  const rewritten = (i: number): readonly MirrorLine[] => {
    const marks = new Map<RecordKey, Mark>()
    const anew = texts.map((text, j) => {
      const entry = parseEntry(text)
      if (entry === undefined) throw new Error('no entry')
      const at = j === i ? entry.at + 1 : entry.at
      const link = { ...entry, at }
      const mark = markOf(RECORDED_KEY, marks.get(entry.record) ?? null, link)
      marks.set(entry.record, mark)
      return entryText({ ...link, mark })
    })
    return sealed(anew)
  }
  const kinds: Readonly<Record<string, (i: number) => readonly MirrorLine[]>> = {
    'a bit of its event': (i) => replaced(lines, i, (one) => [{ ...one, text: flipEvent(one.text, i) }]),
    'a bit of its mark': (i) => replaced(lines, i, (one) => [{ ...one, text: flipMark(one.text, i) }]),
    'a bit of its seal': (i) =>
      replaced(lines, i, (one) => [{ ...one, seal: flip(one.seal, i % 64) as Seal }]),
    'taken out': (i) => replaced(lines, i, () => []),
    'put in twice': (i) => replaced(lines, i, (one) => [one, one]),
    'swapped with the one before': (i) => {
      const [one, two] = [lines[i - 1], lines[i]] as [MirrorLine, MirrorLine]
      return [...lines.slice(0, i - 1), two, one, ...lines.slice(i + 1)]
    },
    'cut off with all after it': (i) => lines.slice(0, i),
  }

  test('whole: nothing is found', async () => {
    expect(await verify(lines, [end])).toEqual([])
  })

  test.each(Object.keys(kinds))('%s', async (kind) => {
    for (const i of some(EVERY.mirror)) {
      const found = await verify(kinds[kind]?.(i) ?? [], [end])
      const n = kind.startsWith('cut') ? end.n : i + 1
      // What was swapped is missing at its place first.
      const places = kind.startsWith('swapped') ? [i, i + 1] : [n]
      expect({ i, found, is: places.some((place) => locates(found, place)) }).toMatchObject({ is: true })
      expect(found.length).toBeLessThanOrEqual(3)
    }
  })

  test('rewritten by somebody who has the key: found by the checkpoint of a digest', async () => {
    for (const i of some(EVERY.mirror * (isLong ? 10 : 2))) {
      const at = { n: Math.min(i + 20, end.n), seal: (lines[Math.min(i + 19, end.n - 1)] as MirrorLine).seal }
      const anew = rewritten(i)
      expect(await verify(anew, [])).toEqual([])
      expect(await verify(anew, [at])).toEqual([
        expect.objectContaining({ n: at.n, says: expect.stringContaining('was rewritten') }),
      ])
    }
  })
})

describe('in Redis', { timeout: 1_800_000 }, () => {
  const write = async (all: readonly (readonly [id: string, text: string])[]): Promise<void> => {
    const pipeline = redis.client.pipeline().del(JOURNAL)
    for (const [id, text] of all) pipeline.xadd(JOURNAL, id, 'e', text)
    await pipeline.exec()
  }
  const numbered = (all: readonly string[]) =>
    all.map((text, i): readonly [string, string] => [`${i + 1}-0`, text])
  const verify = async (): Promise<readonly Finding[]> => {
    const found: Finding[] = []
    await verifyJournal(keeper, RECORDED_KEY, (finding) => found.push(finding))
    return found
  }
  const relist = async (record: RecordKey, from: number, to: number): Promise<void> => {
    const numbers = await redis.client.lrange(numbersName(record), 0, -1)
    await redis.client.lset(numbersName(record), numbers.indexOf(String(from)), to)
  }

  const kinds: Readonly<Record<string, (i: number) => readonly (readonly [string, string])[]>> = {
    'a bit of its event': (i) => numbered(replaced(texts, i, (text) => [flipEvent(text, i)])),
    'a bit of its mark': (i) => numbered(replaced(texts, i, (text) => [flipMark(text, i)])),
    'taken out': (i) => numbered(texts).filter((_, j) => j !== i),
    'put in once more beside it': (i) =>
      replaced(numbered(texts), i, ([id, text]) => [
        [id, text],
        [id.replace('-0', '-1'), text],
      ]),
    'put in twice, and all after it moved down': (i) => numbered(replaced(texts, i, (text) => [text, text])),
    'cut off with all after it': (i) => numbered(texts).slice(0, i),
  }

  test.each(Object.keys(kinds))('%s', async (kind) => {
    for (const i of some(EVERY.redis)) {
      await write(kinds[kind]?.(i) ?? [])
      const found = await verify()
      const n = kind.endsWith('moved down') ? i + 2 : i + 1
      expect({ i, found: found.slice(0, 3), is: locates(found, n) }).toMatchObject({ is: true })
    }
    await write(numbered(texts))
  })

  test('swapped with the one before, and the lists of both records with it', async () => {
    for (const i of some(EVERY.redis)) {
      if (recordOf(i) === recordOf(i - 1)) continue
      const next = [...texts]
      next.splice(i - 1, 2, texts[i] ?? '', texts[i - 1] ?? '')
      await write(numbered(next))
      await relist(recordOf(i - 1), i, i + 1)
      await relist(recordOf(i), i + 1, i)
      expect(await verify()).toEqual([expect.objectContaining({ n: i, record: recordOf(i) })])
      await relist(recordOf(i - 1), i + 1, i)
      await relist(recordOf(i), i, i + 1)
    }
    await write(numbered(texts))
  })

  test('a bit of the seal beside it', async () => {
    for (const i of some(EVERY.redis)) {
      const [name, at] = [sealsName(i + 1), ((i + 1) % SEALS_IN_A_KEY) * SHORT_SEAL + (i % SHORT_SEAL)]
      const byte = await redis.client.getrange(name, at, at)
      await redis.client.setrange(name, at, byte === '0' ? '1' : '0')
      expect(await verify()).toEqual([expect.objectContaining({ n: i + 1 })])
      await redis.client.setrange(name, at, byte)
    }
    expect(await verify()).toEqual([])
  })
})
