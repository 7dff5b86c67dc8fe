/** What somebody may do to a request, by present facts; and what present facts say against the request itself. */
import { belongs, type Groups } from '../domain/belongs.ts'
import type { Standing } from '../domain/command.ts'
import type { Ask } from '../domain/condition.ts'
import { type Case, objectionsTo, pinned } from '../domain/judge.ts'
import type { Instant, Request } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import { isRefusal } from '../domain/refusal.ts'
import { isToldApart, sayNotToldApart } from '../domain/told-apart.ts'
import { type Texts, textOf } from '../domain/words.ts'
import type { Call } from '../ports.ts'
import { within } from './call.ts'
import { fetchGroups, fetchPerson, type Source, systemOf } from './fetch-facts.ts'

/** An approver of the request's own policy, an operator, or neither, with why. */
export const standingOf = async (
  deps: Source,
  person: Person,
  request: Request,
  call: Call,
): Promise<Standing> => {
  const { policies, operators } = deps.rules
  const policy = pinned(request, policies)
  const groups = await fetchGroups(deps, [...(policy?.approvers ?? []), ...operators], call)
  const operator = belongs(person, operators, groups) === true
  if (policy === undefined) return { operator, approver: [`The policy “${request.policy.name}” is gone.`] }
  const member = belongs(person, policy.approvers, groups)
  if (member === true) return { operator, approver: true }
  return {
    operator,
    approver: member === 'unknown' ? ['The directory could not tell; try again in a minute.'] : [],
  }
}

/** The same for a decision, which counts only from who can be told from the requester. */
export const deciderOf = async (
  deps: Source,
  person: Person,
  request: Request,
  call: Call,
): Promise<Standing> => {
  const standing = await standingOf(deps, person, request, call)
  return standing.approver !== true || isToldApart(person, request.requester)
    ? standing
    : { ...standing, approver: [await sayWhoElse(deps, person, request, call)] }
}

/** With the id that the requester's own directory knows the address by: for an operator to check, never to go by. */
const sayWhoElse = async (
  { directories }: Source,
  person: Person,
  { requester }: Request,
  call: Call,
): Promise<string> => {
  const system = systemOf(requester.via)
  const address = person.email ?? person.address
  const asked = address === undefined ? undefined : directories.get(system)?.person(address, call)
  const found = asked && (await within(call, asked).catch(() => undefined))
  const there = found?.standing === 'member' ? found.ref.slice(system.length + 1) : undefined
  return sayNotToldApart(person, requester, there)
}

/**
 * Whether somebody may sign the review of a request, else every reason why not. Where its policy is gone, or asks for no
 * review any longer, somebody still has to: then operators may.
 */
export const reviewerOf = async (
  deps: Source,
  person: Person,
  request: Request,
  call: Call,
): Promise<true | readonly string[]> => {
  const review = pinned(request, deps.rules.policies)?.review
  const references = review?.by ?? deps.rules.operators
  const member = belongs(person, references, await fetchGroups(deps, references, call))
  if (member === true)
    return isToldApart(person, request.requester) || [await sayWhoElse(deps, person, request, call)]
  const gone = `The policy “${request.policy.name}” names no reviewers any longer: an operator can sign.`
  return [
    ...(review === undefined ? [gone] : []),
    ...(member === 'unknown' ? ['The directory could not tell; try again in a minute.'] : []),
  ]
}

/** How long, and why: as it was asked, or as it is asked for an extension. */
export type Wanted = Pick<Ask, 'wish' | 'reason'>

/** What the request itself wants. */
export const wantedBy = ({ wish, reason }: Request, texts: Texts): Wanted => ({
  wish,
  reason: textOf(reason, texts),
})

/** The request as the policies would judge it now; a refusal when its requester may not use Curfew any longer. */
export const caseOf = async (deps: Source, request: Request, wanted: Wanted, now: Instant, call: Call) => {
  const requester = await fetchPerson(deps, request.requester.via, call)
  if (isRefusal(requester)) return requester
  const { policies } = deps.rules
  const groups: Groups = await fetchGroups(
    deps,
    policies.flatMap((policy) => [...policy.requesters, ...policy.approvers]),
    call,
  )
  const ask = { now, entitlement: request.entitlement, ...wanted }
  return { ask, requester, policies, groups } satisfies Case
}

/** Every objection to giving it now; empty: none. */
export const presentObjections = async (
  deps: Source,
  request: Request,
  wanted: Wanted,
  now: Instant,
  call: Call,
): Promise<readonly string[]> => {
  const it = await caseOf(deps, request, wanted, now, call)
  return isRefusal(it) ? [`${request.requester.name}: ${it.says}`] : objectionsTo(request, it)
}
