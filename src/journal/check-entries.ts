/**
 * Checks entries as they stand in the stream: form, version, mark, each against the record's entry before it, and seal. It keeps a
 * version and a mark per record and nothing per entry, and does no I/O: a thread of its own can run it.
 */
import { followChain, followText, START, type Stand, versions } from '../domain/follow-chain.ts'
import type { Mark, RecordKey } from '../domain/model.ts'
import type { SealedTo } from '../domain/seal.ts'
import type { Entry } from '../ports.ts'
import { type KnownSeals, type SealRows, type SealWalk, walkSeals } from './follow-seals.ts'
import { parseStored } from './stored.ts'
import { frameOf, isTextOf, parseEntry } from './wire.ts'

/** Entries of one page, oldest first; what of them stands in other fields than the journal's is `strange`. */
export interface Texts {
  readonly texts: readonly string[]
  /** Places in `texts`. */
  readonly strange: readonly number[]
}

/** What was found of a page; lists by entry, in the order of the page. */
export interface Checked {
  /** Every record that the page has entries of, each once. */
  readonly records: readonly RecordKey[]
  /** Which of these an entry is of; {@link UNREADABLE}: that cannot be told. */
  readonly owners: Int32Array
  /** Where its record should know of it: its version; {@link ALONE}, or {@link WRONG} where that makes no sense. */
  readonly versions: Float64Array
  /** What is wrong with an entry, by its place. */
  readonly wrong: ReadonlyMap<number, string>
}

export const UNREADABLE = -1
/** Of an entry that changes nothing, so that it has no version. */
export const ALONE = 0
export const WRONG = -1

export interface Checker {
  /** Where chains go on whose older entries have left; before the first page. */
  begin(stands: readonly (readonly [RecordKey, Stand])[], seals: KnownSeals): void
  /** Page after page; what is wrong with an entry is said once. */
  check(page: Texts): Checked
  /** Goes over the seals of more entries, in the order of the journal; answers what is wrong, by place. */
  seal(rows: SealRows): ReadonlyMap<number, string>
  /** Checkpoints that lie behind the last entry. */
  beyond(): readonly SealedTo[]
  /** What is wrong with records as they are stored, once all their entries were checked. */
  compare(records: readonly RecordKey[], stored: readonly (string | null)[]): readonly (string | undefined)[]
}

/** `key` is the one that the marks were made with. */
export const makeChecker = (key: string): Checker => {
  const stands = new Map<RecordKey, Stand>()
  let walk: SealWalk | undefined
  return {
    begin: (known, seals) => {
      for (const [record, stand] of known) stands.set(record, stand)
      walk = walkSeals(key, seals)
    },
    seal: (rows) => walk?.follow(rows) ?? new Map(),
    beyond: () => walk?.beyond() ?? [],
    check: ({ texts, strange }) => {
      const isStrange = new Set(strange)
      const page = openPage(texts.length)
      for (const [i, text] of texts.entries()) {
        const strange = isStrange.has(i)
        const unread = strange ? undefined : checkUnread(key, stands, text)
        if (unread !== undefined) {
          page.note(i, unread.record, unread.v)
          continue
        }
        const read = readText(text, strange)
        const says = checkOne(key, stands, read)
        if (says !== undefined) page.fault(i, says)
        page.note(i, read.record, says === undefined ? read.entry?.v : undefined)
      }
      return page.checked
    },
    compare: (records, stored) =>
      records.map((record, i) => differs(stands.get(record) ?? START, readStand(record, stored[i] ?? null))),
  }
}

const openPage = (size: number) => {
  const records: RecordKey[] = []
  const places = new Map<RecordKey, number>()
  const owners = new Int32Array(size).fill(UNREADABLE)
  const versions = new Float64Array(size).fill(WRONG)
  const wrong = new Map<number, string>()
  const note = (i: number, record: RecordKey | undefined, v: number = WRONG): void => {
    if (record !== undefined) {
      const place = places.get(record) ?? records.push(record) - 1
      places.set(record, place)
      owners[i] = place
    }
    versions[i] = v
  }
  const fault = (i: number, says: string): void => void wrong.set(i, says)
  return { note, fault, checked: { records, owners, versions, wrong } }
}

/**
 * Nearly every entry goes this way: its mark fits the text as it stands, so the journal wrote it, and nobody has to read it.
 * Undefined for any other, of which nothing is known yet.
 */
const checkUnread = (
  key: string,
  stands: Map<RecordKey, Stand>,
  text: string,
): { readonly record: RecordKey; readonly v: number } | undefined => {
  const frame = frameOf(text)
  if (frame === undefined) return undefined
  const before = stands.get(frame.record)
  const after = followText(key, before ?? START, frame)
  if (after === undefined) return undefined
  stands.set(before === undefined ? copyOf(frame.record) : frame.record, after)
  return { record: frame.record, v: after.v }
}

/** Kept for long, a part of a text would keep the whole of it. */
const copyOf = (record: RecordKey): RecordKey => Buffer.from(record).toString() as RecordKey

interface Read {
  readonly record?: RecordKey
  /** Absent: it is not what the journal writes. */
  readonly entry?: Omit<Entry, 'n'>
  readonly mark?: Mark
}

/** Of what is no entry, the record that it was of is read all the same, so that the fault is named once. */
const readText = (text: string, isStrange: boolean): Read => {
  const entry = isStrange ? undefined : parseEntry(text)
  if (entry !== undefined && isTextOf(entry, text)) return { record: entry.record, entry }
  const [, record] = /^\{"record":"([a-z]:[^"\\]+)"/.exec(text) ?? []
  const [, mark] = /"mark":"([0-9a-f]{64})"\}$/.exec(text) ?? []
  return {
    ...(record === undefined ? {} : { record: record as RecordKey }),
    ...(mark === undefined ? {} : { mark: mark as Mark }),
  }
}

const checkOne = (
  key: string,
  stands: Map<RecordKey, Stand>,
  { record, entry, mark }: Read,
): string | undefined => {
  if (record === undefined) return 'cannot be read: it was changed'
  const before = stands.get(record) ?? START
  if (entry === undefined) {
    if (!record.startsWith('p:')) stands.set(record, { v: before.v + 1, mark: mark ?? null })
    return 'cannot be read as it stands: it was changed'
  }
  const { after, says } = followChain(key, before, entry)
  stands.set(record, after)
  return says
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
