/**
 * Where the records say that their entries stand: a walk through the stream holds that against where they do. One question for
 * all entries of a page; called by whoever verifies.
 */
import type { RecordKey } from '../domain/model.ts'
import { ALONE, type Checked, UNREADABLE, WRONG } from './check-entries.ts'
import { numbersName } from './keys.ts'
import type { Reader } from './open-reader.ts'
import type { Trim } from './read-trim.ts'
import { execute } from './reads.ts'

interface Known {
  readonly reader: Reader
  /** Where chains begin whose older entries have left. */
  readonly bases: Trim['bases']
}

/** Which number the record of each entry has for it; null: none. */
export const readPlaces = async (
  { reader, bases }: Known,
  numbers: readonly number[],
  { records, owners, versions }: Checked,
): Promise<readonly (number | null)[]> => {
  const spans = spansOf({ owners, versions })
  const alone = [...numbers.keys()].filter((i) => versions[i] === ALONE)
  const [lists, found] = await Promise.all([
    readSpans(reader, records, bases, spans),
    // What stands alone has no version to look it up by.
    readAlone(
      reader,
      alone.map((i) => [records[owners[i] ?? UNREADABLE] as RecordKey, numbers[i] as number]),
    ),
  ])
  const places = numbers.map((n, i) => {
    const owner = owners[i] ?? UNREADABLE
    // A record that has left knows of nothing any more; its chain is whole all the same.
    if (bases.get(records[owner] as RecordKey)?.gone) return n
    const number = lists.get(owner)?.[(versions[i] ?? WRONG) - (spans.get(owner)?.from ?? 0)]
    return number === undefined ? null : Number(number)
  })
  for (const [at, i] of alone.entries()) places[i] = found[at] ? (numbers[i] as number) : null
  return places
}

const readSpans = async (
  reader: Reader,
  records: readonly RecordKey[],
  bases: Known['bases'],
  spans: ReadonlyMap<number, Span>,
): Promise<ReadonlyMap<number, readonly string[]>> => {
  if (spans.size === 0) return new Map()
  const keys: string[] = []
  const args: string[] = []
  for (const [owner, { from, to }] of spans) {
    const record = records[owner] as RecordKey
    const left = 1 + (bases.get(record)?.v ?? 0)
    keys.push(numbersName(record))
    args.push(`${Math.max(0, from - left)}`, `${Math.max(0, to - left)}`)
  }
  const parts = (await reader.askScript('read-places', keys, args)) as readonly string[]
  return new Map([...spans.keys()].map((owner, i) => [owner, numbersIn(parts[i] ?? '')]))
}

const numbersIn = (text: string): readonly string[] => (text === '' ? [] : text.split(' '))

/** Whether its record has this number. */
const readAlone = async (
  reader: Reader,
  entries: readonly (readonly [RecordKey, number])[],
): Promise<readonly boolean[]> => {
  if (entries.length === 0) return []
  const answers = await reader.ask((redis) => {
    const pipeline = redis.pipeline()
    for (const [record, n] of entries) pipeline.lpos(numbersName(record), n)
    return execute(pipeline)
  })
  return answers.map((answer) => typeof answer === 'number')
}

interface Span {
  from: number
  to: number
}

/** From which version to which a page has entries, by record: one question for all of them. */
const spansOf = ({ owners, versions }: Pick<Checked, 'owners' | 'versions'>): ReadonlyMap<number, Span> => {
  const spans = new Map<number, Span>()
  for (const [i, v] of versions.entries()) {
    const owner = owners[i] ?? UNREADABLE
    if (!Number.isSafeInteger(v) || v <= ALONE) continue
    const span = spans.get(owner)
    if (span === undefined) spans.set(owner, { from: v, to: v })
    else span.to = Math.max(span.to, v)
  }
  return spans
}
