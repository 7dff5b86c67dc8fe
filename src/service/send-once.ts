/**
 * Sends a message once: noted before, looked for after an unknown outcome. Called for everything that is shown in
 * a place; the note is the caller's, because it stands in the caller's record.
 */
import type { Card } from '../domain/cards/card.ts'
import type { Fault } from '../domain/fault.ts'
import { DELIVERY_MS, DELIVERY_PUT_OFF_MS, DELIVERY_TRIES } from '../domain/limits.ts'
import type { Instant, PostedAt } from '../domain/model.ts'
import { backoffMs } from '../domain/request.ts'
import type { Chat, Destination } from '../ports.ts'
import { callOutside, type Limits } from './call.ts'
import type { Deps } from './deps.ts'

export interface Trying {
  readonly key: string
  readonly since: Instant
}

export interface Outgoing<T> {
  readonly to: Destination
  readonly card: Card
  readonly key: string
  readonly now: Instant
  /** What was noted before, be it for this message or another. */
  readonly trying: Trying | undefined
  /** Writes down what is about to be sent, and until when; null when somebody else moved on. */
  note(trying: Trying): Promise<{ readonly noted: T; readonly limits: Omit<Limits, 'key'> } | null>
}

/** Where it stands; with the note, unless it was sent before and found. Null: somebody else is at it. */
export const sendOnce = async <T>(
  deps: Deps,
  chat: Chat,
  { to, card, key, now, trying, note }: Outgoing<T>,
): Promise<{ readonly at: PostedAt; readonly noted?: T } | null> => {
  const looking = { now, notAfter: now + DELIVERY_MS, key }
  const before = trying?.key === key ? trying : undefined
  const found =
    before === undefined
      ? 'absent'
      : await callOutside(deps.clock, looking, (call) => chat.find(to, key, before.since, call))
  if (typeof found === 'object') return { at: found }
  const taken = await note(before ?? { key, since: now })
  if (taken === null) return null
  const { noted, limits } = taken
  return {
    at: await callOutside(deps.clock, { ...limits, key }, (call) => chat.send(to, card, key, call)),
    noted,
  }
}

/** ms until a message that failed for the `tries`-th time in a row is tried again. */
export const waitAfter = (fault: Fault, tries: number): number => {
  const hopeless = fault.kind === 'permanent' || tries >= DELIVERY_TRIES
  return Math.max(hopeless ? DELIVERY_PUT_OFF_MS : backoffMs(tries), fault.afterMs ?? 0)
}
