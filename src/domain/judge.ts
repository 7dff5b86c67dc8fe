/**
 * What the policies say of an ask. Every matching deny refuses, wherever it stands; else the first matching policy
 * governs, alone, and all of its checks are run so that a refusal lists everything. No fall-through.
 */
import { type Belongs, belongs, type Groups } from './belongs.ts'
import type { Ask, BoundCondition } from './condition.ts'
import { showDuration } from './duration.ts'
import { matchesGlob } from './glob.ts'
import type { Request } from './model.ts'
import type { Person } from './people.ts'
import type { Policy } from './policy.ts'
import { dropRepeats, isAnother } from './told-apart.ts'

export interface Reason {
  readonly policy: string
  /** `failed`: could not be evaluated; means no, and is told apart. */
  readonly result: 'unsatisfied' | 'failed'
  readonly says: string
  readonly hint?: string
  /** The field of a form that is to blame; see {@link fieldOf}. */
  readonly field?: string
}

/** The name of a condition's own field in a form. */
export const fieldOf = (kind: string): string => `require.${kind}`

export type Verdict =
  | { readonly outcome: 'refused'; readonly reasons: readonly Reason[] }
  | { readonly outcome: 'allowed' | 'needs approval'; readonly policy: Policy }

export interface Case {
  readonly ask: Ask
  readonly requester: Person
  readonly policies: readonly Policy[]
  readonly groups: Groups
}

/** The verdict on a new ask. */
export const judge = (it: Case): Verdict => {
  const denied = denials(it)
  if (denied.length > 0) return { outcome: 'refused', reasons: denied }
  const { policy, missed } = firstMatching(it)
  if (policy !== undefined) return govern(policy, it)
  return { outcome: 'refused', reasons: missed.length > 0 ? missed : [nobodyMay(it)] }
}

/** Present objections to a request that was judged before: all denies, and its own policy's requesters and `require`. */
export const objectionsTo = (request: Request, it: Case): readonly string[] => {
  const denied = denials(it)
  if (denied.length > 0) return denied.map((reason) => reason.says)
  const policy = pinned(request, it.policies)
  if (policy === undefined) return saysOf(judge(it))
  if (!covers(policy, it.ask)) return [`The policy “${policy.name}” no longer covers this.`]
  const member = belongs(it.requester, policy.requesters, it.groups)
  if (member !== true)
    return [`${it.requester.name} may no longer ask for this under the policy “${policy.name}”.`]
  return unmet(policy, it).map((reason) => reason.says)
}

/** Whether some of this could not be told, so that asking again later may help. */
export const couldNotTell = (request: Request, it: Case, approvers: readonly Person[]): boolean => {
  const policy = pinned(request, it.policies)
  const asked: Belongs[] = policy === undefined ? [] : [belongs(it.requester, policy.requesters, it.groups)]
  const counted =
    policy === undefined ? [] : approvers.map((one) => belongs(one, policy.approvers, it.groups))
  return [...asked, ...counted].includes('unknown')
}

/** What speaks against the approvals: too few of them still count. Empty: the quorum stands. */
export const objectionsToApprovals = (
  request: Request,
  it: Case,
  approvers: readonly Person[],
): readonly string[] => {
  const verdict = judge(it)
  const policy = pinned(request, it.policies) ?? (verdict.outcome === 'refused' ? undefined : verdict.policy)
  if (policy === undefined) return ['No policy allows this any longer; ask again.']
  const given = request.approvals.flatMap(({ by }) => approvers.find((one) => one.via === by.via) ?? [])
  const counted = dropRepeats(
    given.filter(
      (one) => isAnother(one, request.requester) && belongs(one, policy.approvers, it.groups) === true,
    ),
  )
  const lost = request.approvals
    .filter(({ by }) => !counted.some(({ via }) => via === by.via))
    .map(({ by }) => by.name)
  if (request.approvals.length - lost.length >= policy.quorum) return []
  if (lost.length === 0) return [`The policy now asks for ${policy.quorum} approvals; ask again.`]
  return [
    `${lost.join(' and ')} no longer ${lost.length === 1 ? 'counts as an approver' : 'count as approvers'}; ask again.`,
  ]
}

/** The policy a request was made under, found by its name: later checks read what it says now. */
export const pinned = (request: Request, policies: readonly Policy[]): Policy | undefined =>
  policies.find((policy) => policy.name === request.policy.name && policy.effect === 'allow')

/** The policy that would govern somebody's ask for this now, whatever they wish and say; undefined: none lets them. */
export const governing = (it: Case): Policy | undefined =>
  denials(it).length > 0 ? undefined : firstMatching(it).policy

/** The first allowing policy that matches, or why each one does not; one that cannot be told ends the search. */
const firstMatching = (it: Case): { readonly policy?: Policy; readonly missed: readonly Reason[] } => {
  const missed: Reason[] = []
  for (const policy of it.policies.filter((p) => p.effect === 'allow' && covers(p, it.ask))) {
    const miss = missOf(policy, it)
    if (miss === undefined) return { policy, missed }
    missed.push(miss)
    if (miss.result === 'failed') break
  }
  return { missed }
}

const covers = (policy: Policy, ask: Ask): boolean =>
  policy.entitlements.some((glob) => matchesGlob(glob, `${ask.entitlement.target}/${ask.entitlement.role}`))

const denials = (it: Case): readonly Reason[] =>
  it.policies
    .filter((policy) => policy.effect === 'deny' && covers(policy, it.ask))
    // What cannot be evaluated in a deny counts as matching.
    .filter((policy) => belongs(it.requester, policy.requesters, it.groups) !== false)
    .filter((policy) => policy.when.every((condition) => condition.check(it.ask).result !== 'unsatisfied'))
    .map((policy) => ({
      policy: policy.name,
      result: 'unsatisfied',
      says: `The policy “${policy.name}” forbids this.`,
    }))

/** Why an allowing policy does not match; undefined when it does. */
const missOf = (policy: Policy, it: Case): Reason | undefined => {
  const member = belongs(it.requester, policy.requesters, it.groups)
  const name = policy.name
  if (member === 'unknown') {
    return {
      policy: name,
      result: 'failed',
      says: `Could not tell whether “${name}” is for you.`,
      hint: 'Try again in a minute.',
    }
  }
  if (!member) return { policy: name, result: 'unsatisfied', says: `The policy “${name}” is not for you.` }
  return firstUnmet(policy.when, policy, it.ask)
}

const firstUnmet = (conditions: readonly BoundCondition[], policy: Policy, ask: Ask): Reason | undefined =>
  checkAll(conditions, policy, ask)[0]

const checkAll = (conditions: readonly BoundCondition[], policy: Policy, ask: Ask): readonly Reason[] =>
  conditions
    .map((condition) => ({ field: fieldOf(condition.kind), found: condition.check(ask) }))
    .flatMap(({ field, found }) =>
      found.result === 'satisfied' ? [] : [{ policy: policy.name, field, ...found }],
    )

const govern = (policy: Policy, it: Case): Verdict => {
  const reasons = unmet(policy, it)
  if (reasons.length > 0) return { outcome: 'refused', reasons }
  return { outcome: policy.quorum === 0 ? 'allowed' : 'needs approval', policy }
}

const unmet = (policy: Policy, { ask }: Case): readonly Reason[] => [
  ...tooLong(policy, ask),
  ...tooShort(policy, ask),
  ...checkAll(policy.require, policy, ask),
]

const tooLong = (policy: Policy, ask: Ask): readonly Reason[] => {
  const ms = ask.wish.kind === 'for' ? ask.wish.ms : ask.wish.at - ask.now
  if (ms <= policy.maxMs) return []
  const most = showDuration(policy.maxMs)
  return [
    {
      policy: policy.name,
      result: 'unsatisfied',
      says: `That is longer than the ${most} this policy allows.`,
      hint: `Ask for at most ${most}.`,
      field: 'duration',
    },
  ]
}

const tooShort = (policy: Policy, ask: Ask): readonly Reason[] => {
  if ([...ask.reason].length >= policy.reasonMinLength) return []
  const says = `Please say why, in at least ${policy.reasonMinLength} characters.`
  return [{ policy: policy.name, result: 'unsatisfied', says, hint: 'Add: because REASON', field: 'reason' }]
}

const nobodyMay = ({ ask }: Case): Reason => ({
  policy: '',
  result: 'unsatisfied',
  says: `No policy lets anybody ask for ${ask.entitlement.target}/${ask.entitlement.role}.`,
  hint: 'Ask an operator to add one.',
})

const saysOf = (verdict: Verdict): readonly string[] =>
  verdict.outcome === 'refused' ? verdict.reasons.map((reason) => reason.says) : []
