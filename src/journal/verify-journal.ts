/**
 * Walks the whole journal once and names what was tampered with: every mark, every number, every record's place in its
 * own list, and last every stored record. Checkers follow the chains; here is what needs Redis and the order of all entries.
 */
import type { RecordKey } from '../domain/model.ts'
import type { SealedTo } from '../domain/seal.ts'
import { UNREADABLE } from './check-entries.ts'
import { type Checkers, checkHere } from './checkers.ts'
import { readShortSeals } from './follow-seals.ts'
import { HEAD, JOURNAL, keyOfRecordName, RECORDS_PATTERN, recordName } from './keys.ts'
import type { Reader } from './open-reader.ts'
import { lastIdOf, type Page, pageOf, type Row, readPages } from './read-pages.ts'
import { readPlaces } from './read-places.ts'
import { readTrim, type Trim } from './read-trim.ts'
import { execute } from './reads.ts'
import { readSealed } from './seal-entries.ts'
import { markInText } from './wire.ts'

/** `n`: the entry, where it is about one; `record`: whose, as far as that can be read. */
export interface Finding {
  readonly n?: number
  readonly record?: RecordKey
  readonly says: string
}

export interface Verified {
  readonly entries: number
  readonly records: number
  /** Up to where the journal was sealed when the walk began. */
  readonly sealed: SealedTo
  /** The last entry that left Redis before. */
  readonly from: number
}

export interface VerifyOptions {
  /** Without them all is done in this thread. */
  readonly checkers?: Checkers
  /** As they were kept elsewhere. */
  readonly checkpoints?: readonly SealedTo[]
}

type Find = (finding: Finding) => void

interface Walk {
  readonly reader: Reader
  readonly checkers: Checkers
  readonly find: Find
  found: number
  readonly bases: Trim['bases']
  /** Every record that has entries. */
  readonly records: Set<RecordKey>
  /** Stream id and number of the last entry. */
  last: { id: string; n: number }
  /** How far entries stand behind the numbers their records know; told once when it changes. */
  shift: number
  entries: number
}

/** Pages that are checked at the same time as the next ones are read. */
const PAGES_AHEAD = 2
const COMPARED_AT_ONCE = 200
const SCANNED_AT_ONCE = 5_000

/** Calls `find` with everything that is wrong, as it goes; a bot may be at work meanwhile. Rejects with a fault. */
export const verifyJournal = async (
  reader: Reader,
  key: string,
  find: Find,
  { checkers = checkHere(key), checkpoints = [] }: VerifyOptions = {},
): Promise<Verified> => {
  const [sealed, { from, isSigned, bases }] = await Promise.all([readSealed(reader), readTrim(reader, key)])
  const walk: Walk = {
    reader,
    checkers,
    find: (finding) => {
      walk.found += 1
      find(finding)
    },
    found: 0,
    bases,
    records: new Set(),
    last: { id: lastIdOf(from.n), n: from.n },
    shift: 0,
    entries: 0,
  }
  if (!isSigned)
    walk.find({
      n: from.n + 1,
      says: 'is where the journal begins, and nobody with the key said so: what stood before was cut off',
    })
  await checkers.begin([...bases], { from, sealed, checkpoints })
  const ahead: (() => Promise<void>)[] = []
  for await (const page of readPages(reader)) {
    ahead.push(follow(walk, page))
    if (ahead.length > PAGES_AHEAD) await ahead.shift()?.()
  }
  for (const finish of ahead) await finish()
  await compareAll(
    walk,
    batches([...walk.records, ...[...walk.bases.keys()].filter((record) => !walk.records.has(record))], walk),
  )
  await compareAll(walk, scanOthers(walk))
  await compareHead(walk)
  for (const { n } of await checkers.beyond())
    walk.find({ n, says: 'is a checkpoint, and the journal ends before it: the end was cut off' })
  return { entries: walk.entries, records: walk.records.size, sealed, from: from.n }
}

/** Begins to check a page; what it answers waits for that, and says what was found. Pages are finished in order. */
const follow = (walk: Walk, page: Page): (() => Promise<void>) => {
  const checking = checkPage(walk, page)
  // Whoever finishes it is told.
  checking.catch(() => undefined)
  return async () => {
    const { numbers, checked, places, moved } = await checking
    for (const record of checked.records) walk.records.add(record)
    for (const [i, n] of numbers.entries()) {
      const record = checked.records[checked.owners[i] ?? UNREADABLE]
      const entry = { id: page.ids[i] ?? '', n, ...(record === undefined ? {} : { record }) }
      followRow(walk, entry, {
        wrong: checked.wrong.get(i),
        place: places[i] ?? null,
        moved: moved.get(i),
      })
    }
  }
}

const checkPage = async (walk: Walk, page: Page) => {
  const numbers = page.ids.map(numberOf)
  const readMoved = async () => {
    const shorts = await readShortSeals(walk.reader, numbers)
    return walk.checkers.seal({ numbers, marks: page.texts.map(markInText), shorts })
  }
  const readChecked = async () => {
    const checked = await walk.checkers.check(page)
    return { checked, places: await readPlaces(walk, numbers, checked) }
  }
  const [moved, { checked, places }] = await Promise.all([readMoved(), readChecked()])
  return { numbers, checked, places, moved }
}

interface Found {
  /** By its mark. */
  readonly wrong: string | undefined
  /** Which number its record has for it. */
  readonly place: number | null
  /** By its seal. */
  readonly moved: string | undefined
}

const followRow = (walk: Walk, entry: Numbered, { wrong, place, moved }: Found): void => {
  const before = walk.found
  walk.entries += 1
  followNumber(walk, entry)
  if (wrong !== undefined) walk.find({ ...about(entry), says: wrong })
  else followPlace(walk, entry, place)
  // What was found by its mark or its number is not found again by its seal.
  if (moved !== undefined && walk.found === before) walk.find({ ...about(entry), says: moved })
}

const numberOf = (id: string): number => Number.parseInt(id, 10)

interface Numbered {
  readonly id: string
  readonly n: number
  readonly record?: RecordKey
}

const about = ({ n, record }: Numbered): Omit<Finding, 'says'> =>
  record === undefined ? { n } : { n, record }

const followNumber = (walk: Walk, entry: Numbered): void => {
  const { id, n } = entry
  const before = walk.last.n
  if (id !== `${n}-0` || n <= before)
    walk.find({ ...about(entry), says: `stands there as ${id}: it was inserted` })
  else if (n > before + 1) walk.find({ n: before + 1, says: missing(before + 1, n - 1) })
  walk.last = { id, n: Math.max(n, before) }
}

const missing = (from: number, to: number): string =>
  from === to ? 'is missing' : `and all up to ${to} are missing`

const followPlace = (walk: Walk, entry: Numbered, place: number | null): void => {
  if (place === null) {
    walk.find({ ...about(entry), says: 'its record does not know of it: it was inserted or moved' })
    return
  }
  const shift = entry.n - place
  if (shift !== walk.shift && shift !== 0)
    walk.find({ ...about(entry), says: `was entry ${place} when it was written: entries were moved` })
  walk.shift = shift
}

/** While one batch is compared, the next is read. */
const compareAll = async (
  walk: Walk,
  all: Iterable<readonly RecordKey[]> | AsyncIterable<readonly RecordKey[]>,
): Promise<void> => {
  let finish = async (): Promise<void> => undefined
  for await (const records of all) {
    const next = await compareStored(walk, records)
    await finish()
    finish = next
  }
  await finish()
}

/** Reads in one step with all entries that came meanwhile, so that a bot at work makes no false alarm. */
const compareStored = async (walk: Walk, records: readonly RecordKey[]): Promise<() => Promise<void>> => {
  const [texts, rows] = (await walk.reader.ask((redis) =>
    execute(redis.multi().mget(records.map(recordName)).xrange(JOURNAL, `(${walk.last.id}`, '+')),
  )) as [(string | null)[], Row[]]
  await followNew(walk, rows)
  const comparing = walk.checkers.compare(records, texts)
  comparing.catch(() => undefined)
  return async () => {
    for (const [i, says] of (await comparing).entries()) {
      if (says !== undefined) walk.find({ record: records[i] as RecordKey, says })
    }
  }
}

const followNew = async (walk: Walk, rows: readonly Row[]): Promise<void> => {
  if (rows.length > 0) await follow(walk, pageOf(rows))()
}

const compareHead = async (walk: Walk): Promise<void> => {
  const [n, rows] = (await walk.reader.ask((redis) =>
    execute(redis.multi().hget(HEAD, 'n').xrange(JOURNAL, `(${walk.last.id}`, '+')),
  )) as [string | null, Row[]]
  await followNew(walk, rows)
  const said = Number(n ?? 0)
  const last = walk.last.n
  if (said > last) walk.find({ n: last + 1, says: `${missing(last + 1, said)}: the end was cut off` })
  if (said < last) walk.find({ n: said + 1, says: `${last - said} more than the journal counted: inserted` })
}

function* batches(keys: readonly RecordKey[], { bases }: Walk): Generator<readonly RecordKey[]> {
  const chained = keys.filter((record) => /^[rsamcfo]:/.test(record) && !bases.get(record)?.gone)
  for (let i = 0; i < chained.length; i += COMPARED_AT_ONCE) yield chained.slice(i, i + COMPARED_AT_ONCE)
}

/** Records that are stored and have no entries at all. */
async function* scanOthers(walk: Walk): AsyncGenerator<readonly RecordKey[]> {
  const { reader, records, bases } = walk
  let cursor = '0'
  do {
    const [next, names] = await reader.ask((redis) =>
      redis.scan(cursor, 'MATCH', RECORDS_PATTERN, 'COUNT', SCANNED_AT_ONCE),
    )
    cursor = next
    yield* batches(
      names.map(keyOfRecordName).filter((record) => !records.has(record) && !bases.has(record)),
      walk,
    )
  } while (cursor !== '0')
}
