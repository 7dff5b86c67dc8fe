/**
 * Walks the whole journal once and names what was tampered with: every mark, every number, every record's place in its
 * own list, and last every stored record. It keeps a version and a mark per record, and nothing per entry.
 */
import { followChain, START, type Stand, versions } from '../domain/follow-chain.ts'
import { BATCH_MAX } from '../domain/limits.ts'
import type { Mark, RecordKey } from '../domain/model.ts'
import type { SealedTo } from '../domain/seal.ts'
import type { Entry } from '../ports.ts'
import { readShortSeals, type SealWalk, walkSeals } from './follow-seals.ts'
import { HEAD, JOURNAL, keyOfRecordName, numbersName, RECORDS_PATTERN, recordName } from './keys.ts'
import type { Reader } from './open-reader.ts'
import { entryOf } from './read-histories.ts'
import { type Row, readPages } from './read-pages.ts'
import { execute } from './reads.ts'
import { readSealed } from './seal-entries.ts'
import { parseStored } from './stored.ts'
import { entryText, markInText } from './wire.ts'

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
}

type Find = (finding: Finding) => void

interface Walk {
  readonly key: string
  readonly reader: Reader
  readonly find: Find
  found: number
  readonly stands: Map<RecordKey, Stand>
  readonly seals: SealWalk
  /** Stream id and number of the last entry. */
  last: { id: string; n: number }
  /** How far entries stand behind the numbers their records know; told once when it changes. */
  shift: number
  entries: number
}

/**
 * Calls `find` with everything that is wrong, as it goes; a bot may be at work meanwhile. `checkpoint` was kept elsewhere.
 * Rejects with a fault.
 */
export const verifyJournal = async (
  reader: Reader,
  key: string,
  find: Find,
  checkpoint?: SealedTo,
): Promise<Verified> => {
  const sealed = await readSealed(reader)
  const seals = walkSeals(key, { sealed, checkpoint })
  const walk: Walk = {
    key,
    reader,
    find: (finding) => {
      walk.found += 1
      find(finding)
    },
    found: 0,
    seals,
    stands: new Map(),
    last: { id: '0-0', n: 0 },
    shift: 0,
    entries: 0,
  }
  for await (const rows of readPages(reader)) await follow(walk, rows)
  for (const keys of batches([...walk.stands.keys()])) await compareStored(walk, keys)
  for await (const keys of scanRecords(reader))
    await compareStored(
      walk,
      keys.filter((record) => !walk.stands.has(record)),
    )
  await compareHead(walk)
  for (const { n } of seals.beyond())
    find({ n, says: 'is a checkpoint, and the journal ends before it: the end was cut off' })
  return { entries: walk.entries, records: walk.stands.size, sealed }
}

const follow = async (walk: Walk, rows: readonly Row[]): Promise<void> => {
  const entries = rows.map((row) => readRow(row))
  const [places, shorts] = await Promise.all([
    readPlaces(walk.reader, entries),
    readShortSeals(
      walk.reader,
      entries.map(({ n }) => n),
    ),
  ])
  for (const [i, read] of entries.entries()) {
    walk.entries += 1
    const before = walk.found
    followNumber(walk, read)
    if (read.record === undefined) walk.find({ n: read.n, says: 'cannot be read: it was changed' })
    else if (read.entry === undefined) skip(walk, read, read.record)
    else followEntry(walk, read.entry, places[i] ?? null)
    const says = walk.seals.follow({ n: read.n, mark: markInText(rows[i]?.[1][1] ?? '') }, shorts.get(read.n))
    // What was found by its mark or its number is not found again by its seal.
    if (says !== undefined && walk.found === before) walk.find({ ...aboutOf(read), says })
  }
}

interface Read {
  readonly id: string
  readonly n: number
  readonly record?: RecordKey
  /** Absent: it is not what the journal writes. */
  readonly entry?: Entry
  readonly mark?: Mark
}

/** Of what is no entry, the record that it was of is read all the same, so that the fault is named once. */
const readRow = (row: Row): Read => {
  const [id, [name, text = '', ...more]] = row
  const n = Number.parseInt(id, 10)
  const entry = entryOf(row)
  if (entry !== undefined && name === 'e' && more.length === 0 && entryText(entry) === text)
    return { id, n, record: entry.record, entry, mark: entry.mark }
  const [, record] = /^\{"record":"([rsapmco]:[^"\\]+)"/.exec(text) ?? []
  const [, mark] = /"mark":"([0-9a-f]{64})"\}$/.exec(text) ?? []
  return {
    id,
    n,
    ...(record === undefined ? {} : { record: record as RecordKey }),
    ...(mark === undefined ? {} : { mark: mark as Mark }),
  }
}

const aboutOf = ({ n, record }: Read): Pick<Finding, 'n' | 'record'> =>
  record === undefined ? { n } : { n, record }

const skip = ({ stands, find }: Walk, { n, mark }: Read, record: RecordKey): void => {
  const { v } = stands.get(record) ?? START
  if (!record.startsWith('p:')) stands.set(record, { v: v + 1, mark: mark ?? null })
  find({ n, record, says: 'cannot be read as it stands: it was changed' })
}

const followNumber = (walk: Walk, read: Read): void => {
  const { id, n } = read
  const about = aboutOf(read)
  const before = walk.last.n
  if (id !== `${n}-0` || n <= before) walk.find({ ...about, says: `stands there as ${id}: it was inserted` })
  else if (n > before + 1) walk.find({ n: before + 1, says: missing(before + 1, n - 1) })
  walk.last = { id, n: Math.max(n, before) }
}

const missing = (from: number, to: number): string =>
  from === to ? 'is missing' : `and all up to ${to} are missing`

const followEntry = (walk: Walk, entry: Entry, place: number | null): void => {
  const { key, stands, find } = walk
  const { n, record } = entry
  const { after, says } = followChain(key, stands.get(record) ?? START, entry)
  stands.set(record, after)
  if (says !== undefined) find({ n, record, says })
  else if (place === null)
    find({ n, record, says: 'its record does not know of it: it was inserted or moved' })
  else followPlace(walk, entry, place)
}

const followPlace = (walk: Walk, { n, record }: Entry, place: number): void => {
  const shift = n - place
  if (shift !== walk.shift && shift !== 0)
    walk.find({ n, record, says: `was entry ${place} when it was written: entries were moved` })
  walk.shift = shift
}

/** Which number the record of each entry has for it; null: none. */
const readPlaces = async (reader: Reader, entries: readonly Read[]): Promise<readonly (number | null)[]> => {
  const answers = await reader.ask((redis) => {
    const pipeline = redis.pipeline()
    for (const { n, record, entry } of entries) {
      const list = numbersName(record ?? 'p:')
      // What stands alone has no version to look it up by.
      if (record?.startsWith('p:') || entry === undefined) pipeline.lpos(list, n)
      else pipeline.lindex(list, entry.v - 1)
    }
    return execute(pipeline)
  })
  return answers.map((answer, i) => {
    const { n, record } = entries[i] as Read
    if (answer === null || answer === undefined) return null
    return record?.startsWith('p:') ? n : Number(answer)
  })
}

/** In one step with all entries that came meanwhile, so that a bot at work makes no false alarm. */
const compareStored = async (walk: Walk, keys: readonly RecordKey[]): Promise<void> => {
  const chained = keys.filter((record) => /^[rsamco]:/.test(record))
  if (chained.length === 0) return
  const [texts, rows] = (await walk.reader.ask((redis) =>
    execute(redis.multi().mget(chained.map(recordName)).xrange(JOURNAL, `(${walk.last.id}`, '+')),
  )) as [(string | null)[], Row[]]
  await follow(walk, rows)
  for (const [i, record] of chained.entries()) {
    const says = differs(walk.stands.get(record) ?? START, readStand(record, texts[i] ?? null))
    if (says !== undefined) walk.find({ record, says })
  }
}

/** `broken`: there is something, but it is no record. */
const readStand = (record: RecordKey, text: string | null): Stand | 'broken' => {
  if (text === null) return START
  try {
    return parseStored(record, text)
  } catch {
    return 'broken'
  }
}

const differs = (chain: Stand, stored: Stand | 'broken'): string | undefined => {
  if (stored === 'broken') return 'what is stored of it is no record'
  if (stored.v > chain.v) return `${versions(chain.v + 1, stored.v)} missing at the end of its chain`
  if (stored.v < chain.v) return `is stored as version ${stored.v}, and its chain ends at ${chain.v}`
  return stored.mark === chain.mark ? undefined : 'is stored with another mark than its last entry has'
}

const compareHead = async (walk: Walk): Promise<void> => {
  const [n, rows] = (await walk.reader.ask((redis) =>
    execute(redis.multi().hget(HEAD, 'n').xrange(JOURNAL, `(${walk.last.id}`, '+')),
  )) as [string | null, Row[]]
  await follow(walk, rows)
  const said = Number(n ?? 0)
  const last = walk.last.n
  if (said > last) walk.find({ n: last + 1, says: `${missing(last + 1, said)}: the end was cut off` })
  if (said < last) walk.find({ n: said + 1, says: `${last - said} more than the journal counted: inserted` })
}

function* batches(keys: readonly RecordKey[]): Generator<readonly RecordKey[]> {
  for (let i = 0; i < keys.length; i += BATCH_MAX) yield keys.slice(i, i + BATCH_MAX)
}

async function* scanRecords(reader: Reader): AsyncGenerator<readonly RecordKey[]> {
  let cursor = '0'
  do {
    const [next, names] = await reader.ask((redis) =>
      redis.scan(cursor, 'MATCH', RECORDS_PATTERN, 'COUNT', 1_000),
    )
    cursor = next
    yield* batches(names.map(keyOfRecordName))
  } while (cursor !== '0')
}
