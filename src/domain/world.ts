/**
 * The part of the state that one decision reads and changes: a request, its seat, the requests that share the seat,
 * and who owns the account. Happenings are folded in one by one, so that later ones see the earlier.
 */
import { evolveOwner, type OwnerEvent } from './account.ts'
import type { Frozen } from './freeze.ts'
import {
  type AccountOwner,
  accountKey,
  type Instant,
  type RecordKey,
  type Request,
  type RequestId,
  requestKey,
  type Seat,
  seatRecordKey,
} from './model.ts'
import { evolveRequest, type RequestEvent } from './request.ts'
import { evolveSeat, type SeatEvent } from './seat.ts'

export interface World {
  /** Redis time of the load. */
  readonly now: Instant
  readonly request: Request | null
  readonly seat: Seat | null
  /** Requests that the seat names: its holders, those leaving, and the last one. */
  readonly peers: ReadonlyMap<RequestId, Request>
  readonly owner: AccountOwner | null
  /** Nothing is given as long as this holds. */
  readonly frozen?: Frozen
}

export type Happening =
  | { readonly on: 'request'; readonly id: RequestId; readonly event: RequestEvent }
  | { readonly on: 'seat'; readonly key: Seat['key']; readonly event: SeatEvent }
  | { readonly on: 'account'; readonly event: OwnerEvent }

export const EMPTY_WORLD: Omit<World, 'now'> = { request: null, seat: null, peers: new Map(), owner: null }

/** The record a happening is written to. */
export const recordOf = (happening: Happening): RecordKey => {
  switch (happening.on) {
    case 'request':
      return requestKey(happening.id)
    case 'seat':
      return seatRecordKey(happening.key)
    case 'account':
      return accountKey(happening.event.target, happening.event.account)
    default:
      return happening satisfies never
  }
}

/** Folds one happening into the world. */
export const apply = (world: World, happening: Happening): World => {
  switch (happening.on) {
    case 'seat':
      return { ...world, seat: evolveSeat(world.seat, happening.event) }
    case 'account':
      return { ...world, owner: evolveOwner(world.owner, happening.event) }
    case 'request':
      return applyToRequest(world, happening)
    default:
      return happening satisfies never
  }
}

const applyToRequest = (world: World, { id, event }: Extract<Happening, { on: 'request' }>): World => {
  const isMain = world.request?.id === id || event.type === 'requested'
  const next = evolveRequest(isMain ? world.request : (world.peers.get(id) ?? null), event)
  const peers = world.peers.has(id) ? new Map(world.peers).set(id, next) : world.peers
  return { ...world, peers, request: isMain ? next : world.request }
}

/** A request of the world, be it the main one or a peer. */
export const requestIn = (world: World, id: RequestId): Request | null =>
  world.request?.id === id ? world.request : (world.peers.get(id) ?? null)
