/** Writes down how far a place is shown, against the version it was drawn from. */
import type { Delivery } from '../domain/delivery.ts'
import { type PostedAt, placeId, type RecordKey, type Request, requestKey } from '../domain/model.ts'
import { isClosed } from '../domain/request.ts'
import type { Deps } from './deps.ts'
import { loadRequest } from './load.ts'
import { commitView, type ViewPart, viewPart } from './save-view.ts'
import { transact } from './transact.ts'

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
  const saved = { ...next, v: next.v + 1 }
  return (await commitView(deps, partOf(key, saved, upTo))) ? saved : null
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

/** Who was to be told directly hears nothing: the other places say so, once. */
export const saveUnreached = async (deps: Deps, { request, place }: Delivery, why: string): Promise<void> => {
  await transact(deps, {
    load: () => loadRequest(deps.journal, request),
    choose: () => ({ do: 'note unreached', place: placeId(place), why }),
  })
}

const partOf = (key: RecordKey, saved: Delivery, upTo?: Request): ViewPart =>
  viewPart(key, saved, {
    live: upTo === undefined || !isClosed(upTo),
    reads: upTo === undefined ? [] : [{ key: requestKey(upTo.id), v: upTo.v }],
  })
