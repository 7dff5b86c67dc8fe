/**
 * A record's text in Redis: version and liveness first, so that Lua reads them without parsing the state.
 * The rest is written and read only here.
 */
import type { Json, Mark } from '../domain/model.ts'
import type { RecordKey, Stored } from '../ports.ts'

interface Text {
  readonly v: number
  readonly live: boolean
  readonly mark: Mark | null
  readonly state: Json
}

/** What follows version and liveness, which the commit script writes. */
export const restOfText = (record: Stored): string =>
  `"mark":${JSON.stringify(record.mark)},"state":${JSON.stringify(record.state)}}`

/** Throws (a bug, or a forgery) when the text is no record. */
export const parseStored = (key: RecordKey, text: string): Stored & { readonly live: boolean } => {
  const { v, live, mark, state } = JSON.parse(text) as Text
  if (!Number.isSafeInteger(v) || v < 1 || state === undefined) throw new Error(`${key} is not a record`)
  return { key, v, live, mark, state }
}

/** A record that does not exist. */
export const noRecord = (key: RecordKey): Stored => ({ key, v: 0, mark: null, state: null })
