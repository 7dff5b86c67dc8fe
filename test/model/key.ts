/** placeholder */
import { LEASE_MS } from '../../src/domain/limits.ts'
import type { Attempt, Instant, Request, Seat } from '../../src/domain/model.ts'
import type { Domain, Settler, State } from './system.ts'
import { requestsOf } from './system.ts'

const TRIES_THAT_MATTER = 7

export const keyOf = (domain: Domain, state: State): string => {
  const { seat, now } = state.world
  const requests = requestsOf(state).map((request) => requestKey(domain, request, seat, now))
  const settlers = state.settlers.map((settler) => settlerKey(settler, seat, now))
  const calls = state.flying.map((call) => `${call.does[0]}${left(call.landsBefore, now)}${state.settlers.some((s) => s.is === 'waiting' && s.n === call.n) ? 'w' : ''}`)
  return [
    `${state.present ? 1 : 0}${state.crashes}${state.faults}`,
    ...requests.sort(),
    seat === null ? '' : seatKey(seat, state, now),
    ...settlers.sort(),
    calls.sort().join(),
  ].join('|')
}

const left = (at: Instant | undefined, now: Instant): string =>
  at === undefined ? '-' : String(Math.max(0, at - now) / 1_000)

const requestKey = ({ phaseOf }: Domain, request: Request, seat: Seat | null, now: Instant): string => {
  const phase = phaseOf(request)
  const holder = seat?.holders.find((one) => one.request === request.id)
  const place = holder === undefined ? (seat?.leaving.includes(request.id) ? 'l' : '-') : holder.active ? 'a' : 'h'
  const waits = phase === 'approved' || phase === 'provisioning'
  const until = waits ? request.grant?.giveUpAt : phase === 'active' ? request.grant?.endsAt : now
  return `${phase}${place}${left(until, now)}`
}

const isUnanswered = (a: Attempt): boolean => a.outcome === undefined || a.outcome === 'unknown'

const seatKey = (seat: Seat, state: State, now: Instant): string => {
  const last = Math.max(...seat.attempts.map((a) => a.n), 0)
  const settled = seat.holders.length > 0 && seat.holders.every((h) => h.active)
  return [
    seat.strayed ? 's' : '',
    settled ? '' : `${Math.min(seat.tries, TRIES_THAT_MATTER)}/${left(seat.notBefore, now)}`,
    left(seat.lookAgainAt, now),
    seat.seen === undefined ? '-' : `${seat.seen.ours[0]}${seat.seen.v === seat.v ? 'f' : ''}`,
    ...seat.attempts
      .filter((a) => a.n === last || (isUnanswered(a) && a.notAfter > now) || settlesAt(seat, a) > now)
      .map((a) => attemptKey(seat, a, now)),
  ].join(' ')
}

const settlesAt = (seat: Seat, a: Attempt): Instant => {
  const { checksDeadline, settlesInMs } = seat.access.traits
  return checksDeadline ? 0 : Math.max(a.sentAt, a.notAfter) + settlesInMs
}

const attemptKey = (seat: Seat, a: Attempt, now: Instant): string => {
  const last = Math.max(...seat.attempts.map((o) => o.n), 0)
  const isLast = a.n === last
  const fence = isUnanswered(a) ? left(a.notAfter, now) : ''
  const lease = isLast && a.outcome === undefined ? left(a.sentAt + LEASE_MS, now) : ''
  const outcome = isLast ? (a.outcome ?? '?') : ''
  return `${a.does[0]}${isLast ? '!' : ''}${fence},${lease},${outcome},${left(settlesAt(seat, a), now)}`
}

const settlerKey = (settler: Settler, seat: Seat | null, now: Instant): string => {
  if (settler.is === 'idle' || seat === null) return ''
  const made = seat.attempts.find((a) => a.n === settler.n)
  const ref = settler.n === undefined ? '' : made === undefined ? 'pruned' : attemptKey(seat, made, now)
  const saw = settler.is === 'looked' ? settler.ours : settler.is === 'answered' ? settler.outcome : ''
  const could = seat.attempts
    .filter((a) => a.n !== settler.n && isUnanswered(a) && a.notAfter > settler.since && a.notAfter <= now)
    .map((a) => a.does[0])
  const fresh = settler.v === seat.v
  return `${settler.is}${fresh ? 'f' : ''}${saw}(${ref})${[...new Set(could)].sort().join('')}`
}
