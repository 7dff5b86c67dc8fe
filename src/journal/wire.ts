/** A change as the commit script takes it: rows of opaque text and whole numbers, and the keys that it touches. */
import { canonical, type LinkText } from '../domain/entry.ts'
import type { Mark } from '../domain/model.ts'
import type { Change, Entry, RecordKey } from '../ports.ts'
import {
  dueName,
  gestureName,
  HEAD,
  JOURNAL,
  LIVE,
  numbersName,
  recordName,
  setName,
  textsName,
} from './keys.ts'
import { restOfText } from './stored.ts'

/** A version that a change was decided on; a write that names none was decided on the one before its own. */
const readRows = (change: Change): readonly (readonly [RecordKey, number])[] => {
  const reads = new Map(change.reads.map((read) => [read.key, read.v]))
  for (const { key, v } of change.writes) if (!reads.has(key)) reads.set(key, v - 1)
  return [...reads]
}

/** An entry as it is written: its event stands there as its mark was made over it, so that it can be checked unread. */
export const entryText = ({ record, v, at, event, mark }: Omit<Entry, 'n'>): string =>
  `{"record":${JSON.stringify(record)},"v":${v},"at":${at},"event":${canonical(event)},"mark":"${mark}"}`

/** An entry as it stood where it was read: its parts in their order. Until 0.1.0 the fields of an event stood in any. */
export const textAsRead = ({ record, v, at, event, mark }: Omit<Entry, 'n'>): string =>
  JSON.stringify({ record, v, at, event, mark })

/** Whether this is the text of the entry and nothing else. */
export const isTextOf = (entry: Omit<Entry, 'n'>, text: string): boolean =>
  text === textAsRead(entry) || text === entryText(entry)

const FRAME = /^\{"record":"([a-z]:[^"\\]+)","v":(\d+),"at":(\d+),"event":/
const AFTER_EVENT = ',"mark":"'
const MARK_AND_END = 64 + '"}'.length

/** An entry of which nothing was read yet: its parts as they stand. */
export interface Framed extends LinkText {
  readonly record: RecordKey
  readonly mark: Mark
}

/** Takes a text apart without reading the event; undefined where it does not have the frame of one that was written. */
export const frameOf = (text: string): Framed | undefined => {
  const found = FRAME.exec(text)
  const end = text.length - MARK_AND_END
  if (found === null || !text.startsWith(AFTER_EVENT, end - AFTER_EVENT.length) || !text.endsWith('"}'))
    return undefined
  const [frame, record, v = '', at = ''] = found
  const event = text.slice(frame.length, end - AFTER_EVENT.length)
  return { record: record as RecordKey, v, at, event, mark: text.slice(end, -2) as Mark }
}

/** An entry out of its text; undefined when it is none. */
export const parseEntry = (text: string): Omit<Entry, 'n'> | undefined => {
  try {
    const { record, v, at, event, mark } = JSON.parse(text) as Omit<Entry, 'n'>
    const isEntry = typeof record === 'string' && event !== null && typeof event === 'object'
    return isEntry ? { record, v, at, event, mark } : undefined
  } catch {
    return undefined
  }
}

const MARK = '"mark":"'

/** The mark in such a text, also of one that was tampered with; empty when it has none. */
export const markInText = (text: string): Mark => {
  const at = text.lastIndexOf(MARK)
  return (at >= 0 && text.endsWith('"}') ? text.slice(at + MARK.length, -2) : '') as Mark
}

/** Throws (a bug) on a change that no decision can have meant. */
export const assertSound = (change: Change): void => {
  const written = new Set(change.writes.map((write) => write.key))
  if (written.size !== change.writes.length) throw new Error('a change writes a record twice')
  const asked = change.live.find((row) => !written.has(row.key))
  if (asked) throw new Error(`${asked.key} changes its liveness without being written`)
}

/** One item of the script's argument. */
export const itemOf = (change: Change) => ({
  at: change.at,
  ends: change.ends,
  reads: readRows(change),
  writes: change.writes.map((write) => [write.key, write.v, restOfText(write)]),
  live: change.live.map((row) => [row.key, row.live]),
  due: change.due.map((row) => [row.lane, row.key, row.at ?? false]),
  entries: change.entries.map((entry) => [entry.record, entryText(entry)]),
  texts: change.texts.map((row) => [
    row.record,
    row.digest,
    JSON.stringify({ salt: row.salt, text: row.text }),
  ]),
  erases: (change.erases ?? []).map((record) => [record]),
  sets: change.sets.map((row) => [row.set, row.member, row.has]),
  gesture: change.gesture ? [[change.gesture.id, JSON.stringify(change.gesture.answer)]] : [],
})

/** Every key these changes touch, each once. */
export const keysOf = (changes: readonly Change[]): readonly string[] => {
  const keys = new Set([HEAD, JOURNAL, LIVE])
  for (const change of changes) {
    for (const row of [...change.reads, ...change.writes]) keys.add(recordName(row.key))
    for (const row of change.due) keys.add(dueName(row.lane))
    for (const entry of change.entries) keys.add(numbersName(entry.record))
    for (const record of [...change.texts.map((row) => row.record), ...(change.erases ?? [])])
      keys.add(textsName(record))
    for (const row of change.sets) keys.add(setName(row.set))
    if (change.gesture) keys.add(gestureName(change.gesture.id))
  }
  return [...keys]
}
