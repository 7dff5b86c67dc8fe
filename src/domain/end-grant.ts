/** The one way out of a held grant: it starts to end and lets go of its seat, in one step. */
import type { GrantEvent } from './grant.ts'
import { dueAt } from './grant.ts'
import type { Instant, Request, RequestId } from './model.ts'
import { apply, type Happening, requestIn, type World } from './world.ts'

type Ending = Extract<GrantEvent, { type: 'ending' }>

/**
 * The happenings that end a grant. With other holders on the seat the access stays for them, and this grant is over
 * at once; else the seat is owed an empty look.
 */
export const endGrant = (world: World, request: Request, ending: Ending): readonly Happening[] => {
  if (world.seat === null) throw new Error(`${request.id} holds no seat`)
  const begun: Happening[] = [
    { on: 'request', id: request.id, event: ending },
    { on: 'seat', key: world.seat.key, event: { type: 'released', at: ending.at, request: request.id } },
  ]
  const after = begun.reduce(apply, world)
  const stays = after.seat?.holders.map((holder) => holder.request) ?? []
  return stays.length === 0 ? begun : [...begun, endKept(after, request.id, stays, ending.at)]
}

/** "Ended" without a call: the access stays because others hold the seat, and the event says until when and why. */
export const endKept = (
  world: World,
  id: RequestId,
  holders: readonly RequestId[],
  at: Instant,
): Happening => {
  const others = holders.map((holder) => requestIn(world, holder)).filter((other) => other !== null)
  const longest = others.reduce<Request | null>((a, b) => (a === null || endsAt(b) > endsAt(a) ? b : a), null)
  const kept = longest === null ? {} : { keptFor: longest.id, until: endsAt(longest) }
  const grant = requestIn(world, id)?.grant
  const lateMs = grant === undefined ? 0 : Math.max(0, at - dueAt(grant))
  return { on: 'request', id, event: { type: 'ended', at, how: 'kept', lateMs, ...kept } }
}

const endsAt = (request: Request): Instant => request.grant?.endsAt ?? 0
