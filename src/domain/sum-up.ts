/** What a digest tells: what ends soon, what waits, what is late, what ended and how, and the numbers of the time since. */
import { dueAt } from './grant.ts'
import { DIGEST_DAY_MS, TROUBLED_AFTER_MS } from './limits.ts'
import type { Grant, Instant, Request } from './model.ts'
import { phaseOf } from './request.ts'
import { awaitsReview } from './review.ts'

/** A request whose access is, or was, there. */
export type Given = Request & { readonly grant: Grant }
/** One that is over. */
export type Over = Given & { readonly grant: { readonly ended: NonNullable<Grant['ended']> } }

export interface Counts {
  readonly asked: number
  readonly approved: number
  readonly denied: number
  readonly lapsed: number
  readonly given: number
  readonly ended: number
  readonly late: number
}

export interface Summary {
  readonly since: Instant
  readonly now: Instant
  /** Within a day, the next first. */
  readonly endsSoon: readonly Given[]
  /** Requests and extensions that wait for an approver, the oldest first. */
  readonly waiting: readonly Request[]
  /** Break-glass that nobody has reviewed, the oldest first. */
  readonly unreviewed: readonly Request[]
  /** Should be gone by now and are not, the latest first. */
  readonly late: readonly Given[]
  /** Since then, the last one first. */
  readonly ended: readonly Over[]
  readonly counts: Counts
}

/** `requests`: all that are open, and those that were closed since then; each once. */
export const sumUp = (requests: readonly Request[], since: Instant, now: Instant): Summary => {
  const given = requests.filter(isGiven)
  const ended = given.filter(isOver).filter(({ grant }) => grant.ended.at > since)
  const late = given.filter((request) => isLate(request, now))
  return {
    since,
    now,
    endsSoon: given
      .filter(({ grant }) => grant.state === 'active' && grant.endsAt <= now + DIGEST_DAY_MS)
      .sort((a, b) => a.grant.endsAt - b.grant.endsAt),
    waiting: requests.filter(waits).sort((a, b) => a.askedAt - b.askedAt),
    unreviewed: requests.filter(awaitsReview).sort((a, b) => a.review.since - b.review.since),
    late: late.sort((a, b) => dueAt(a.grant) - dueAt(b.grant)),
    ended: ended.sort((a, b) => b.grant.ended.at - a.grant.ended.at),
    counts: countSince(requests, since, late.length + ended.filter(({ grant }) => wasLate(grant)).length),
  }
}

export const isGiven = (request: Request): request is Given => request.grant !== undefined

const isOver = (request: Given): request is Over => request.grant.ended !== undefined

/** As on the Home page of operators. */
const isLate = ({ grant }: Given, now: Instant): boolean =>
  grant.state === 'ending' && now - dueAt(grant) > TROUBLED_AFTER_MS

/** It ended well after its time. */
export const wasLate = ({ ended }: Pick<Grant, 'ended'>): boolean =>
  ended !== undefined && ended.lateMs > TROUBLED_AFTER_MS

const waits = (request: Request): boolean =>
  phaseOf(request) === 'pending' || request.extensions?.open !== undefined

const countSince = (requests: readonly Request[], since: Instant, late: number): Counts => {
  const count = (at: (request: Request) => Instant | undefined): number =>
    requests.filter((request) => (at(request) ?? 0) > since).length
  return {
    asked: count(({ askedAt }) => askedAt),
    approved: count(({ grant, approvals, askedAt }) => grant && (approvals.at(-1)?.at ?? askedAt)),
    denied: count(({ state, closed }) => (state === 'denied' ? closed?.at : undefined)),
    lapsed: count(({ state, closed }) => (state === 'lapsed' ? closed?.at : undefined)),
    given: count(({ grant }) => grant?.confirmedAt),
    ended: count(({ grant }) => grant?.ended?.at),
    late,
  }
}
