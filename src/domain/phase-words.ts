/** Why a phase refuses a command: one sentence for the person, and what would help. */
import type { RequestVerb } from './command.ts'
import type { Request } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'
import { phaseOf } from './request.ts'

/** The refusal for a command that the phase does not know. */
export const saysPhase = (request: Request | null, verb: RequestVerb): Refusal => {
  if (request === null) return refuse('unknown-id', 'There is no such request.', 'See yours: /jit mine')
  const { id } = request
  const phase = phaseOf(request)
  if (verb === 'forget')
    return refuse(
      'not-started',
      `${id} is not over yet.`,
      'What was written about it can be erased once it is.',
    )
  if (verb === 'sign') return saysUnreviewable(request)
  switch (phase) {
    case 'pending':
      return refuse('not-started', `${id} is still waiting for a decision.`, pendingHint(id, verb))
    case 'denied':
      return refuse('already-decided', `${id} was already denied${byWhom(request)}.`, 'Nothing was changed.')
    case 'lapsed':
      return refuse('already-over', `${id} lapsed: nobody decided in time.`, askAgain(request))
    case 'withdrawn':
      return refuse('already-over', `${id} was withdrawn by ${request.requester.name}.`, askAgain(request))
    case 'void':
      return refuse(
        'already-over',
        `${id} is void: ${request.closed?.says ?? 'it never began'}.`,
        askAgain(request),
      )
    case 'approved':
    case 'provisioning':
    case 'active':
      if (verb === 'extend' || verb === 'reveal')
        return refuse('not-started', `${id} is not active yet.`, 'Try it once the access is there.')
      if (verb === 'retry') return refuse('already-over', `${id} is active: there is nothing to try again.`)
      return refuse('already-decided', `${id} was already approved${approvedBy(request)}.`, endHint(id, verb))
    case 'ending':
      return refuse('already-ending', `${id} is already ending.`, 'Its thread says when it is gone.')
    case 'ended':
      return refuse('already-over', `${id} is over.`, askAgain(request))
    default:
      return refuse('already-over', `${id} is over.`)
  }
}

const saysUnreviewable = (request: Request): Refusal =>
  request.reviewers !== undefined && phaseOf(request) === 'approved'
    ? refuse(
        'not-started',
        `${request.id}: nothing was given yet.`,
        'Sign the review once the access is there.',
      )
    : refuse('not-allowed', `${request.id} gave nothing: there is nothing to review.`)

const pendingHint = (id: string, verb: RequestVerb): string =>
  verb === 'revoke' ? `Deny it: /jit deny ${id}` : `Take it back: /jit withdraw ${id}`

const endHint = (id: string, verb: RequestVerb): string =>
  verb === 'withdraw' ? `Give it back: /jit done ${id}` : `End it: /jit revoke ${id} REASON`

const byWhom = (request: Request): string =>
  request.closed?.by === undefined ? '' : ` by ${request.closed.by.name}`

const approvedBy = (request: Request): string => {
  const names = request.approvals.map((approval) => approval.by.name)
  return names.length === 0 ? '' : ` by ${names.join(' and ')}`
}

const askAgain = (request: Request): string =>
  `Ask again: /jit request ${request.entitlement.target}/${request.entitlement.role} 1h REASON`
