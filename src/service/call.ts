/** Outside calls: each has a time limit by the monotonic clock, a fence in Redis time, and a key. */
import { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/model.ts'
import type { Call, Clock } from '../ports.ts'

export interface Limits {
  /** Redis time of the load that this call is made after. */
  readonly now: Instant
  /** The monotonic clock at or before that load; default: now. What was spent since then is not left. */
  readonly sinceMs?: number
  readonly notAfter: Instant
  readonly key: string
  readonly endsAt?: Instant | undefined
}

/**
 * Gives `run` a call that is aborted at its limit. It does not stop waiting for `run` itself, which may be in the middle
 * of a commit: what it waits for outside goes through {@link within}.
 */
export const withCall = async <T>(
  clock: Clock,
  limits: Limits,
  run: (call: Call) => Promise<T>,
): Promise<T> => {
  const sinceMs = limits.sinceMs ?? clock.monotonicMs()
  const left = (): number => limits.notAfter - limits.now - (clock.monotonicMs() - sinceMs)
  const controller = new AbortController()
  const cancel = clock.after(Math.max(0, left()), () => controller.abort())
  try {
    const { notAfter, key, endsAt } = limits
    return await run({
      signal: controller.signal,
      notAfter,
      left,
      key,
      ...(endsAt !== undefined && { endsAt }),
    })
  } finally {
    cancel()
  }
}

/** The same call with an earlier fence. */
export const fence = (call: Call, at: Instant): Call => {
  const earlierMs = Math.max(0, call.notAfter - at)
  return { ...call, notAfter: call.notAfter - earlierMs, left: () => call.left() - earlierMs }
}

/** Waits for the outside world until the call's limit, whether or not the other side listens to the signal. */
export const within = <T>(call: Call, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const giveUp = (): void => reject(new Fault('unknown', 'no answer in time'))
    if (call.signal.aborted) giveUp()
    call.signal.addEventListener('abort', giveUp, { once: true })
    answer.then(resolve, reject).finally(() => call.signal.removeEventListener('abort', giveUp))
  })

/** One outside call, and nothing else, within its limits; when these are over already it is not even sent. */
export const callOutside = <T>(clock: Clock, limits: Limits, run: (call: Call) => Promise<T>): Promise<T> =>
  withCall(clock, limits, async (call) => {
    if (call.left() <= 0) throw new Fault('retry', 'too late to be sent')
    return within(call, run(call))
  })
