/**
 * More time for a grant that is active: asked for by its holder, decided like the request itself. The policies judge
 * what would be left from now on as if it were asked for anew.
 */
import { belongs, refOf } from '../domain/belongs.ts'
import { sayDone } from '../domain/cards/answer-card.ts'
import { type Card, plain, time } from '../domain/cards/card.ts'
import type { ExtensionTerms } from '../domain/command.ts'
import { parseWish } from '../domain/duration.ts'
import { governing, objectionsTo as objectionsToCase, pinned } from '../domain/judge.ts'
import { DURATION_MIN_MS } from '../domain/limits.ts'
import { type Request, type RequestId, requestKey } from '../domain/model.ts'
import { saysPhase } from '../domain/phase-words.ts'
import type { Policy } from '../domain/policy.ts'
import { showReference } from '../domain/reference.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import { phaseOf } from '../domain/request.ts'
import { dropRepeats, isAnother } from '../domain/told-apart.ts'
import { textOf } from '../domain/words.ts'
import type { World } from '../domain/world.ts'
import type { Call } from '../ports.ts'
import { type Actor, keepAnswer } from './actor.ts'
import type { Deps } from './deps.ts'
import { fetchGroups, fetchPeople } from './fetch-facts.ts'
import { type Counted, findUnreviewed } from './find-unreviewed.ts'
import { isWhole, NOT_WHOLE } from './is-whole.ts'
import { keepText } from './keep-text.ts'
import { keepUntil } from './keep-until.ts'
import { loadRequest } from './load.ts'
import { caseOf, deciderOf, type Wanted } from './standing.ts'
import { type Transacted, transact } from './transact.ts'

export interface ExtendWish {
  readonly id: RequestId
  /** As typed: how much longer, or until when. */
  readonly wish: string
  readonly reason: string
}

/** Asks. Rejects with a fault when Redis or a directory does not answer: nothing was changed. */
export const extend = (deps: Deps, actor: Actor, wanted: ExtendWish, call: Call): Promise<Transacted> => {
  const reason = keepText(deps, wanted.reason)
  let counted: Counted | undefined
  return transact(deps, {
    load: () => loadRequest(deps.journal, wanted.id),
    choose: async (world) => {
      const { request, now } = world
      const grant = request?.grant
      if (request === null || grant === undefined || phaseOf(request) !== 'active')
        return saysPhase(request, 'extend')
      const ms = readLonger(wanted.wish, actor, grant.endsAt, now)
      if (isRefusal(ms)) return ms
      const policy = pinned(request, deps.rules.policies)
      if (policy === undefined)
        return refuse(
          'not-allowed',
          `The policy “${request.policy.name}” is gone.`,
          'Ask anew when it has ended.',
        )
      counted = await findUnreviewed(deps.journal, refOf(actor.person), policy)
      const left = { kind: 'for', ms: grant.endsAt + ms - now } as const
      const command = {
        do: 'extend',
        by: refOf(actor.person),
        ms,
        reason: reason?.digest ?? null,
        terms: termsOf(policy),
        ...(counted && { unreviewed: counted.unreviewed }),
        objections: await objectionsTo(deps, request, { wish: left, reason: wanted.reason }, now, call),
        doubts: deps.posture.doubts(request.entitlement.target),
      } as const
      return keepUntil(deps, world, command, call)
    },
    beside: ({ request }) => ({
      ...(counted && { also: counted.guard }),
      texts: reason === null ? [] : [{ record: requestKey(wanted.id), ...reason }],
      gesture: keepAnswer(actor, sayAsked(wanted.id, request)),
    }),
  })
}

const termsOf = ({ quorum, lapseMs, maxExtensions, review }: Policy): ExtensionTerms => ({
  quorum,
  lapseMs,
  most: maxExtensions,
  ...(review && { reviewers: review.by.map(showReference) }),
})

/** How far beyond its end, in ms. */
const readLonger = (text: string, { person }: Actor, endsAt: number, now: number): number | Refusal => {
  const around = person.zone === undefined ? { now } : { now, zone: person.zone }
  const wish = parseWish(text, around)
  if (isRefusal(wish)) return wish
  const ms = wish.kind === 'for' ? wish.ms : wish.at - endsAt
  if (ms >= DURATION_MIN_MS) return ms
  return refuse('bad-duration', 'It lasts that long already.', 'Name a later end.')
}

const sayAsked = (id: RequestId, request: Request | null): Card => {
  const open = request?.extensions?.open
  const endsAt = request?.grant?.endsAt ?? 0
  if (open === undefined) return sayDone('Extended', [plain(`${id} now ends `), time(endsAt), plain('.')])
  return sayDone('Extension asked for', [
    plain(
      `${id} waits for ${open.quorum} of: ${request?.approvers.join(', ')}. Until then it ends as agreed, `,
    ),
    time(endsAt),
    plain('.'),
  ])
}

export interface ExtensionDecision {
  readonly id: RequestId
  readonly extension: number
}

/** Approves it: with the last approval the end moves. */
export const approveExtension = (
  deps: Deps,
  actor: Actor,
  { id, extension: n }: ExtensionDecision,
  call: Call,
): Promise<Transacted> =>
  transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: async (world) => {
      const { request, now } = world
      if (request === null) return saysPhase(null, 'approve')
      const standing = await deciderOf(deps, actor.person, request, call)
      // Who may not decide is not told what the policies say.
      const objections = standing.approver === true ? await objectionsNow(deps, request, now, call) : []
      const command = {
        do: 'approve extension',
        by: refOf(actor.person),
        standing,
        n,
        stillCount: await approvalsThatCount(deps, request, call),
        quorum: pinned(request, deps.rules.policies)?.quorum ?? 0,
        objections,
        doubts: deps.posture.doubts(request.entitlement.target),
      } as const
      return keepUntil(deps, world, command, call)
    },
    beside: (after) => ({ gesture: keepAnswer(actor, sayApproved(id, after)) }),
  })

/** Whose earlier approvals still count, by present facts: nobody looks a second time. */
const approvalsThatCount = async (deps: Deps, request: Request, call: Call): Promise<readonly string[]> => {
  const approvers = pinned(request, deps.rules.policies)?.approvers ?? []
  const vias = request.extensions?.open?.approvals.map(({ by }) => by.via) ?? []
  const [people, groups] = await Promise.all([
    fetchPeople(deps, vias, call),
    fetchGroups(deps, approvers, call),
  ])
  const counted = people.filter(
    (one) => isAnother(one, request.requester) && belongs(one, approvers, groups) === true,
  )
  return dropRepeats(counted).map(({ via }) => via)
}

/** As of an ask made now, under the very same policy; more time is given, too, so that a forged record gets none. */
const objectionsTo = async (
  deps: Deps,
  request: Request,
  wanted: Wanted,
  now: number,
  call: Call,
): Promise<readonly string[]> => {
  if (!(await isWhole(deps, request))) return [`${request.id}: ${NOT_WHOLE}.`]
  const it = await caseOf(deps, request, wanted, now, call)
  if (isRefusal(it)) return [`${request.requester.name}: ${it.says}`]
  const says = objectionsToCase(request, it)
  if (says.length > 0 || governing(it)?.name === request.policy.name) return says
  return [`The policy “${request.policy.name}” would not govern this now; ask anew when it has ended.`]
}

const objectionsNow = async (
  deps: Deps,
  request: Request,
  now: number,
  call: Call,
): Promise<readonly string[]> => {
  const { extensions, grant } = request
  if (extensions?.open === undefined || grant === undefined) return []
  const texts = await deps.journal.texts(requestKey(request.id))
  const wish = { kind: 'for', ms: grant.endsAt + extensions.open.ms - now } as const
  return objectionsTo(deps, request, { wish, reason: textOf(extensions.open.reason, texts) }, now, call)
}

const sayApproved = (id: RequestId, { request }: World): Card =>
  request?.extensions?.open === undefined
    ? sayDone('Extended', [plain(`${id} now ends `), time(request?.grant?.endsAt ?? 0), plain('.')])
    : sayDone('Approval recorded', [plain(`${id}: the extension waits for another approver.`)])

/** Denies it: the grant ends as agreed. */
export const denyExtension = (
  deps: Deps,
  actor: Actor,
  { id, extension: n, reason: words }: ExtensionDecision & { readonly reason: string },
  call: Call,
): Promise<Transacted> => {
  const reason = keepText(deps, words)
  return transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: async ({ request }) => {
      if (request === null) return saysPhase(null, 'deny')
      const standing = await deciderOf(deps, actor.person, request, call)
      return { do: 'deny extension', by: refOf(actor.person), standing, n, reason: reason?.digest ?? null }
    },
    beside: () => ({
      texts: reason === null ? [] : [{ record: requestKey(id), ...reason }],
      gesture: keepAnswer(actor, sayDone('Denied', [plain(`${id} ends as agreed; it was not extended.`)])),
    }),
  })
}
