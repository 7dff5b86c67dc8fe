/**
 * The machine of a seat: the native thing that grants share. Here stand the two rules everything rests on: when
 * access counts as given (`active`) and when it counts as gone (`ended`). Calls can land late, so both need a look
 * that is younger than everything else that happened to the seat.
 */
import { ATTEMPT_MS, BACKOFF_FIRST_MS, CLEAN_BACKOFF_CAP_MS, LEASE_MS, SWEEP_MS } from './limits.ts'
import type { Access, Attempt, Holder, Instant, PersonRef, RequestId, Seat, Seen } from './model.ts'
import { backoffMs } from './request.ts'

export interface Look {
  readonly ours: Seen
  readonly others: Seen
  readonly note?: string
  /** Redis time at or before the look began: a call that could land after it may not have been seen. */
  readonly since: Instant
}

export type SeatEvent =
  | { readonly type: 'opened'; readonly at: Instant; readonly access: Access; readonly request: RequestId }
  /** `access`: as the target names it now, here and below; it counts where nobody holds it or waits for its end. */
  | {
      readonly type: 'held'
      readonly at: Instant
      readonly request: RequestId
      readonly giveUpAt: Instant
      readonly access?: Access
    }
  | { readonly type: 'released'; readonly at: Instant; readonly request: RequestId }
  /** An operator had it taken away: it is there, and no grant stands behind it. Opens a seat that was never known. */
  | { readonly type: 'disowned'; readonly at: Instant; readonly access: Access; readonly by: PersonRef }
  | {
      readonly type: 'attempted'
      readonly at: Instant
      readonly n: number
      readonly does: Attempt['does']
      readonly notAfter: Instant
    }
  | {
      readonly type: 'answered'
      readonly at: Instant
      readonly n: number
      readonly outcome: NonNullable<Attempt['outcome']>
      readonly fault?: string
      readonly afterMs?: number
      /** How long the call hung, where that is worth counting. */
      readonly tookMs?: number
    }
  | ({
      readonly type: 'looked'
      readonly at: Instant
      readonly tookMs?: number
      readonly access?: Access
    } & Look)
  /** After the end. `left`: what could not be cleaned up yet, and why. */
  | { readonly type: 'cleaned'; readonly at: Instant; readonly left?: string }
  /** An operator wants the next try now. */
  | { readonly type: 'hurried'; readonly at: Instant; readonly by: PersonRef }

/** Folds one event; throws on one that the state does not allow. */
export const evolveSeat = (seat: Seat | null, event: SeatEvent): Seat => {
  if (event.type === 'opened') {
    if (seat !== null) throw new Error('seat opened twice')
    return open(event.access, event.at, event.request)
  }
  if (event.type === 'disowned' && seat === null) return { ...open(event.access, event.at), strayed: true }
  if (seat === null) throw new Error(`${event.type} before the seat was opened`)
  const next = { ...seat, v: seat.v + 1 }
  switch (event.type) {
    case 'held': {
      const holder: Holder = { request: event.request, giveUpAt: event.giveUpAt, active: false }
      const holders = [...next.holders, holder]
      const { cleaning: _, ...kept } = next
      return {
        ...kept,
        access: accessFrom(seat, event),
        holders,
        leaving: [],
        lastRequest: event.request,
        tries: 0,
        notBefore: event.at,
        strayed: false,
      }
    }
    case 'released':
      return release(next, event)
    case 'attempted': {
      const attempt: Attempt = { n: event.n, does: event.does, sentAt: event.at, notAfter: event.notAfter }
      return { ...next, attempts: keep([...next.attempts, attempt], event.at) }
    }
    case 'answered':
      return answer(next, event)
    case 'looked':
      return look(next, event)
    case 'cleaned':
      return clean(next, event)
    case 'hurried':
      return { ...next, notBefore: event.at }
    case 'disowned': {
      const { cleaning: _, ...kept } = next
      return { ...kept, access: accessFrom(seat, event), strayed: true, tries: 0, notBefore: event.at }
    }
    default:
      return event satisfies never
  }
}

const open = (access: Access, at: Instant, lastRequest?: RequestId): Seat => ({
  kind: 'seat',
  key: access.seat,
  v: 1,
  access,
  holders: [],
  leaving: [],
  ...(lastRequest !== undefined && { lastRequest }),
  attempts: [],
  tries: 0,
  notBefore: at,
  strayed: false,
})

/**
 * What is begun ends by what it was begun with. Where nothing is, the target may have another name since, which nobody listens
 * to any more, or the role another one above it.
 */
const accessFrom = (
  { holders, leaving, strayed, access }: Seat,
  event: { readonly access?: Access },
): Access => (holders.length === 0 && leaving.length === 0 && !strayed ? (event.access ?? access) : access)

const release = (seat: Seat, event: Extract<SeatEvent, { type: 'released' }>): Seat => {
  const holders = seat.holders.filter((holder) => holder.request !== event.request)
  const leaving = holders.length > 0 ? seat.leaving : [...seat.leaving, event.request]
  return { ...seat, holders, leaving, tries: 0, notBefore: event.at }
}

const answer = (seat: Seat, event: Extract<SeatEvent, { type: 'answered' }>): Seat => {
  const attempts = seat.attempts.map((a) => (a.n === event.n ? { ...a, outcome: event.outcome } : a))
  const { lastFault: _, ...rest } = { ...seat, attempts }
  if (event.outcome === 'ok' || !isOwed(seat, event.n)) return rest
  const tries = seat.tries + 1
  const notBefore = event.at + Math.max(waitMs(tries, event.tookMs), event.afterMs ?? 0)
  return { ...rest, tries, notBefore, ...(event.fault === undefined ? {} : { lastFault: event.fault }) }
}

/** Only what went wrong with the last call, and is still needed, keeps anybody waiting: an end never waits for a grant. */
const isOwed = (seat: Seat, n: number): boolean => {
  const last = lastAttempt(seat)
  return last?.n === n && last.does === (seat.holders.length > 0 ? 'grant' : 'revoke')
}

const look = (seat: Seat, event: Extract<SeatEvent, { type: 'looked' }>): Seat => {
  const { type: _, tookMs: __, access: ___, ...look } = event
  const seen: Seat = { ...seat, access: accessFrom(seat, event), seen: { ...look, v: seat.v } }
  if (seen.holders.length > 0)
    return confirmsPresence(seen) ? settleHolders(seen, event.at) : stillWaiting(seen, event)
  if (confirmsAbsence(seen)) return settleLeaving(seen, event.at)
  const strayed = seen.strayed || (seen.leaving.length === 0 && event.ours === 'present')
  return { ...stillWaiting(seen, event), strayed }
}

/** The rule for `active`: seen present, nothing happened since, and no revoke could land after the look. */
const confirmsPresence = (seat: Seat): boolean =>
  isFresh(seat) && seat.seen?.ours === 'present' && couldLand(seat, 'revoke') === null

/** The rule for `ended`: nobody holds it, seen absent, nothing happened since, and no grant could land after the look. */
const confirmsAbsence = (seat: Seat): boolean =>
  seat.holders.length === 0 &&
  isFresh(seat) &&
  seat.seen?.ours === 'absent' &&
  couldLand(seat, 'grant') === null

const couldLand = (seat: Seat, does: Attempt['does']): Instant | null =>
  openUntil(seat, does, seat.seen?.since ?? 0)

const isFresh = (seat: Seat): boolean => seat.seen?.v === seat.v

/** Until when an attempt of this kind may still land; null when none can. */
const openUntil = (seat: Seat, does: Attempt['does'], now: Instant): Instant | null => {
  const open = seat.attempts.filter((a) => a.does === does && isOpen(a, now)).map((a) => a.notAfter)
  return open.length === 0 ? null : Math.max(...open)
}

const isOpen = (attempt: Attempt, now: Instant): boolean =>
  (attempt.outcome === undefined || attempt.outcome === 'unknown') && now < attempt.notAfter

const settleHolders = (seat: Seat, at: Instant): Seat => ({
  ...seat,
  holders: seat.holders.map((holder) => (holder.giveUpAt > at ? { ...holder, active: true } : holder)),
  tries: 0,
})

/** Where a target has no deadline of its own, the seat is looked at once more, from a moment after its last call can have landed. */
const settleLeaving = (seat: Seat, at: Instant): Seat => {
  const { lookAgainAt: _, ...rest } = seat
  const over = seat.leaving.length > 0 || seat.strayed
  const settled: Seat = {
    ...rest,
    leaving: [],
    strayed: false,
    tries: 0,
    ...(over && seat.access.traits.cleansUp === true && { cleaning: { tries: 0, notBefore: at } }),
  }
  if (seat.access.traits.checksDeadline) return settled
  const lastAt =
    Math.max(...seat.attempts.map((a) => Math.max(a.sentAt, a.notAfter)), 0) + seat.access.traits.settlesInMs
  return lastAt > (seat.seen?.since ?? 0) ? { ...settled, lookAgainAt: Math.max(lastAt, at) } : settled
}

/** Cleaning changes no access, so what was seen is as fresh as before. Its tries are far apart: nobody waits for them. */
const clean = (seat: Seat, { at, left }: Extract<SeatEvent, { type: 'cleaned' }>): Seat => {
  const { cleaning, ...rest } = seat
  const seen = seat.seen && { ...seat.seen, v: seat.seen.v === seat.v - 1 ? seat.v : seat.seen.v }
  const done: Seat = { ...rest, ...(seen && { seen }) }
  if (left === undefined) return done
  const tries = (cleaning?.tries ?? 0) + 1
  return { ...done, cleaning: { tries, notBefore: at + backoffMs(tries, CLEAN_BACKOFF_CAP_MS), left } }
}

const stillWaiting = (seat: Seat, { at, tookMs }: Extract<SeatEvent, { type: 'looked' }>): Seat => {
  const tries = seat.tries + 1
  return { ...seat, tries, notBefore: at + waitMs(tries, tookMs) }
}

/** The backoff counts from when a call was sent: one that hung has waited already. Never less than the shortest. */
const waitMs = (tries: number, tookMs = 0): number => Math.max(BACKOFF_FIRST_MS, backoffMs(tries) - tookMs)

/** Open attempts, and the last closed one of each kind. Only before a look can begin: a look reads what was open then. */
const keep = (attempts: readonly Attempt[], now: Instant): Attempt[] => {
  const lastOf = (does: Attempt['does']) => attempts.findLast((a) => a.does === does)?.n
  return attempts.filter((a) => isOpen(a, now) || a.n === lastOf(a.does))
}

/**
 * What a seat needs next, and not before when. Where a look sees nothing, an "ok" that something overtook is made good
 * by the same call again. Null: nothing, until something happens to it.
 */
export const planSeat = (
  seat: Seat,
): { readonly does: 'grant' | 'revoke' | 'look' | 'clean'; readonly at: Instant } | null => {
  return seat.holders.length > 0 ? planHeld(seat) : planFree(seat)
}

const planHeld = (seat: Seat): ReturnType<typeof planSeat> => {
  if (seat.holders.every((holder) => holder.active)) return null
  const base = Math.max(seat.notBefore, inFlightUntil(seat, 'grant'))
  const last = lastAttempt(seat)
  if (last?.does !== 'grant' || last.outcome !== 'ok') return { does: 'grant', at: base }
  if (isFresh(seat) && seat.seen?.ours === 'absent') return { does: 'grant', at: base }
  return { does: seat.access.traits.readsBack ? 'look' : 'grant', at: base }
}

const planFree = (seat: Seat): ReturnType<typeof planSeat> => {
  const base = Math.max(seat.notBefore, inFlightUntil(seat, 'revoke'))
  const absent = isFresh(seat) && seat.seen?.ours === 'absent'
  if (absent && seat.leaving.length === 0 && !seat.strayed) {
    if (seat.lookAgainAt !== undefined) return { does: 'look', at: Math.max(base, seat.lookAgainAt) }
    return seat.cleaning === undefined
      ? null
      : { does: 'clean', at: Math.max(seat.notBefore, seat.cleaning.notBefore) }
  }
  if (absent) return { does: 'look', at: Math.max(inFlightUntil(seat, 'revoke'), watchedAt(seat)) }
  const last = lastAttempt(seat)
  const asked = seat.access.traits.readsBack && last?.does === 'revoke' && last.outcome === 'ok'
  const present = isFresh(seat) && seat.seen?.ours === 'present'
  return { does: asked && !present ? 'look' : 'revoke', at: base }
}

/** Seen absent while a grant may land yet: looked at as often as a sweep comes, and when none can land any more. */
const watchedAt = (seat: Seat): Instant => {
  const soon = Math.min(seat.notBefore, (seat.seen?.since ?? 0) + SWEEP_MS)
  return Math.min(soon, openUntil(seat, 'grant', 0) ?? soon)
}

const lastAttempt = (seat: Seat): Attempt | undefined =>
  seat.attempts.reduce<Attempt | undefined>(
    (last, a) => (last === undefined || a.n > last.n ? a : last),
    undefined,
  )

/** A call that was sent and not answered is somebody's work until its lease has run out; one of the other kind keeps nobody waiting. */
const inFlightUntil = (seat: Seat, does: Attempt['does']): Instant => {
  const last = lastAttempt(seat)
  return last?.does === does && last.outcome === undefined ? last.sentAt + LEASE_MS : 0
}

/** The number and the fence of the next attempt: a grant may not land after its holders were given up. */
export const nextAttempt = (
  seat: Seat,
  does: Attempt['does'],
  now: Instant,
): { n: number; notAfter: Instant } => {
  const n = (lastAttempt(seat)?.n ?? 0) + 1
  if (does === 'revoke') return { n, notAfter: now + ATTEMPT_MS }
  const waiting = seat.holders.filter((holder) => !holder.active).map((holder) => holder.giveUpAt)
  return { n, notAfter: Math.min(now + ATTEMPT_MS, Math.max(...waiting, 0)) }
}
