/**
 * The review of what was given without anybody's approval, as part of its request: open from the moment it was given,
 * asked for again and again, over when somebody else has signed it. It folds events; sign-review.ts decides them.
 */
import { REVIEW_DAILY_MS, REVIEW_EVERY_MS, REVIEW_LATER_MS } from './limits.ts'
import type { Instant, PersonRef, Request, Review, TextDigest } from './model.ts'

export type ReviewEvent =
  /** Nobody has signed it yet: said once more. */
  | { readonly type: 'review awaited'; readonly at: Instant; readonly since: Instant }
  | {
      readonly type: 'reviewed'
      readonly at: Instant
      readonly by: PersonRef
      readonly words: TextDigest | null
    }

const REVIEW_EVENTS = new Set<string>(['review awaited', 'reviewed'])

export const isReviewEvent = (event: { readonly type: string }): event is ReviewEvent =>
  REVIEW_EVENTS.has(event.type)

/** Whether somebody else still has to look at it. Where nothing was given there is nothing to look at. */
export const awaitsReview = (request: Request): request is Request & { readonly review: Review } =>
  request.review !== undefined && request.review.signed === undefined && request.state !== 'void'

/** Something was given at once. What was signed before says nothing about it, so the review is open again. */
export const openReview = (request: Request, at: Instant): Request => {
  const open = request.review?.signed === undefined ? request.review : undefined
  const since = open?.since ?? at
  const remindAt = open?.remindAt ?? at + REVIEW_EVERY_MS
  return { ...request, review: { since, remindAt, covers: (open?.covers ?? 0) + 1 } }
}

/** Folds one event into the request (its version is already counted up). */
export const evolveReview = (request: Request, event: ReviewEvent): Request => {
  const { review } = request
  if (review === undefined) throw new Error(`${event.type} without a review`)
  switch (event.type) {
    case 'review awaited':
      return { ...request, review: { ...review, remindAt: nextReminder(review.since, event.at) } }
    case 'reviewed': {
      const { by, at, words } = event
      return { ...request, review: { ...review, signed: { by, at, ...(words !== null && { words }) } } }
    }
    default:
      return event satisfies never
  }
}

/** The first after `now`: daily, and after a month weekly. What was missed is not made up for. */
const nextReminder = (since: Instant, now: Instant): Instant => {
  const everyMs = now - since < REVIEW_DAILY_MS ? REVIEW_EVERY_MS : REVIEW_LATER_MS
  return since + (Math.floor((now - since) / everyMs) + 1) * everyMs
}
