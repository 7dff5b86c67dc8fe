/**
 * Events as journal entries, and the chain of marks over them: an edit, a forged state or a swapped entry is found
 * by folding a record's own chain. Marks are HMACs, so whoever holds Redis alone cannot make them.
 */
import { createHash } from 'node:crypto'
import { hmac } from './hmac.ts'
import type { Instant, Json, Mark, RecordKey, TextDigest } from './model.ts'

/** One link: which record, its version after the event, when, and the event itself. */
export interface Link {
  readonly record: RecordKey
  readonly v: number
  readonly at: Instant
  readonly event: Json
}

/** JSON with sorted keys and no undefined: equal content, equal text. Throws on what JSON cannot hold. */
export const canonical = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return quote(value)
    case 'boolean':
      return String(value)
    case 'number':
      if (!Number.isFinite(value)) throw new Error('not JSON')
      return JSON.stringify(value)
    case 'object':
      return value === null ? 'null' : Array.isArray(value) ? canonicalList(value) : canonicalFields(value)
    default:
      throw new Error('not JSON')
  }
}

// Written as loops: every entry of a journal passes here whenever it is verified.
const canonicalList = (items: readonly unknown[]): string => {
  let text = ''
  for (const item of items) text += text === '' ? canonical(item) : `,${canonical(item)}`
  return `[${text}]`
}

const canonicalFields = (value: object): string => {
  let text = ''
  for (const name of Object.keys(value).sort()) {
    const field = (value as Readonly<Record<string, unknown>>)[name]
    if (field !== undefined) text += `${text === '' ? '' : ','}${quote(name)}:${canonical(field)}`
  }
  return `{${text}}`
}

/** What JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/
const quote = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text))

/** HMAC-SHA-256 over the record's previous mark, its version and the canonical body. */
export const markOf = (key: string, previous: Mark | null, { record, v, at, event }: Link): Mark =>
  hmac(key, `${previous ?? ''}|${v}|${canonical({ at, event, record })}`) as Mark

/** A link whose parts are canonical texts already. */
export interface LinkText {
  readonly record: string
  readonly v: string
  readonly at: string
  readonly event: string
}

/** The mark of the same link, made without reading it; `record` is one that JSON writes as it is. */
export const markOfText = (key: string, previous: Mark | null, { record, v, at, event }: LinkText): Mark =>
  hmac(key, `${previous ?? ''}|${v}|{"at":${at},"event":${event},"record":"${record}"}`) as Mark

/** What free text is in the journal: unguessable without the salt, gone when text and salt are erased. */
export const digestText = (salt: string, text: string): TextDigest =>
  createHash('sha256').update(`${salt}|${text}`).digest('hex') as TextDigest

/** The first link that is another record's, or does not follow from the one before it; undefined when the chain is whole. */
export const firstBroken = <L extends Link & { readonly mark: Mark }>(
  key: string,
  record: RecordKey,
  chain: readonly L[],
): L | undefined =>
  chain.find(
    (link, i) =>
      link.record !== record ||
      link.v !== i + 1 ||
      link.mark !== markOf(key, chain[i - 1]?.mark ?? null, link),
  )
