/**
 * What people may do, one handler per cell of the table in lifecycle.ts. The acting person is verified by the chat;
 * rights were looked up as facts and are checked here, together with separation of duties.
 */
import type { CommandOf, Decision } from './command.ts'
import { showDuration } from './duration.ts'
import { endGrant } from './end-grant.ts'
import { ceilSecond, endOf } from './grant.ts'
import type { Instant, PersonRef, Request, Wish } from './model.ts'
import { saysPhase } from './phase-words.ts'
import { type Refusal, refuse } from './refusal.ts'
import { isClosed, type OwnEvent, phaseOf } from './request.ts'
import { isSamePerson, isSelf, notAnApprover, notYours, ownRequest, refuseGiving } from './rights.ts'
import { refuseUnreviewed } from './sign-review.ts'
import type { Happening, World } from './world.ts'

const happened = (request: Pick<Request, 'id'>, event: OwnEvent): Happening => ({
  on: 'request',
  id: request.id,
  event,
})

export const ask = (world: World, { by, draft, doubts, unreviewed }: CommandOf<'request'>): Decision => {
  const refused = refuseGiving(world, doubts) ?? refuseUnreviewed(unreviewed)
  if (refused !== undefined) return refused
  const asked = happened(draft, { type: 'requested', at: world.now, by, draft })
  if (draft.quorum > 0) return [asked]
  return [asked, arm(draft, world.now)]
}

export const approve = (world: World, command: CommandOf<'approve'>): Decision => {
  const { by, standing, objections, doubts, atMostMs } = command
  const request = mustHave(world)
  if (isSamePerson(request.requester, by)) return ownRequest()
  if (request.approvals.some((approval) => isSamePerson(approval.by, by))) {
    return refuse('already-approved', 'You have approved this already; another approver has to join you.')
  }
  if (standing.approver !== true) return notAnApprover(request, standing.approver)
  if (world.now >= request.lapsesAt) return refuse('already-over', `${request.id} has just lapsed.`)
  if (objections.length > 0)
    return refuse('not-allowed', objections.join(' '), 'The requester can ask again.')
  const refused = refuseGiving(world, doubts)
  if (refused !== undefined) return refused
  const wish = atMostMs === undefined ? undefined : shorten(request.wish, atMostMs, world.now)
  if (wish === null) return notShorter(request, world.now)
  const approved = happened(request, { type: 'approved', at: world.now, by, ...(wish && { wish }) })
  const enough = request.approvals.length + 1 >= request.quorum
  return enough ? [approved, arm({ ...request, ...(wish && { wish }) }, world.now)] : [approved]
}

/** The same kind of wish for less time; null: that would not be less. */
const shorten = (wish: Wish, ms: number, now: Instant): Wish | null => {
  if (wish.kind === 'for') return ms < wish.ms ? { kind: 'for', ms } : null
  return now + ms < wish.at ? { kind: 'until', at: now + ms } : null
}

const notShorter = ({ wish }: Request, now: Instant): Refusal => {
  const most = showDuration(wish.kind === 'for' ? wish.ms : Math.max(0, wish.at - now))
  return refuse(
    'bad-duration',
    `That is not less than the ${most} that were asked for.`,
    'Name a shorter one.',
  )
}

export const deny = (world: World, { by, standing, reason }: CommandOf<'deny'>): Decision => {
  const request = mustHave(world)
  if (isSamePerson(request.requester, by)) {
    return refuse(
      'own-request',
      'You cannot decide on your own request.',
      `Take it back: /jit withdraw ${request.id}`,
    )
  }
  if (standing.approver !== true && !standing.operator) return notAnApprover(request, standing.approver)
  return [happened(request, { type: 'denied', at: world.now, by, reason })]
}

export const withdraw = (world: World, { by }: CommandOf<'withdraw'>): Decision => {
  const request = mustHave(world)
  if (!isSelf(request.requester, by)) return notYours(request, 'withdraw this', `/jit deny ${request.id}`)
  return [happened(request, { type: 'withdrawn', at: world.now, by })]
}

/** Approved, but nothing was asked of the target yet. */
export const giveBackEarly = (world: World, { by }: CommandOf<'give back'>): Decision => {
  const request = mustHave(world)
  if (!isSelf(request.requester, by))
    return notYours(request, 'give this back', `/jit revoke ${request.id} REASON`)
  return [happened(request, { type: 'voided', at: world.now, by, says: 'given back before it began' })]
}

export const giveBack = (world: World, { by }: CommandOf<'give back'>): Decision => {
  const request = mustHave(world)
  if (!isSelf(request.requester, by))
    return notYours(request, 'give this back', `/jit revoke ${request.id} REASON`)
  return endGrant(world, request, { type: 'ending', at: world.now, because: 'given back', by })
}

export const revokeEarly = (world: World, { by, standing }: CommandOf<'revoke'>): Decision => {
  const request = mustHave(world)
  const refused = refuseRevoke(request, by, standing)
  return (
    refused ?? [happened(request, { type: 'voided', at: world.now, by, says: 'revoked before it began' })]
  )
}

export const revoke = (world: World, { by, standing, reason }: CommandOf<'revoke'>): Decision => {
  const request = mustHave(world)
  const refused = refuseRevoke(request, by, standing)
  return (
    refused ??
    endGrant(world, request, {
      type: 'ending',
      at: world.now,
      because: 'revoked',
      by,
      ...(reason === null ? {} : { reason }),
    })
  )
}

const refuseRevoke = (
  request: Request,
  by: PersonRef,
  standing: CommandOf<'revoke'>['standing'],
): Refusal | undefined => {
  if (isSamePerson(request.requester, by)) {
    return refuse('own-request', 'It is your own access.', `Give it back: /jit done ${request.id}`)
  }
  if (standing.operator || standing.approver === true) return undefined
  return refuse(
    'not-an-operator',
    'Only an approver of this policy or an operator may revoke it.',
    'Ask one of them.',
  )
}

/** The end stands before anything is asked of the target: given up at the latest, and then the full duration. */
const arm = (
  asked: Pick<Request, 'id' | 'wish' | 'maxMs' | 'provisionWithinMs'>,
  now: Instant,
): Happening => {
  const latestAt = ceilSecond(now + asked.provisionWithinMs)
  const endsAt = endOf(asked, latestAt)
  // What was wanted until a moment is not given after it.
  const giveUpAt = Math.min(latestAt, endsAt)
  return { on: 'request', id: asked.id, event: { type: 'armed', at: now, giveUpAt, endsAt } }
}

const mustHave = (world: World): Request => {
  if (world.request === null) throw new Error('no request in this world')
  return world.request
}

export const reveal = (world: World, { by }: CommandOf<'reveal'>): Decision => {
  const request = mustHave(world)
  if (!isSelf(request.requester, by))
    return refuse('not-yours', `Only ${request.requester.name} can see these credentials.`)
  if (request.access.traits.reveals !== true)
    return refuse('not-allowed', `${request.entitlement.target} has no credentials of its own to show.`)
  // Nobody has taken it away yet, but it is over.
  if (world.now >= (request.grant?.endsAt ?? 0))
    return refuse('already-over', `${request.id} has just ended.`)
  return [happened(request, { type: 'revealed', at: world.now, by })]
}

/** Once is enough: what is erased stays so. */
export const forget = (world: World, { by, standing }: CommandOf<'forget'>): Decision => {
  const request = mustHave(world)
  if (!standing.operator) return refuse('not-an-operator', 'Only an operator may have it erased.')
  if (!isClosed(request)) return saysPhase(request, 'forget')
  return request.forgottenAt === undefined
    ? [happened(request, { type: 'forgotten', at: world.now, by })]
    : []
}

/** The next try comes now; how it goes is up to the target. */
export const retry = (world: World, { by, standing }: CommandOf<'retry'>): Decision => {
  const request = mustHave(world)
  if (!standing.operator) return refuse('not-an-operator', 'Only an operator may ask for another try.')
  const hurried = { type: 'hurried', at: world.now, by } as const
  const told = happened(request, hurried)
  if (phaseOf(request) === 'approved') return [told]
  if (world.seat === null) throw new Error(`${request.id} holds no seat`)
  return [told, { on: 'seat', key: world.seat.key, event: hurried }]
}
