/** What time, the second check and the directory do to a request, one handler per cell of the table in lifecycle.ts. */
import { mayHave } from './account.ts'
import type { CommandOf, Decision } from './command.ts'
import { endGrant, endKept } from './end-grant.ts'
import { sayFrozen } from './freeze.ts'
import { dueAt, warnAtOf } from './grant.ts'
import { HOLDERS_MAX } from './limits.ts'
import type { Access, Grant, Request } from './model.ts'
import type { RequestEvent } from './request.ts'
import { awaitReview } from './sign-review.ts'
import { apply, type Happening, type World } from './world.ts'

const happened = (request: Request, event: RequestEvent): Happening => ({
  on: 'request',
  id: request.id,
  event,
})

export const tickPending = (world: World): Decision => {
  const request = mustHave(world)
  return world.now >= request.lapsesAt ? [happened(request, { type: 'lapsed', at: world.now })] : []
}

/** Approved, not cleared: given up when provisioning would come too late. */
export const tickApproved = (world: World): Decision => {
  const { request, grant } = mustHaveGrant(world)
  return world.now >= grant.giveUpAt ? [tooLate(request, world.now)] : []
}

export const tickProvisioning = (world: World): Decision => {
  const { request, grant } = mustHaveGrant(world)
  if (world.now < grant.giveUpAt) return awaitReview(world)
  const fault = world.seat?.lastFault
  const says = `not confirmed in time${fault === undefined ? '' : `: ${fault}`}`
  return endGrant(world, request, { type: 'ending', at: world.now, because: 'failed', says })
}

export const tickActive = (world: World): Decision => {
  const { request, grant } = mustHaveGrant(world)
  if (world.now < grant.endsAt)
    return [...lapseExtension(world, request), ...warn(world, request, grant), ...awaitReview(world)]
  return endGrant(world, request, { type: 'ending', at: world.now, because: 'expired' })
}

const lapseExtension = ({ now }: World, request: Request): readonly Happening[] => {
  const open = request.extensions?.open
  if (open === undefined || now < open.lapsesAt) return []
  return [happened(request, { type: 'extension lapsed', at: now, n: open.n })]
}

const warn = (world: World, request: Request, { endsAt }: Grant): readonly Happening[] => {
  const warnAt = warnAtOf(request)
  if (warnAt === undefined || world.now < warnAt) return []
  return [happened(request, { type: 'warned', at: world.now, endsAt })]
}

/** Ending never gives up; it only gets louder. */
export const tickEnding = (world: World): Decision => {
  const { request, grant } = mustHaveGrant(world)
  const reminder = awaitReview(world)
  if (grant.lateAt === undefined || world.now < grant.lateAt) return reminder
  const tries = world.seat?.tries ?? 0
  const fault = world.seat?.lastFault === undefined ? {} : { fault: world.seat.lastFault }
  return [
    happened(request, { type: 'late', at: world.now, lateMs: world.now - dueAt(grant), tries, ...fault }),
    ...reminder,
  ]
}

/** The second check, before the first attempt: the grant takes its seat, or is void. */
export const clear = (world: World, { clearance }: CommandOf<'clear'>): Decision => {
  const { request, grant } = mustHaveGrant(world)
  if (world.now >= grant.giveUpAt) return [tooLate(request, world.now)]
  if (clearance.result === 'no')
    return [happened(request, { type: 'voided', at: world.now, says: clearance.says })]
  if (clearance.result === 'cannot tell')
    return [happened(request, { type: 'unclear', at: world.now, why: clearance.why })]
  if (world.frozen !== undefined)
    return [happened(request, { type: 'unclear', at: world.now, why: sayFrozen(world.frozen) })]
  const objection = objectionTo(world, request, clearance.access)
  if (objection !== undefined) return [happened(request, { type: 'voided', at: world.now, says: objection })]
  return takeSeat(world, request, grant, clearance.access)
}

const objectionTo = (world: World, request: Request, access: Access): string | undefined => {
  if (access.seat !== request.access.seat)
    return 'the account or the role in the target is not the one that was approved; ask again'
  if (!mayHave(world.owner, request.requester)) {
    return `the account ${request.access.account} belongs to somebody else`
  }
  if ((world.seat?.holders.length ?? 0) >= HOLDERS_MAX) return 'too many grants share this access already'
  return undefined
}

const takeSeat = (world: World, request: Request, grant: Grant, access: Access): Decision => {
  const { now } = world
  const { target, account, seat: key } = access
  const taken: Happening[] = [happened(request, { type: 'cleared', at: now, access })]
  if (world.owner === null) {
    taken.push({
      on: 'account',
      event: { type: 'owned', at: now, target, account, owner: request.requester.id },
    })
  }
  if (world.seat === null)
    taken.push({ on: 'seat', key, event: { type: 'opened', at: now, access, request: request.id } })
  taken.push({
    on: 'seat',
    key,
    event: { type: 'held', at: now, request: request.id, giveUpAt: grant.giveUpAt, access },
  })
  // Those who were leaving leave the access to the new holder.
  const after = taken.reduce(apply, world)
  const leaving = world.seat?.leaving ?? []
  return [...taken, ...leaving.map((id) => endKept(after, id, [request.id], now))]
}

/** Who was deactivated gets nothing any more: nothing was asked of the target yet. */
export const leaveEarly = (world: World): Decision => {
  const request = mustHave(world)
  return [
    happened(request, { type: 'voided', at: world.now, says: `${request.requester.name} was deactivated` }),
  ]
}

/** Who was deactivated loses at once what they may have got. */
export const leave = (world: World): Decision =>
  endGrant(world, mustHave(world), { type: 'ending', at: world.now, because: 'left' })

/** Where a card stands is known once; a second post of the same place is not the one that is kept current. */
export const notePost = (world: World, { place, at }: CommandOf<'note post'>): Decision => {
  const request = mustHave(world)
  if (request.posted[place] !== undefined) return []
  return [happened(request, { type: 'posted', at: world.now, place, channel: at.channel, id: at.id })]
}

/** Said once: the place goes on being tried, and the digest counts it until it is reached. */
export const noteUnreached = (world: World, { place, why }: CommandOf<'note unreached'>): Decision => {
  const request = mustHave(world)
  const isKnown = request.posted[place] !== undefined || request.unreached?.includes(place)
  return isKnown ? [] : [happened(request, { type: 'unreached', at: world.now, place, why })]
}

const tooLate = (request: Request, now: number): Happening =>
  happened(request, {
    type: 'voided',
    at: now,
    says: `not provisioned in time${request.retry ? `: ${request.retry.why}` : ''}`,
  })

const mustHave = (world: World): Request => {
  if (world.request === null) throw new Error('no request in this world')
  return world.request
}

const mustHaveGrant = (world: World): { request: Request; grant: Grant } => {
  const request = mustHave(world)
  if (request.grant === undefined) throw new Error(`${request.id} has no grant`)
  return { request, grant: request.grant }
}
