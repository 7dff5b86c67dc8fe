/** What people may do about a request, as buttons: each decides afresh when it is pressed, however old it is. */
import { loginOf } from '../account.ts'
import type { Place, Request } from '../model.ts'
import { isOver, type Phase, phaseOf, type RequestEvent } from '../request.ts'
import { awaitsReview } from '../review.ts'
import type { Button } from './card.ts'

const GIVEN: readonly Phase[] = ['approved', 'provisioning', 'active']

/** Under the card, as it stands in this kind of place. */
export const buttonsFor = (request: Request, phase: Phase, kind: Place['kind']): readonly Button[] => {
  const { id } = request
  if (kind === 'card' && phase === 'pending') {
    return [
      { verb: 'approve', request: id, label: 'Approve', style: 'primary' },
      { verb: 'shorten', request: id, label: 'Approve for less' },
      { verb: 'deny', request: id, label: 'Deny', style: 'danger' },
    ]
  }
  if (kind === 'card' && GIVEN.includes(phase))
    return [...extensionButtons(request), ...reviewButtons(request), revokeButton(request)]
  if (kind === 'card') return reviewButtons(request)
  if (kind === 'dm' && isOver(request)) return [{ verb: 'ask', request: id, label: 'Ask again' }]
  return kind === 'dm' ? ownButtons(request) : []
}

/** What its requester may do about it. */
export const ownButtons = (request: Request): readonly Button[] => {
  const phase = phaseOf(request)
  const { id } = request
  if (phase === 'pending') return [{ verb: 'withdraw', request: id, label: 'Withdraw' }]
  if (!GIVEN.includes(phase)) return []
  const reveals = phase === 'active' && request.access.traits.reveals === true
  const extendable = phase === 'active' && request.extensions?.open === undefined
  return [
    { verb: 'give-back', request: id, label: 'Give back' },
    ...(extendable ? [{ verb: 'extend', request: id, label: 'Extend' } as const] : []),
    ...(reveals ? [{ verb: 'reveal', request: id, label: 'Show credentials' } as const] : []),
  ]
}

/** The one button by which this person may end a grant; undefined: it is not there, or not theirs to end. */
export const endingButton = (request: Request, as: 'holder' | 'other'): Button | undefined => {
  if (!GIVEN.includes(phaseOf(request))) return undefined
  return as === 'holder' ? ownButtons(request)[0] : revokeButton(request)
}

const extensionButtons = ({ id, extensions }: Request): readonly Button[] => {
  const extension = extensions?.open?.n
  if (extension === undefined) return []
  return [
    { verb: 'approve-extension', request: id, extension, label: 'Approve extension', style: 'primary' },
    { verb: 'deny-extension', request: id, extension, label: 'Deny extension' },
  ]
}

const reviewButtons = (request: Request): readonly Button[] =>
  awaitsReview(request) && phaseOf(request) !== 'approved' ? [signButton(request.id)] : []

const signButton = (request: Request['id']): Button => ({ verb: 'sign', request, label: 'Sign the review' })

/** It says who loses what before it does it. */
const revokeButton = ({ id, requester, entitlement: { target, role }, access }: Request): Button => {
  const sessions = access.traits.endsSessions ? ', open sessions included' : ''
  return {
    verb: 'revoke',
    request: id,
    label: 'Revoke',
    style: 'danger',
    confirm: {
      title: 'End this access now?',
      text: `${requester.name} loses ${target}/${role} (account ${loginOf(access)}) at once${sessions}, unless another grant gives it.`,
      yes: 'Revoke',
      no: 'Keep it',
    },
  }
}

/** What its reader may want to do about a line; they stay where they are, so each decides afresh when it is pressed. */
export const buttonsUnder = (
  event: RequestEvent,
  { id }: Pick<Request, 'id'>,
  kind: Place['kind'],
): readonly Button[] => {
  if (kind === 'dm' && event.type === 'warned')
    return [
      { verb: 'extend', request: id, label: 'Extend' },
      { verb: 'give-back', request: id, label: 'Give back' },
    ]
  if (kind === 'dm' && event.type === 'ended') return [{ verb: 'ask', request: id, label: 'Ask again' }]
  if (kind === 'card' && event.type === 'review awaited') return [signButton(id)]
  if (kind === 'card' && event.type === 'extension asked' && event.quorum > 0)
    return [
      { verb: 'approve-extension', request: id, extension: event.n, label: 'Approve', style: 'primary' },
      { verb: 'deny-extension', request: id, extension: event.n, label: 'Deny', style: 'danger' },
    ]
  return []
}
