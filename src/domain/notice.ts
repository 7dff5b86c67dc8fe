/**
 * The record of one message that is told once in one place and never redrawn. Like a delivery it is a view's
 * bookkeeping, stored as it is and not folded from events; what it tells stands in the journal.
 */
import type { Card } from './cards/card.ts'
import type { Instant, Place, PostedAt } from './model.ts'

export interface Notice {
  readonly kind: 'notice'
  readonly v: number
  /** Identifies the message for ever. */
  readonly key: string
  readonly place: Place
  readonly card: Card
  readonly beganAt: Instant
  /** Written before it is sent, so that an unknown outcome can be looked for. */
  readonly trying?: { readonly key: string; readonly since: Instant }
  readonly posted?: PostedAt
  readonly tries: number
  /** Null: posted, or given up. */
  readonly nextAt: Instant | null
  readonly trouble?: string
}

export const beginNotice = (key: string, place: Place, card: Card, at: Instant): Notice => ({
  kind: 'notice',
  v: 1,
  key,
  place,
  card,
  beganAt: at,
  tries: 0,
  nextAt: at,
})
