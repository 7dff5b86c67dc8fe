/**
 * The record of one place in chat where a request is shown: what stands there, how far it is shown, and what was sent
 * without an answer. It is a view's bookkeeping, so it is stored as it is and not folded from events.
 */
import type { Instant, Place, PostedAt, RequestId } from './model.ts'

export interface Delivery {
  readonly kind: 'delivery'
  readonly v: number
  readonly request: RequestId
  readonly place: Place
  /** The card, once it stands. */
  readonly posted?: PostedAt
  /** SHA-256 of the card as it stands. */
  readonly shown?: string
  /** How many told events stand as lines under it. */
  readonly lines: number
  /** Written before a message is sent, so that an unknown outcome can be looked for. */
  readonly trying?: { readonly key: string; readonly since: Instant }
  readonly tries: number
  /** Behind, and not again before. */
  readonly nextAt: Instant | null
  /** Why it cannot be delivered at present; for `doctor` and the log. */
  readonly trouble?: string
}

export const beginDelivery = (request: RequestId, place: Place, at: Instant): Delivery => ({
  kind: 'delivery',
  v: 1,
  request,
  place,
  lines: 0,
  tries: 0,
  nextAt: at,
})

/** What identifies a message of a place for ever: the card, or the n-th line. */
export const messageKey = (request: RequestId, place: string, line: number | 'card'): string =>
  `${request}/${place}/${line}`
