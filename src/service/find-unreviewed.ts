/**
 * What somebody got by break-glass that nobody has reviewed yet, for the limit on it. Two asks of one person at the same
 * time count the same, so both write one small record: the second one is stale, and counts again.
 */
import type { Unreviewed } from '../domain/command.ts'
import {
  type Json,
  type PersonRef,
  type Request,
  type RequestId,
  requestKey,
  unreviewedKey,
} from '../domain/model.ts'
import type { Policy } from '../domain/policy.ts'
import { awaitsReview } from '../domain/review.ts'
import { isSamePerson } from '../domain/rights.ts'
import type { Change, Journal } from '../ports.ts'
import { REVIEW_SET } from './change.ts'
import { readState } from './load.ts'
import { loadInPages } from './load-live.ts'

export interface Counted {
  readonly unreviewed: Unreviewed
  /** Travels with the change that was decided on it. */
  readonly guard: Pick<Change, 'reads' | 'writes' | 'due' | 'live'>
}

/** Undefined where the policy is not break-glass. Rejects with a fault when Redis does not answer. */
export const findUnreviewed = async (
  journal: Journal,
  by: PersonRef,
  { review }: Pick<Policy, 'review'>,
): Promise<Counted | undefined> => {
  if (review === undefined) return undefined
  const key = unreviewedKey(by.id)
  // Before the count: whatever is added from here on makes it stale.
  const v = (await journal.load([key])).records.get(key)?.v ?? 0
  const theirs = (await readReviews(journal)).filter(({ requester }) => isSamePerson(requester, by))
  const state: Json = { kind: 'unreviewed' }
  return {
    unreviewed: { open: theirs, most: review.mostUnreviewed },
    guard: {
      reads: [{ key, v }],
      writes: [{ key, v: v + 1, mark: null, state }],
      due: [],
      live: [{ key, live: false }],
    },
  }
}

/** Every request that waits for a review, the oldest first. */
export const readReviews = async (journal: Journal): Promise<readonly Request[]> => {
  const ids = (await journal.members(REVIEW_SET)) as readonly RequestId[]
  const records = await loadInPages(journal, ids.map(requestKey))
  return records
    .flatMap((record) => readState('request', record) ?? [])
    .filter(awaitsReview)
    .sort((a, b) => a.review.since - b.review.since)
}
