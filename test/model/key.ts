/**
 * When two states are one: all that can still matter is in the key, and nothing else. The walk in explore.ts trusts it;
 * same-future.ts puts it to the proof, and a rule of invariants.ts watches that nothing it leaves out is ever read.
 */
import type { Attempt, Instant, Request, Seat } from '../../src/domain/model.ts'
import { type Domain, type Flying, isUnanswered, requestsOf, type Settler, type State } from './system.ts'

/**
 * - An instant only matters while it is to come: it counts from now, and all past ones are one.
 * - Versions and numbers only matter by being equal: is this look fresh, which attempt does this settler answer.
 * - Requests, settlers and calls have no names: each is written with all that distinguishes it, then sorted.
 * - `tries` is left out: under the model's limits the backoff is flat. So are texts, people, drafts, the owner (there
 *   as soon as the seat is) and all that is only told: lateness, who held the seat longest, how a grant ended.
 */
export const keyOf = (domain: Domain, state: State, leaseMs: number): string => {
  const { present, crashes, faults, world, settlers, flying } = state
  const { seat, now } = world
  const lines = [
    `${present ? 'present' : 'absent'} ${crashes} ${faults}`,
    ...requestsOf(state)
      .map((request) => requestLine(domain, request, seat, now))
      .sort(),
    ...flying
      .filter((call) => !isAwaited(call, settlers))
      .map((call) => callLine(call, now))
      .sort(),
  ]
  if (seat === null) return lines.join('\n')
  const attemptLine = describeAttempts(seat, now, leaseMs)
  lines.push(seatLine(seat, now, attemptLine))
  return [...lines, ...settlers.map((settler) => settlerLine(settler, state, seat, attemptLine)).sort()].join(
    '\n',
  )
}

const left = (at: Instant | undefined, now: Instant): string =>
  at === undefined ? '-' : String(Math.max(0, at - now))

const callLine = (call: Flying, now: Instant): string => `${call.does} ${left(call.landsBefore, now)}`

const isAwaited = (call: Flying, settlers: State['settlers']): boolean =>
  settlers.some((settler) => settler.is === 'waiting' && settler.n === call.n)

/** `endsAt` follows from `giveUpAt` until the grant is confirmed; afterwards nothing reads `giveUpAt`. */
const requestLine = ({ phaseOf }: Domain, request: Request, seat: Seat | null, now: Instant): string => {
  const phase = phaseOf(request)
  const holder = seat?.holders.find((one) => one.request === request.id)
  const held = holder === undefined ? '' : holder.active ? 'active' : 'waiting'
  const leaving = seat?.leaving.includes(request.id) ? 'leaving' : ''
  const last = seat?.lastRequest === request.id && seat.strayed ? 'last' : ''
  const place = `${held}${leaving}${last}`
  switch (phase) {
    case 'approved':
    case 'provisioning':
      return `${phase} ${place} ${left(request.grant?.giveUpAt, now)}`
    case 'active':
      return `${phase} ${place} ${left(request.grant?.endsAt, now)}`
    case 'ending':
      return `${phase} ${place}`
    default:
      return `over ${place}`
  }
}

type Line = (attempt: Attempt) => string

/**
 * Of an attempt matters its fence while it is unanswered, and whether it is the last of its kind, as that one is kept;
 * of the very last also the lease and the outcome.
 */
const describeAttempts = (seat: Seat, now: Instant, leaseMs: number): Line => {
  const lastN = lastOf(seat)
  return (attempt) => {
    const { does, n, outcome, notAfter, sentAt } = attempt
    const fence = isUnanswered(attempt) ? left(notAfter, now) : ''
    if (n === lastN) return `last ${does} ${fence} ${outcome ?? left(sentAt + leaseMs, now)}`
    const isKept = seat.attempts.every((other) => other.does !== does || other.n <= n)
    return `${isKept ? 'kept ' : ''}${does} ${fence}`
  }
}

const lastOf = (seat: Seat): number => Math.max(0, ...seat.attempts.map((attempt) => attempt.n))

/** A look that something overtook is no look; while all holders are active, the backoff is set anew before it is read. */
const seatLine = (seat: Seat, now: Instant, attemptLine: Line): string => {
  const isSettled = seat.holders.length > 0 && seat.holders.every((holder) => holder.active)
  const lastN = lastOf(seat)
  const attempts = seat.attempts.filter((a) => a.n === lastN || (isUnanswered(a) && a.notAfter > now))
  return [
    seat.seen?.v === seat.v ? seat.seen.ours : '',
    seat.strayed ? 'strayed' : '',
    isSettled ? '' : left(seat.notBefore, now),
    left(seat.lookAgainAt, now),
    left(settledAt(seat), now),
    ...attempts.map(attemptLine),
  ].join(', ')
}

/** When the last call has certainly landed; pruning an attempt does not change it, as fences of one kind only grow. */
const settledAt = (seat: Seat): Instant | undefined => {
  const { checksDeadline, settlesInMs } = seat.access.traits
  if (checksDeadline) return undefined
  return Math.max(0, ...seat.attempts.map((a) => Math.max(a.sentAt, a.notAfter))) + settlesInMs
}

/** What a settler saw of a seat that has moved on is dropped: then only its attempt's outcome matters. */
const settlerLine = (settler: Settler, { world, flying }: State, seat: Seat, attemptLine: Line): string => {
  if (settler.is === 'idle') return ''
  const { now } = world
  const made = seat.attempts.find((attempt) => attempt.n === settler.n)
  const errand = settler.n === undefined ? 'looks' : made === undefined ? 'pruned' : attemptLine(made)
  const call = flying.find((one) => one.n === settler.n)
  const outcome =
    settler.is === 'answered' ? settler.outcome : call === undefined ? 'ok' : callLine(call, now)
  if (settler.v !== seat.v) return settler.n === undefined ? '' : `${outcome}: ${errand}`
  const saw = settler.is === 'looked' ? settler.ours : ''
  return `fresh ${settler.is} ${outcome} ${saw}: ${errand} ${couldLand(settler.since, settler.n, seat, now)}`
}

/** What could have landed after a look began, and no longer can, by its fence or at all: the one thing an instant of the past decides. */
const couldLand = (since: Instant, own: number | undefined, seat: Seat, now: Instant): string => {
  const open = seat.attempts.filter(
    (a) => a.n !== own && isUnanswered(a) && since < a.notAfter && a.notAfter <= now,
  )
  const lastAt = settledAt(seat) ?? 0
  const settled = since < lastAt && lastAt <= now ? 'settled' : ''
  return [...new Set(open.map((attempt) => attempt.does))].sort().join() + settled
}
