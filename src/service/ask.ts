/** A new request: what, for how long, why; judged by the policies, resolved in the target, then recorded. */
import { mayHave } from '../domain/account.ts'
import { accountFor } from '../domain/account-for.ts'
import { refOf } from '../domain/belongs.ts'
import { sayDone } from '../domain/cards/answer-card.ts'
import { type Card, plain, time } from '../domain/cards/card.ts'
import type { Unreviewed } from '../domain/command.ts'
import { parseWish } from '../domain/duration.ts'
import { asFault } from '../domain/fault.ts'
import { judge, type Reason } from '../domain/judge.ts'
import {
  type Access,
  type Account,
  type Instant,
  type Place,
  placeOf,
  type RequestId,
  type RoleName,
  type TargetName,
  type Wish,
} from '../domain/model.ts'
import type { Policy } from '../domain/policy.ts'
import { showReference } from '../domain/reference.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import type { Draft } from '../domain/request.ts'
import { makeRequestId } from '../domain/request-id.ts'
import type { RoleRules, TargetRules } from '../domain/rules.ts'
import { suggest } from '../domain/suggest.ts'
import type { World } from '../domain/world.ts'
import type { Call } from '../ports.ts'
import { type Actor, keepAnswer } from './actor.ts'
import { within } from './call.ts'
import type { Deps } from './deps.ts'
import { fetchGroups } from './fetch-facts.ts'
import { type Counted, findUnreviewed } from './find-unreviewed.ts'
import { type Kept, keepText } from './keep-text.ts'
import { loadForNew } from './load.ts'
import { type Transacted, transact } from './transact.ts'

/** In a hint. */
const ENTITLEMENTS_SHOWN = 8

const WHOSE_ACCOUNT =
  'An operator can state your own under people: accounts; or, if it is yours from another chat, who you are there.'

/** As typed; `wish` absent: the policy's default. */
export interface Wanted {
  readonly entitlement: string
  readonly wish?: string
  readonly reason: string
}

/** Makes a request. Refuses with every reason at once; rejects with a fault when Redis does not answer. */
export const ask = async (deps: Deps, actor: Actor, wanted: Wanted, call: Call): Promise<Transacted> => {
  const { now } = await deps.journal.load([])
  const refuseWith = (refusal: Refusal): Transacted => ({ did: 'refuse', refusal })
  const named = findRole(deps, wanted.entitlement)
  if (isRefusal(named)) return refuseWith(named)
  const judged = await judgeAsk(deps, actor, wanted, named, now, call)
  if (isRefusal(judged)) return refuseWith(judged)
  const account = accountFor(actor.person, named.target, named.targetRules)
  if (isRefusal(account)) return refuseWith(account)
  const id = makeRequestId(deps.random(8))
  const access = await resolve(deps, named, account, id, call)
  if (isRefusal(access)) return refuseWith(access)
  const reason = keepText(deps, wanted.reason)
  let counted: Counted | undefined
  const draft = draftOf(deps, actor, { id, named, access, reason, now, ...judged })
  return transact(deps, {
    load: () => loadForNew(deps.journal, id, access),
    choose: async (world) => {
      counted = await findUnreviewed(deps.journal, refOf(actor.person), judged.policy)
      return chooseRequest(deps, actor, draft, world, counted?.unreviewed)
    },
    beside: () => ({
      ...(counted && { also: counted.guard }),
      texts: reason === null ? [] : [{ record: `r:${id}`, ...reason }],
      gesture: keepAnswer(actor, sayAsked(draft)),
    }),
  })
}

/** The private answer to a request that was made. */
const sayAsked = (draft: Draft): Card => {
  if (draft.reviewers !== undefined)
    return sayDone('Break-glass', [
      plain(`${draft.id}: you will be told here when the access is there. It was announced, and `),
      plain(`${draft.reviewers.join(', ')} will be asked to review it.`),
    ])
  if (draft.quorum === 0)
    return sayDone('Approved by policy', [
      plain(`${draft.id}: you will be told here when the access is there.`),
    ])
  const who = draft.approvers.join(', ')
  return sayDone('Requested', [
    plain(`${draft.id} waits for ${draft.quorum} of: ${who}. It lapses `),
    time(draft.lapsesAt),
    plain('.'),
  ])
}

const chooseRequest = (
  deps: Deps,
  actor: Actor,
  draft: Draft,
  world: World,
  unreviewed: Unreviewed | undefined,
) => {
  const by = refOf(actor.person)
  if (!mayHave(world.owner, by)) {
    const says = `The account ${draft.access.account} of ${draft.entitlement.target} belongs to somebody else.`
    return refuse('account-taken', says, WHOSE_ACCOUNT)
  }
  const doubts = deps.posture.doubts(draft.entitlement.target)
  return { do: 'request', by, draft, doubts, ...(unreviewed && { unreviewed }) } as const
}

interface NamedRole {
  readonly target: TargetName
  readonly role: RoleName
  readonly targetRules: TargetRules
  readonly roleRules: RoleRules
}

/** The entitlement as configured, or what was probably meant. */
const findRole = (deps: Deps, text: string): NamedRole | Refusal => {
  const [target = '', role = ''] = text.split('/')
  const targetRules = deps.rules.targets.get(target)
  const roleRules = targetRules?.roles.get(role)
  if (targetRules !== undefined && roleRules !== undefined && text === `${target}/${role}`) {
    return { target: target as TargetName, role: role as RoleName, targetRules, roleRules }
  }
  const known = [...deps.rules.targets].flatMap(([name, rules]) =>
    [...rules.roles.keys()].map((one) => `${name}/${one}`),
  )
  const meant = suggest(text, known) ?? known.find((one) => one.startsWith(`${target}/`))
  const more = known.length > ENTITLEMENTS_SHOWN ? ' …' : ''
  const says =
    text === '' ? 'Say what you need, as target/role.' : `There is no entitlement “${text.slice(0, 80)}”.`
  return refuse(
    'unknown-entitlement',
    says,
    meant === undefined
      ? `There is: ${known.slice(0, ENTITLEMENTS_SHOWN).join(', ')}${more}`
      : `Did you mean: /jit request ${meant} 1h REASON`,
  )
}

/** The wish and the policy that governs it. */
const judgeAsk = async (
  deps: Deps,
  { person }: Actor,
  wanted: Wanted,
  { target, role }: NamedRole,
  now: Instant,
  call: Call,
): Promise<{ wish: Wish; policy: Policy } | Refusal> => {
  const around = person.zone === undefined ? { now } : { now, zone: person.zone }
  const typed = wanted.wish === undefined ? undefined : parseWish(wanted.wish, around)
  if (isRefusal(typed)) return typed
  const groups = await fetchGroups(
    deps,
    deps.rules.policies.flatMap((policy) => policy.requesters),
    call,
  )
  // A default never exceeds its own policy's maximum, so the shortest wish finds the governing policy.
  const wish: Wish = typed ?? { kind: 'for', ms: 1 }
  const asked = { now, entitlement: { target, role }, wish, reason: wanted.reason }
  const verdict = judge({ ask: asked, requester: person, policies: deps.rules.policies, groups })
  if (verdict.outcome === 'refused') return refuseAll(verdict.reasons)
  return { policy: verdict.policy, wish: typed ?? { kind: 'for', ms: verdict.policy.defaultMs } }
}

const refuseAll = (reasons: readonly Reason[]): Refusal => {
  const hints = [...new Set(reasons.flatMap((reason) => (reason.hint === undefined ? [] : [reason.hint])))]
  const refusal = refuse(
    'not-allowed',
    reasons.map((reason) => reason.says).join(' '),
    hints.length === 0 ? undefined : hints.join(' '),
  )
  return { ...refusal, fields: blamesOf(reasons) }
}

/** What no single field is to blame for is said under what was asked for. */
const blamesOf = (reasons: readonly Reason[]): Readonly<Record<string, string>> => {
  const fields = new Set(reasons.map(({ field = 'what' }) => field))
  const saysUnder = (field: string): string =>
    reasons
      .filter((reason) => (reason.field ?? 'what') === field)
      .map(({ says }) => says)
      .join(' ')
  return Object.fromEntries([...fields].map((field) => [field, saysUnder(field)]))
}

const resolve = async (
  deps: Deps,
  named: NamedRole,
  account: Account,
  id: RequestId,
  call: Call,
): Promise<Access | Refusal> => {
  const target = deps.targets.get(named.target)
  if (target === undefined)
    return refuse('unavailable', `${named.target} is not connected.`, 'Tell an operator.')
  try {
    const found = await deps.gateOf(named.target)(call, () =>
      within(call, target.resolve({ role: named.role, account, request: id }, call)),
    )
    return isRefusal(found) ? found : { traits: target.traits, ...found, target: named.target }
  } catch (thrown) {
    const fault = asFault(thrown)
    deps.log.warn(
      { request: id, target: named.target, fault: fault.message },
      'target did not resolve an account',
    )
    return refuse(
      'unavailable',
      `${named.target} does not answer properly: ${fault.message}. Nothing was requested.`,
      'Try again in a minute.',
    )
  }
}

interface Settled {
  readonly id: RequestId
  readonly named: NamedRole
  readonly access: Access
  readonly reason: Kept | null
  readonly now: Instant
  readonly wish: Wish
  readonly policy: Policy
}

const draftOf = (
  deps: Deps,
  actor: Actor,
  { id, named, access, reason, now, wish, policy }: Settled,
): Draft => {
  const lapsesAt = now + policy.lapseMs
  return {
    id,
    entitlement: { target: named.target, role: named.role },
    actions: named.roleRules.actions,
    access,
    wish,
    maxMs: policy.maxMs,
    provisionWithinMs:
      named.roleRules.provisionWithinMs ??
      named.targetRules.provisionWithinMs ??
      policy.provisionWithinMs ??
      Math.max(deps.rules.provisionWithinMs, access.traits.provisionWithinMs),
    ...(policy.warnMs === undefined ? {} : { warnMs: policy.warnMs }),
    reason: reason?.digest ?? null,
    policy: { name: policy.name, hash: policy.hash },
    quorum: policy.quorum,
    approvers: policy.approvers.map(showReference),
    ...(policy.review && { reviewers: policy.review.by.map(showReference) }),
    lapsesAt: wish.kind === 'until' ? Math.min(lapsesAt, wish.at) : lapsesAt,
    places: placesOf(deps, actor, policy),
  }
}

/** The policy's channels get the card to decide on, the audit channels a thread, the requester a direct message. */
const placesOf = (deps: Deps, { person }: Actor, policy: Policy): readonly Place[] => [
  ...policy.channels.map((channel) => placeOf('card', channel)),
  ...deps.rules.auditChannels.map((channel) => placeOf('thread', channel)),
  placeOf('dm', person.via),
]
