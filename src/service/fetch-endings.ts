/** What somebody may end, by facts that are fetched once for many grants; whoever presses a button is asked again. */
import { belongs, refOf } from '../domain/belongs.ts'
import type { Button } from '../domain/cards/card.ts'
import { endingButton } from '../domain/cards/request-buttons.ts'
import { pinned } from '../domain/judge.ts'
import type { Request } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import { isSamePerson, isSelf } from '../domain/rights.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { fetchGroups } from './fetch-facts.ts'

export interface Endings {
  /** Operators, and who approves anything. */
  readonly ofOthers: boolean
  /** *Give back* of their own, *Revoke* of what they decide on or run; undefined: none. */
  buttonOf(request: Request): Button | undefined
}

export const fetchEndings = async (deps: Deps, person: Person, call: Call): Promise<Endings> => {
  const { policies, operators } = deps.rules
  const approvers = policies.flatMap((policy) => policy.approvers)
  const groups = await fetchGroups(deps, [...operators, ...approvers], call)
  const isOperator = belongs(person, operators, groups) === true
  const decidesOn = new Set(policies.filter((policy) => belongs(person, policy.approvers, groups) === true))
  const by = refOf(person)
  const mayRevoke = (request: Request): boolean => {
    const policy = pinned(request, policies)
    return isOperator || (policy !== undefined && decidesOn.has(policy))
  }
  return {
    ofOthers: isOperator || decidesOn.size > 0,
    buttonOf: (request) => {
      if (isSelf(request.requester, by)) return endingButton(request, 'holder')
      if (isSamePerson(request.requester, by) || !mayRevoke(request)) return undefined
      return endingButton(request, 'other')
    },
  }
}
