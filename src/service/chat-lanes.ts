/**
 * Where a place in chat waits for its turn: what people have not seen yet goes ahead of what stands there already, and
 * both ahead of the audit threads. Each lane has slots of its own, so that a long one delays only itself.
 */
import { CHAT_AUDIT_SLOTS, CHAT_NEW_SLOTS, CHAT_PEOPLE_SLOTS } from '../domain/limits.ts'
import type { Instant, Place, PostedAt, RecordKey } from '../domain/model.ts'
import type { Change, Lane } from '../ports.ts'

/** `new`: a card or a direct message that is yet to be posted. `people`: one that stands. `audit`: the threads. */
type Turn = 'new' | 'people' | 'audit'

const SLOTS: Record<Turn, number> = {
  new: CHAT_NEW_SLOTS,
  people: CHAT_PEOPLE_SLOTS,
  audit: CHAT_AUDIT_SLOTS,
}

/** Version 0.1.0 had one lane for each chat; it is the one of `people`, so that what waits in it is still found. */
const laneOf = (chat: string, turn: Turn): Lane =>
  turn === 'people' ? `chat:${chat}` : `chat:${chat}:${turn}`

const turnOf = ({ kind }: Place, posted: PostedAt | undefined): Turn => {
  if (kind === 'thread') return 'audit'
  return posted === undefined ? 'new' : 'people'
}

/** A chat's lanes, the most urgent first, each with how many messages may be under way in it. */
export const lanesOfChat = (chat: string): readonly { readonly lane: Lane; readonly slots: number }[] =>
  (['new', 'people', 'audit'] as const).map((turn) => ({ lane: laneOf(chat, turn), slots: SLOTS[turn] }))

/** The due time of a delivery: in the one lane that it belongs to, and in no other. */
export const dueInChat = (
  key: RecordKey,
  place: Place,
  posted: PostedAt | undefined,
  at: Instant | null,
): Change['due'] => {
  const chosen = laneOf(place.chat, turnOf(place, posted))
  return lanesOfChat(place.chat).map(({ lane }) => ({ lane, key, at: lane === chosen ? at : null }))
}
