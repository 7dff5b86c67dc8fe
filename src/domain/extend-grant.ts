/**
 * What people may do about an extension, one handler per cell of the table in lifecycle.ts. The end moves in the same
 * step in which the last approval is recorded; the access itself is not touched.
 */
import type { CommandOf, Decision } from './command.ts'
import { showDuration } from './duration.ts'
import type { ExtensionEvent } from './extension.ts'
import { ceilSecond } from './grant.ts'
import type { Extension, Grant, Request } from './model.ts'
import { type Refusal, refuse } from './refusal.ts'
import { isSamePerson, isSelf, notAnApprover, notYours, ownRequest, refuseGiving } from './rights.ts'
import { refuseUnreviewed } from './sign-review.ts'
import type { Happening, World } from './world.ts'

const happened = (request: Request, event: ExtensionEvent): Happening => ({
  on: 'request',
  id: request.id,
  event,
})

export const extend = (world: World, command: CommandOf<'extend'>): Decision => {
  const { by, ms, reason, terms, objections, doubts, unreviewed } = command
  const { request, grant } = mustBeActive(world)
  if (!isSelf(request.requester, by))
    return notYours(request, 'extend this', `/jit revoke ${request.id} REASON`)
  const refused = refuseExtend(request, terms.most) ?? refuseUnreviewed(unreviewed)
  if (refused !== undefined) return refused
  if (objections.length > 0) return refuse('not-allowed', objections.join(' '))
  const stopped = refuseGiving(world, doubts)
  if (stopped !== undefined) return stopped
  const n = (request.extensions?.asked ?? 0) + 1
  const lapsesAt = Math.min(world.now + terms.lapseMs, grant.endsAt)
  const { quorum, reviewers } = terms
  const asked = happened(request, {
    type: 'extension asked',
    at: world.now,
    n,
    ms,
    reason,
    quorum,
    lapsesAt,
    ...(reviewers && { reviewers }),
  })
  return quorum === 0 ? [asked, moveEnd(request, grant, { n, ms }, world)] : [asked]
}

/** Why the request itself allows no further extension; `most`: as its policy says at present. */
export const refuseExtend = ({ id, extensions, entitlement }: Request, most: number): Refusal | undefined => {
  if (extensions?.open !== undefined) {
    const by = showDuration(extensions.open.ms)
    return refuse('already-asked', `${id}: an extension by ${by} waits for a decision already.`)
  }
  if ((extensions?.granted ?? 0) < most) return undefined
  const again = `Ask anew: /jit request ${entitlement.target}/${entitlement.role} 1h because REASON`
  if (most === 0) return refuse('not-allowed', 'The policy allows no extension.', again)
  return refuse('not-allowed', `The policy allows ${most} extension${most === 1 ? '' : 's'}, no more.`, again)
}

export const approveExtension = (world: World, command: CommandOf<'approve extension'>): Decision => {
  const { by, standing, n, stillCount, objections, doubts } = command
  const { request, grant } = mustBeActive(world)
  const open = openExtension(request, n)
  if (open === undefined) return decidedAlready(request)
  if (isSamePerson(request.requester, by)) return ownRequest()
  if (open.approvals.some((approval) => isSamePerson(approval.by, by)))
    return refuse('already-approved', 'You have approved this already; another approver has to join you.')
  if (standing.approver !== true) return notAnApprover(request, standing.approver)
  // At the very end of the grant, too: what has ended is asked for anew.
  if (world.now >= open.lapsesAt) return refuse('already-over', 'This extension has just lapsed.')
  if (objections.length > 0) return refuse('not-allowed', objections.join(' '))
  const stopped = refuseGiving(world, doubts)
  if (stopped !== undefined) return stopped
  const approved = happened(request, { type: 'extension approved', at: world.now, n, by })
  const before = open.approvals.filter((approval) => stillCount.includes(approval.by.via)).length
  const enough = before + 1 >= Math.max(open.quorum, command.quorum)
  return enough ? [approved, moveEnd(request, grant, open, world)] : [approved]
}

export const denyExtension = (world: World, command: CommandOf<'deny extension'>): Decision => {
  const { by, standing, n, reason } = command
  const { request } = mustBeActive(world)
  if (openExtension(request, n) === undefined) return decidedAlready(request)
  if (isSamePerson(request.requester, by)) return ownRequest()
  if (standing.approver !== true && !standing.operator) return notAnApprover(request, standing.approver)
  return [happened(request, { type: 'extension denied', at: world.now, n, by, reason })]
}

const moveEnd = (
  request: Request,
  grant: Grant,
  { n, ms }: Pick<Extension, 'n' | 'ms'>,
  { now }: World,
): Happening => happened(request, { type: 'extended', at: now, n, endsAt: ceilSecond(grant.endsAt + ms) })

const openExtension = ({ extensions }: Request, n: number): Extension | undefined =>
  extensions?.open?.n === n ? extensions.open : undefined

const decidedAlready = ({ id }: Request): Refusal =>
  refuse('already-decided', `That extension of ${id} was decided already, or has lapsed.`)

const mustBeActive = ({ request }: World): { request: Request; grant: Grant } => {
  if (request?.grant === undefined) throw new Error('no grant in this world')
  return { request, grant: request.grant }
}
