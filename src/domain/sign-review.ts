/** What may happen to an open review, and the limit on how many somebody may leave behind them. */
import type { CommandOf, Decision, Unreviewed } from './command.ts'
import type { Request } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'
import { awaitsReview, type ReviewEvent } from './review.ts'
import { isSamePerson } from './rights.ts'
import type { Happening, World } from './world.ts'

const happened = ({ id }: Request, event: ReviewEvent): Happening => ({ on: 'request', id, event })

export const signReview = ({ request, now }: World, command: CommandOf<'sign'>): Decision => {
  if (request === null) throw new Error('no request in this world')
  const { by, reviewer, words } = command
  const { id, review } = request
  if (review === undefined)
    return refuse('not-allowed', `${id} was not break-glass: there is nothing to review.`)
  if (isSamePerson(request.requester, by))
    return refuse(
      'own-request',
      'Nobody signs the review of their own break-glass, operators included.',
      'Ask a reviewer.',
    )
  if (reviewer !== true) return notAReviewer(request, reviewer)
  if (review.signed !== undefined)
    return refuse('already-decided', `The review of ${id} was already signed by ${review.signed.by.name}.`)
  return [happened(request, { type: 'reviewed', at: now, by, words })]
}

const notAReviewer = ({ reviewers = [] }: Request, why: readonly string[]): Refusal =>
  refuse(
    'not-a-reviewer',
    ['You are not a reviewer of this request.', ...why].join(' '),
    reviewers.length === 0 ? undefined : `It can be signed by: ${reviewers.join(', ')}.`,
  )

/** Time has something to say about a review, whatever else happens to its request. */
export const awaitReview = ({ request, now }: World): readonly Happening[] =>
  request !== null && awaitsReview(request) && now >= request.review.remindAt
    ? [happened(request, { type: 'review awaited', at: now, since: request.review.since })]
    : []

/** Why somebody may not break the glass once more; undefined: they may. */
export const refuseUnreviewed = (unreviewed: Unreviewed | undefined): Refusal | undefined => {
  if (unreviewed === undefined) return undefined
  const { open, most } = unreviewed
  const count = open.reduce((sum, { review }) => sum + (review?.covers ?? 0), 0)
  if (count < most) return undefined
  const ids = open.map(({ id }) => id)
  return refuse(
    'not-reviewed',
    `You have used break-glass ${count === 1 ? 'once' : `${count} times`} without a review, and the policy allows ${most}: ${ids.join(', ')}.`,
    `Ask a reviewer to sign: \`/jit review ${ids[0]}\``,
  )
}
