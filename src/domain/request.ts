/**
 * The machine of a request: from the ask to the decision. It folds its own events and, through grant.ts, those of
 * the grant that follows; what may happen when is decided in lifecycle.ts.
 */
import { type ExtensionEvent, evolveExtension, isExtensionEvent } from './extension.ts'
import { evolveGrant, type GrantEvent, isGrantEvent } from './grant.ts'
import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS } from './limits.ts'
import type {
  Access,
  Entitlement,
  Instant,
  PersonRef,
  PinnedPolicy,
  Place,
  PlaceId,
  Request,
  RequestId,
  TextDigest,
  Wish,
} from './model.ts'
import { awaitsReview, evolveReview, isReviewEvent, type ReviewEvent } from './review.ts'

/** Everything that is fixed when the request is made. */
export interface Draft {
  readonly id: RequestId
  readonly entitlement: Entitlement
  readonly actions: readonly string[]
  readonly access: Access
  readonly wish: Wish
  readonly maxMs: number
  readonly provisionWithinMs: number
  /** How long before its end the holder is told; absent: a share of the duration. */
  readonly warnMs?: number
  readonly reason: TextDigest | null
  readonly policy: PinnedPolicy
  readonly quorum: number
  readonly approvers: readonly string[]
  /** Break-glass: who may sign the review. */
  readonly reviewers?: readonly string[]
  readonly lapsesAt: Instant
  readonly places: readonly Place[]
}

export type OwnEvent =
  | { readonly type: 'requested'; readonly at: Instant; readonly by: PersonRef; readonly draft: Draft }
  /** `wish`: for less than was asked for. */
  | { readonly type: 'approved'; readonly at: Instant; readonly by: PersonRef; readonly wish?: Wish }
  | {
      readonly type: 'denied'
      readonly at: Instant
      readonly by: PersonRef
      readonly reason: TextDigest | null
    }
  | { readonly type: 'lapsed'; readonly at: Instant }
  | { readonly type: 'withdrawn'; readonly at: Instant; readonly by: PersonRef }
  | { readonly type: 'voided'; readonly at: Instant; readonly says: string; readonly by?: PersonRef }
  | { readonly type: 'unclear'; readonly at: Instant; readonly why: string }
  /** Credentials were made for the holder, and shown to nobody else. */
  | { readonly type: 'revealed'; readonly at: Instant; readonly by: PersonRef }
  /** An operator wants the next try now. */
  | { readonly type: 'hurried'; readonly at: Instant; readonly by: PersonRef }
  /** What people typed about it was erased, for good. */
  | { readonly type: 'forgotten'; readonly at: Instant; readonly by: PersonRef }
  /** Told once for each place, however often it is tried; `why` says what mends it. */
  | { readonly type: 'unreached'; readonly at: Instant; readonly place: PlaceId; readonly why: string }
  | {
      readonly type: 'posted'
      readonly at: Instant
      readonly place: PlaceId
      readonly channel: string
      readonly id: string
    }

export type RequestEvent = OwnEvent | GrantEvent | ExtensionEvent | ReviewEvent

/** Where a request stands, as one word: the rows of the table in lifecycle.ts. */
export type Phase =
  | 'none'
  | 'pending'
  | 'denied'
  | 'lapsed'
  | 'withdrawn'
  | 'void'
  | 'approved'
  | 'provisioning'
  | 'active'
  | 'ending'
  | 'ended'

export const PHASES: readonly Phase[] = [
  'none',
  'pending',
  'denied',
  'lapsed',
  'withdrawn',
  'void',
  'approved',
  'provisioning',
  'active',
  'ending',
  'ended',
]

/** `approved` becomes `provisioning` when the second check has passed. */
export const phaseOf = (request: Request | null): Phase => {
  if (request === null) return 'none'
  if (request.state !== 'approved' || request.grant === undefined) {
    return request.state === 'approved' ? 'pending' : request.state
  }
  if (request.grant.state === 'provisioning') return request.grant.cleared ? 'provisioning' : 'approved'
  return request.grant.state
}

/** It gives nothing, and never will. */
export const isOver = (request: Request): boolean =>
  ['denied', 'lapsed', 'withdrawn', 'void', 'ended'].includes(phaseOf(request))

/** Nothing more can happen to it by itself: what is over may still have to be reviewed. */
export const isClosed = (request: Request): boolean => isOver(request) && !awaitsReview(request)

/** ms to wait after `tries` failures in a row: 1 s, 2 s, 4 s … 60 s. */
export const backoffMs = (tries: number, capMs: number = BACKOFF_CAP_MS): number =>
  Math.min(capMs, BACKOFF_FIRST_MS * 2 ** Math.min(tries - 1, 16))

/** Folds one event; throws on an event that the state does not allow (a bug, never bad luck). */
export const evolveRequest = (request: Request | null, event: RequestEvent): Request => {
  if (event.type === 'requested') {
    if (request !== null) throw new Error('requested twice')
    return begin(event)
  }
  if (request === null) throw new Error(`${event.type} before requested`)
  const next = { ...request, v: request.v + 1 }
  if (isExtensionEvent(event)) return evolveExtension(next, event)
  if (isReviewEvent(event)) return evolveReview(next, event)
  return isGrantEvent(event) ? evolveGrant(next, event) : evolveOwn(next, event)
}

const begin = ({ at, by, draft }: Extract<OwnEvent, { type: 'requested' }>): Request => ({
  kind: 'request',
  v: 1,
  state: 'pending',
  requester: by,
  approvals: [],
  askedAt: at,
  posted: {},
  ...draft,
})

const evolveOwn = (request: Request, event: Exclude<OwnEvent, { type: 'requested' }>): Request => {
  switch (event.type) {
    case 'approved':
      return {
        ...request,
        approvals: [...request.approvals, { by: event.by, at: event.at }],
        ...(event.wish && { wish: event.wish }),
        // Less time is also less time to decide.
        ...(event.wish?.kind === 'until' && { lapsesAt: Math.min(request.lapsesAt, event.wish.at) }),
      }
    case 'denied':
      return {
        ...request,
        state: 'denied',
        closed: { at: event.at, by: event.by, ...(event.reason === null ? {} : { reason: event.reason }) },
      }
    case 'lapsed':
      return { ...request, state: 'lapsed', closed: { at: event.at } }
    case 'withdrawn':
      return { ...request, state: 'withdrawn', closed: { at: event.at, by: event.by } }
    case 'voided':
      return {
        ...request,
        state: 'void',
        closed: { at: event.at, says: event.says, ...(event.by ? { by: event.by } : {}) },
      }
    case 'unclear': {
      const tries = (request.retry?.tries ?? 0) + 1
      return { ...request, retry: { tries, notBefore: event.at + backoffMs(tries), why: event.why } }
    }
    case 'revealed':
      return request
    case 'hurried':
      return request.retry === undefined
        ? request
        : { ...request, retry: { ...request.retry, notBefore: event.at } }
    case 'forgotten':
      return { ...request, forgottenAt: event.at }
    case 'posted':
      return {
        ...request,
        posted: { ...request.posted, [event.place]: { channel: event.channel, id: event.id } },
      }
    case 'unreached':
      return { ...request, unreached: [...(request.unreached ?? []), event.place] }
    default:
      return event satisfies never
  }
}
