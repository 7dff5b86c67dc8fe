/**
 * The record of one place in chat where a request is shown: what stands there, how far it is shown, and what was sent
 * without an answer. It is a view's bookkeeping, so it is stored as it is and not folded from events.
 */
import { type Instant, type Place, type PostedAt, placeId, type RequestId } from './model.ts'

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
  /** Written before a message is sent, so that an unknown outcome can be looked for. `upTo`: its last line of several. */
  readonly trying?: { readonly key: string; readonly since: Instant; readonly upTo?: number }
  /** A call about this place is under way and is over by then: until it is, nobody else says anything here. */
  readonly busyUntil?: Instant
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

/** Lines of a thread, both included, counted from 1. */
export interface Lines {
  readonly from: number
  readonly to: number
}

/** A message of a place: its card, or these lines. */
export type Message = 'card' | Lines

/** What identifies a message of a place for ever. */
export const messageKey = (request: RequestId, place: string, message: Message): string =>
  `${request}/${place}/${nameOf(message)}`

const nameOf = (message: Message): string => {
  if (message === 'card') return message
  return message.from === message.to ? `${message.from}` : `${message.from}-${message.to}`
}

/**
 * The lines that are told next, of which so many would go into one message. Lines that may stand there already are told
 * again as they were, so that they are found.
 */
export const nextLines = (delivery: Delivery, count: number): Lines => {
  const from = delivery.lines + 1
  const { request, place, trying } = delivery
  const tried = { from, to: trying?.upTo ?? from }
  const wasTried = trying?.key === messageKey(request, placeId(place), tried)
  return wasTried ? tried : { from, to: delivery.lines + count }
}
