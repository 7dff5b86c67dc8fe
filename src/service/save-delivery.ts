/** Writes down how far a place is shown, against the version it was drawn from. */
import type { Delivery } from '../domain/delivery.ts'
import {
  type Json,
  type PostedAt,
  placeId,
  type RecordKey,
  type Request,
  requestKey,
} from '../domain/model.ts'
import { isClosed } from '../domain/request.ts'
import type { Change } from '../ports.ts'
import { dueInChat } from './chat-lanes.ts'
import type { Deps } from './deps.ts'
import { loadRequest } from './load.ts'
import { transact } from './transact.ts'

type Part = Pick<Change, 'reads' | 'writes' | 'due' | 'live'>

/**
 * Saves a delivery (as it was read, with changes) and answers it with its new version; null when somebody else was
 * first. `upTo` says that nothing is behind for this very version of the request.
 */
export const saveDelivery = async (
  deps: Deps,
  key: RecordKey,
  next: Delivery,
  upTo?: Request,
): Promise<Delivery | null> => {
  const { now } = await deps.journal.load([])
  const saved = { ...next, v: next.v + 1 }
  const part = partOf(key, saved, upTo)
  const committed = await deps.journal.commit({
    at: now,
    ...part,
    entries: [],
    texts: [],
    sets: [],
    ends: true,
  })
  return committed.kind === 'ok' ? saved : null
}

/** The first post of a place is an event of its request. Answers whether it was written down. */
export const saveFirstPost = async (
  deps: Deps,
  key: RecordKey,
  next: Delivery,
  at: PostedAt,
): Promise<boolean> => {
  const saved = { ...next, v: next.v + 1 }
  const { did } = await transact(deps, {
    load: () => loadRequest(deps.journal, next.request),
    choose: () => ({ do: 'note post', place: placeId(next.place), at }),
    beside: () => ({ also: partOf(key, saved) }),
  })
  return did === 'change'
}

const partOf = (key: RecordKey, saved: Delivery, upTo?: Request): Part => ({
  reads: [{ key, v: saved.v - 1 }, ...(upTo === undefined ? [] : [{ key: requestKey(upTo.id), v: upTo.v }])],
  writes: [{ key, v: saved.v, mark: null, state: JSON.parse(JSON.stringify(saved)) as Json }],
  due: dueInChat(key, saved.place, saved.posted, saved.nextAt),
  live: [{ key, live: upTo === undefined || !isClosed(upTo) }],
})
