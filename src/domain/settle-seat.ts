/**
 * Settling a seat: an attempt is recorded before it is sent, its answer and the look after it come back together.
 * Grants follow their seat: those the look confirms become active, those that wait for an empty seat end.
 */
import type { CommandOf, Decision } from './command.ts'
import { endGrant } from './end-grant.ts'
import { dueAt, endOf } from './grant.ts'
import { BACKOFF_CAP_MS, BACKOFF_FIRST_MS } from './limits.ts'
import type { Attempt, Instant, Request, RequestId, Seat } from './model.ts'
import { phaseOf } from './request.ts'
import { type Look, nextAttempt, planSeat, type SeatEvent } from './seat.ts'
import { apply, type Happening, requestIn, type World } from './world.ts'

/** Records the next attempt, if the seat still needs just that; else nothing. What is frozen is looked at and taken. */
export const attemptSeat = (world: World, { does }: CommandOf<'attempt'>): Decision => {
  const { seat, now } = world
  const plan = seat === null ? null : planSeat(seat)
  if (does === 'grant' && world.frozen !== undefined) return []
  if (seat === null || plan?.does !== does || plan.at > now) return []
  const { n, notAfter } = nextAttempt(seat, does, now)
  if (notAfter <= now) return []
  return [on(seat, { type: 'attempted', at: now, n, does, notAfter })]
}

/** Takes an answer and a look; a look that something overtook is dropped, and will be made again. */
export const answerSeat = (world: World, command: CommandOf<'answer'>): Decision => {
  const { seat, now } = world
  if (seat === null) return []
  const overtaken = seat.v !== command.basedOn
  const events = [
    ...answered(seat, command, now),
    ...(overtaken ? [] : [...looked(seat, command, now), ...cleaned(seat, command, now)]),
  ]
  const happenings = events.map((event) => on(seat, event))
  const after = happenings.reduce(apply, world)
  const followed = follow(world, after)
  return [...happenings, ...followed, ...giveUpHopeless([...followed].reduce(apply, after), command)]
}

const on = (seat: Seat, event: SeatEvent): Happening => ({ on: 'seat', key: seat.key, event })

const answered = (seat: Seat, { attempt }: CommandOf<'answer'>, at: number): SeatEvent[] => {
  const known = seat.attempts.find((a) => a.n === attempt?.n)
  if (
    attempt === undefined ||
    known === undefined ||
    (known.outcome !== undefined && known.outcome !== 'unknown')
  )
    return []
  const { hopeless: _, afterMs, ...rest } = attempt
  const took = tookSince(known.sentAt, at)
  return [{ type: 'answered', at, ...rest, ...waitsFor(known, afterMs, took.tookMs), ...took }]
}

/** What took no longer than the shortest backoff need not be counted. */
const tookSince = (since: Instant, at: Instant): { tookMs?: number } =>
  at - since > BACKOFF_FIRST_MS ? { tookMs: at - since } : {}

/** How long the target wants to be left alone. An end grants it no more than one backoff: nobody keeps access for being asked to wait. */
const waitsFor = (
  { does }: Attempt,
  afterMs: number | undefined,
  tookMs = 0,
): { readonly afterMs?: number } => {
  if (afterMs === undefined) return {}
  return { afterMs: does === 'revoke' ? Math.min(afterMs, Math.max(0, BACKOFF_CAP_MS - tookMs)) : afterMs }
}

/** Where a target cannot be read back, its own "ok" is all there is to see. */
const looked = (seat: Seat, { attempt, look, access }: CommandOf<'answer'>, at: number): SeatEvent[] => {
  if (look !== undefined)
    return [{ type: 'looked', at, ...look, ...(access && { access }), ...tookSince(look.since, at) }]
  if (seat.access.traits.readsBack || attempt?.outcome !== 'ok') return []
  const sent = seat.attempts.find((a) => a.n === attempt.n)
  const reported: Look = {
    ours: sent?.does === 'grant' ? 'present' : 'absent',
    others: 'unknown',
    since: sent?.sentAt ?? 0,
  }
  return [{ type: 'looked', at, ...reported }]
}

const cleaned = (seat: Seat, { cleaned }: CommandOf<'answer'>, at: number): SeatEvent[] =>
  cleaned === undefined || seat.cleaning === undefined ? [] : [{ type: 'cleaned', at, ...cleaned }]

const follow = (before: World, after: World): Happening[] => {
  if (before.seat === null || after.seat === null) return []
  const confirmed = after.seat.holders
    .filter(
      (holder) =>
        holder.active && !before.seat?.holders.some((h) => h.request === holder.request && h.active),
    )
    .map((holder) => confirm(after, holder.request))
  const gone = before.seat.leaving
    .filter((id) => !after.seat?.leaving.includes(id))
    .map((id) => end(after, id))
  const strayed = after.seat.strayed && !before.seat.strayed ? cameBack(after, after.seat) : []
  return [...confirmed, ...gone, ...strayed]
}

const confirm = (world: World, id: RequestId): Happening => {
  const request = mustHave(world, id)
  if (request.grant === undefined) throw new Error(`${id} has no grant`)
  // Confirmation only moves the end earlier.
  const endsAt = Math.min(request.grant.endsAt, endOf(request, world.now))
  return { on: 'request', id, event: { type: 'confirmed', at: world.now, endsAt, ...others(world) } }
}

const end = (world: World, id: RequestId): Happening => {
  const request = mustHave(world, id)
  const how = request.access.traits.readsBack ? 'gone' : 'reported gone'
  const lateMs = request.grant === undefined ? 0 : Math.max(0, world.now - dueAt(request.grant))
  return { on: 'request', id, event: { type: 'ended', at: world.now, how, lateMs, ...others(world) } }
}

/** Told in the thread of the last grant on the seat, if there ever was one. */
export const cameBack = (world: World, { lastRequest: id }: Seat): readonly Happening[] =>
  id === undefined || requestIn(world, id) === null
    ? []
    : [{ on: 'request', id, event: { type: 'came back', at: world.now } }]

const others = (world: World): { others?: string } => {
  const seen = world.seat?.seen
  return seen?.others === 'present' ? { others: seen.note ?? 'by other hands' } : {}
}

/** A target that will never give it ends the grants that wait for it; those that are active stay. */
const giveUpHopeless = (world: World, { attempt }: CommandOf<'answer'>): Happening[] => {
  if (attempt?.hopeless !== true || world.seat === null) return []
  const says = attempt.fault ?? 'the target refused'
  const waiting = world.seat.holders
    .filter((holder) => !holder.active)
    .map((holder) => mustHave(world, holder.request))
  const happenings: Happening[] = []
  let now = world
  for (const request of waiting.filter((r) => phaseOf(r) === 'provisioning')) {
    const ending = endGrant(now, request, { type: 'ending', at: world.now, because: 'failed', says })
    happenings.push(...ending)
    now = ending.reduce(apply, now)
  }
  return happenings
}

const mustHave = (world: World, id: RequestId): Request => {
  const request = requestIn(world, id)
  if (request === null) throw new Error(`${id} was not loaded with its seat`)
  return request
}
