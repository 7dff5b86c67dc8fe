/**
 * Events as journal entries, and the chain of marks over them: an edit, a forged state or a swapped entry is found
 * by folding a record's own chain. Marks are HMACs, so whoever holds Redis alone cannot make them.
 */
import { createHash, createHmac } from 'node:crypto'
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
  if (value === null || typeof value !== 'object') {
    const text = JSON.stringify(value)
    if (text === undefined || (typeof value === 'number' && !Number.isFinite(value)))
      throw new Error('not JSON')
    return text
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`).join(',')}}`
}

/** HMAC-SHA-256 over the record's previous mark, its version and the canonical body. */
export const markOf = (key: string, previous: Mark | null, link: Link): Mark =>
  createHmac('sha256', key)
    .update(
      `${previous ?? ''}|${link.v}|${canonical({ record: link.record, at: link.at, event: link.event })}`,
    )
    .digest('hex') as Mark

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
