/**
 * What people may do, one handler per cell of the table in lifecycle.ts. The acting person is verified by the chat;
 * rights were looked up as facts and are checked here, together with separation of duties.
 */
import type { CommandOf, Decision } from './command.ts'
import { endGrant } from './end-grant.ts'
import { ceilSecond, endOf } from './grant.ts'
import type { Instant, PersonRef, Request } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { OwnEvent } from './request.ts'
import type { Happening, World } from './world.ts'

const happened = (request: Pick<Request, 'id'>, event: OwnEvent): Happening => ({
  on: 'request',
  id: request.id,
  event,
})

/** The very person, as stated or by the same identity: only this lets somebody end what is theirs. */
const isSelf = (a: PersonRef, b: PersonRef): boolean => a.id === b.id || a.identity === b.identity

/** Perhaps one human: an equal address, whoever stated it, is enough to refuse, and never to allow. */
const isSamePerson = (a: PersonRef, b: PersonRef): boolean =>
  isSelf(a, b) || namesOf(a).some((name) => namesOf(b).includes(name))

const namesOf = ({ id, email, address }: PersonRef): readonly string[] =>
  [id, email, address].filter((name) => name !== undefined)

export const ask = (world: World, { by, draft, doubts }: CommandOf<'request'>): Decision => {
  if (doubts.length > 0) return notGiving(doubts)
  const asked = happened(draft, { type: 'requested', at: world.now, by, draft })
  if (draft.quorum > 0) return [asked]
  return [asked, arm(draft, world.now)]
}

export const approve = (world: World, command: CommandOf<'approve'>): Decision => {
  const { by, standing, objections, doubts } = command
  const request = mustHave(world)
  if (isSamePerson(request.requester, by)) return ownRequest()
  if (request.approvals.some((approval) => isSamePerson(approval.by, by))) {
    return refuse('already-approved', 'You have approved this already; another approver has to join you.')
  }
  if (standing.approver !== true) return notAnApprover(request, standing.approver)
  if (world.now >= request.lapsesAt) return refuse('already-over', `${request.id} has just lapsed.`)
  if (objections.length > 0)
    return refuse('not-allowed', objections.join(' '), 'The requester can ask again.')
  if (doubts.length > 0) return notGiving(doubts)
  const approved = happened(request, { type: 'approved', at: world.now, by })
  const enough = request.approvals.length + 1 >= request.quorum
  return enough ? [approved, arm(request, world.now)] : [approved]
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
  const giveUpAt = ceilSecond(now + asked.provisionWithinMs)
  return {
    on: 'request',
    id: asked.id,
    event: { type: 'armed', at: now, giveUpAt, endsAt: endOf(asked, giveUpAt) },
  }
}

const mustHave = (world: World): Request => {
  if (world.request === null) throw new Error('no request in this world')
  return world.request
}

const ownRequest = (): Refusal =>
  refuse('own-request', 'Nobody approves their own request, operators included.', 'Ask another approver.')

const notAnApprover = (request: Request, why: true | readonly string[]): Refusal =>
  refuse(
    'not-an-approver',
    ['You are not an approver of this request.', ...(why === true ? [] : why)].join(' '),
    request.approvers.length === 0 ? undefined : `It can be decided by: ${request.approvers.join(', ')}.`,
  )

const notYours = (request: Request, what: string, instead: string): Refusal =>
  refuse('not-yours', `Only ${request.requester.name} can ${what}.`, `Approvers and operators: ${instead}`)

const notGiving = (doubts: readonly string[]): Refusal =>
  refuse(
    'not-giving',
    `Curfew gives nothing at the moment: ${doubts.join(' ')}`,
    'Running access still ends on time. Ask an operator.',
  )
