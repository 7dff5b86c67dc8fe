/**
 * What the state owes the outside world, as data. Settling after a crash is the repair: there is no second recovery
 * path. Every record says what is next and when, and the same answer is its due time in the index.
 */
import { warnAtOf } from './grant.ts'
import type { Attempt, Instant, Request, RequestId, Seat } from './model.ts'
import { isClosed, phaseOf } from './request.ts'
import { awaitsReview } from './review.ts'
import { planSeat } from './seat.ts'

export type Effect =
  /** Time has something to say: `tick`. */
  | { readonly effect: 'tick'; readonly request: RequestId }
  /** The second check is due. */
  | { readonly effect: 'clear'; readonly request: RequestId }
  /** Ask the target, after recording the attempt, and look. */
  | { readonly effect: Attempt['does']; readonly seat: Seat['key'] }
  /** Look only. */
  | { readonly effect: 'look'; readonly seat: Seat['key'] }

/** An effect and the instant from which it is owed. */
export interface Plan {
  readonly effect: Effect
  readonly at: Instant
}

/** What a record needs next; null: nothing, until something happens to it. */
export const planOf = (record: Request | Seat): Plan | null =>
  record.kind === 'seat' ? planOfSeat(record) : planOfRequest(record)

/** What is owed now: at most one effect per record. */
export const owed = (record: Request | Seat, now: Instant): Effect | null => {
  const plan = planOf(record)
  return plan !== null && plan.at <= now ? plan.effect : null
}

/** Closed records leave the set of live ones. */
export const isLive = (record: Request | Seat): boolean =>
  record.kind === 'request' ? !isClosed(record) : record.holders.length > 0 || planSeat(record) !== null

const planOfSeat = (seat: Seat): Plan | null => {
  const plan = planSeat(seat)
  return plan === null ? null : { effect: { effect: plan.does, seat: seat.key }, at: plan.at }
}

const planOfRequest = (request: Request): Plan | null => {
  const tick = (at: Instant): Plan => ({ effect: { effect: 'tick', request: request.id }, at })
  const { grant } = request
  switch (phaseOf(request)) {
    case 'pending':
      return tick(request.lapsesAt)
    case 'approved': {
      const at = request.retry?.notBefore ?? 0
      return at >= (grant?.giveUpAt ?? 0)
        ? tick(grant?.giveUpAt ?? 0)
        : { effect: { effect: 'clear', request: request.id }, at }
    }
    case 'provisioning':
      return tick(Math.min(grant?.giveUpAt ?? 0, reviewAt(request)))
    case 'active':
      return tick(
        Math.min(
          warnAtOf(request) ?? Number.POSITIVE_INFINITY,
          request.extensions?.open?.lapsesAt ?? Number.POSITIVE_INFINITY,
          reviewAt(request),
          grant?.endsAt ?? 0,
        ),
      )
    case 'ending':
      return tick(Math.min(grant?.lateAt ?? 0, reviewAt(request)))
    default:
      return awaitsReview(request) ? tick(reviewAt(request)) : null
  }
}

const reviewAt = (request: Request): Instant =>
  awaitsReview(request) ? request.review.remindAt : Number.POSITIVE_INFINITY
