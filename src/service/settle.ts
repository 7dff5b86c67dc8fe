/**
 * Does what a seat is owed: records the attempt, calls the target, looks, and brings both back as one answer. It
 * grants only what is durable in the journal; a revoke waits for the commit of its own attempt and for nothing else.
 */
import type { CommandOf } from '../domain/command.ts'
import { asFault, Fault } from '../domain/fault.ts'
import { ATTEMPT_MS } from '../domain/limits.ts'
import type { Access, Attempt, Instant, Seat, SeatKey } from '../domain/model.ts'
import { owed } from '../domain/owed.ts'
import { refuse } from '../domain/refusal.ts'
import type { Look } from '../domain/seat.ts'
import { latestEnd } from '../domain/world.ts'
import type { Target } from '../ports.ts'
import { callOutside, type Limits } from './call.ts'
import type { Deps } from './deps.ts'
import { findGiven } from './find-given.ts'
import { NOT_WHOLE } from './is-whole.ts'
import { loadSeat } from './load.ts'
import { transact } from './transact.ts'

type Answered = CommandOf<'answer'>

/** Settles one seat, as it was claimed, by at most one call and one look. */
export const settle = async (deps: Deps, seat: Seat, now: Instant): Promise<void> => {
  const does = owed(seat, now)?.effect
  const target = deps.targets.get(seat.access.target)
  if (target === undefined) return sayOrphaned(deps, seat)
  if (does === 'look') return lookAtSeat(deps, target, { seat }, now)
  if (does === 'clean') return cleanUp(deps, target, seat, now)
  if (does === 'grant' && deps.posture.doubts(seat.access.target).length > 0) return
  if (does === 'grant' || does === 'revoke') await attempt(deps, target, seat.key, does)
}

const sayOrphaned = (deps: Deps, seat: Seat): void =>
  deps.log.error(
    { seat: seat.key, target: seat.access.target },
    'a target with live grants is not configured',
  )

const attempt = async (deps: Deps, target: Target, key: SeatKey, does: Attempt['does']): Promise<void> => {
  const sinceMs = deps.clock.monotonicMs()
  let access: Access | undefined
  const recorded = await transact(deps, {
    load: () => loadSeat(deps.journal, key),
    choose: async (world) => {
      access = does === 'grant' ? await findGiven(deps, world) : world.seat?.access
      return access === undefined ? refuse('not-allowed', NOT_WHOLE) : { do: 'attempt', does }
    },
  })
  if (recorded.did !== 'change' || recorded.world.seat === null || access === undefined) return
  const { seat, now } = recorded.world
  const made = seat.attempts.findLast((one) => one.does === does && one.outcome === undefined)
  if (made === undefined) return
  const limits = {
    now,
    sinceMs,
    notAfter: made.notAfter,
    key: `${seat.key}#${made.n}`,
    endsAt: latestEnd(recorded.world),
  }
  const fault = await send(deps, target, access, made.does, limits)
  if (fault !== undefined)
    deps.log.warn({ seat: key, does, n: made.n, kind: fault.kind, fault: fault.message }, 'attempt failed')
  const look =
    fault === undefined && seat.access.traits.readsBack ? await inspect(deps, target, access, now) : undefined
  await bringBack(deps, key, {
    do: 'answer',
    basedOn: seat.v,
    attempt: outcomeOf(made, fault),
    ...(look && { look }),
  })
}

/** Undefined when it went well. */
const send = async (
  deps: Deps,
  target: Target,
  access: Access,
  does: Attempt['does'],
  limits: Limits,
): Promise<Fault | undefined> => {
  try {
    if (does === 'grant') await deps.journal.durable()
  } catch (thrown) {
    // Nothing was sent, so nothing can land.
    return new Fault('retry', asFault(thrown).message, { cause: thrown })
  }
  try {
    await callOutside(deps.clock, limits, (it) =>
      does === 'grant' ? target.grant(access, it) : target.revoke(access, it),
    )
    return undefined
  } catch (thrown) {
    return asFault(thrown)
  }
}

const outcomeOf = (made: Attempt, fault: Fault | undefined): NonNullable<Answered['attempt']> => {
  if (fault === undefined) return { n: made.n, outcome: 'ok' }
  return {
    n: made.n,
    outcome: fault.kind === 'unknown' ? 'unknown' : 'refused',
    fault: fault.message,
    ...(fault.afterMs === undefined ? {} : { afterMs: fault.afterMs }),
    ...(made.does === 'grant' && fault.kind === 'permanent' ? { hopeless: true } : {}),
  }
}

/**
 * Looks, and brings back what was seen; `seat` as it was loaded before the look, `found` as the target names it now, where
 * nobody was to have it.
 */
export const lookAtSeat = async (
  deps: Deps,
  target: Target,
  { seat, found }: { readonly seat: Seat; readonly found?: Access },
  now: Instant,
): Promise<void> => {
  const look = await inspect(deps, target, found ?? seat.access, now)
  await bringBack(deps, seat.key, { do: 'answer', basedOn: seat.v, look, ...(found && { access: found }) })
}

/** Whatever goes wrong is what is left: it is said, and tried again. */
const cleanUp = async (deps: Deps, target: Target, seat: Seat, now: Instant): Promise<void> => {
  const limits = { now, notAfter: now + ATTEMPT_MS, key: `${seat.key}/clean` }
  const left = await callOutside(
    deps.clock,
    limits,
    async (it) => target.cleanUp?.(seat.access, it) ?? undefined,
  ).catch((thrown: unknown) => asFault(thrown).message)
  if (left !== undefined) deps.log.warn({ seat: seat.key, left }, 'ended access is not cleaned up yet')
  await bringBack(deps, seat.key, {
    do: 'answer',
    basedOn: seat.v,
    cleaned: left === undefined ? {} : { left },
  })
}

/** A look that fails sees nothing: `unknown`, which never confirms. */
const inspect = async (deps: Deps, target: Target, access: Access, now: Instant): Promise<Look> => {
  try {
    const seen = await callOutside(deps.clock, { now, notAfter: now + ATTEMPT_MS, key: access.seat }, (it) =>
      target.inspect(access, it),
    )
    return { ...seen, since: now }
  } catch (thrown) {
    const fault = asFault(thrown)
    deps.log.warn({ seat: access.seat, kind: fault.kind, fault: fault.message }, 'look failed')
    return { ours: 'unknown', others: 'unknown', note: fault.message, since: now }
  }
}

const bringBack = async (deps: Deps, key: SeatKey, answer: Answered): Promise<void> => {
  await transact(deps, { load: () => loadSeat(deps.journal, key), choose: () => answer })
}
