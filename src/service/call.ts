/** Outside calls: each has a time limit by the monotonic clock, a fence in Redis time, and a key. */
import { Fault } from '../domain/fault.ts'
import type { Instant } from '../domain/model.ts'
import type { Call, Clock } from '../ports.ts'

interface Limits {
  /** Redis time of the load that this call is made after. */
  readonly now: Instant
  readonly notAfter: Instant
  readonly key: string
}

/**
 * Runs one outside call and stops waiting at its limit, whether or not the other side listens to the signal.
 * Rejects with what the call rejected with, or with an unknown fault at the limit.
 */
export const withCall = async <T>(
  clock: Clock,
  limits: Limits,
  run: (call: Call) => Promise<T>,
): Promise<T> => {
  const startedMs = clock.monotonicMs()
  const lengthMs = limits.notAfter - limits.now
  const left = (): number => lengthMs - (clock.monotonicMs() - startedMs)
  const controller = new AbortController()
  let cancel = (): void => undefined
  const limit = new Promise<never>((_, reject) => {
    cancel = clock.after(Math.max(0, lengthMs), () => {
      controller.abort()
      reject(new Fault('unknown', 'no answer in time'))
    })
  })
  try {
    return await Promise.race([
      run({ signal: controller.signal, notAfter: limits.notAfter, left, key: limits.key }),
      limit,
    ])
  } finally {
    cancel()
  }
}
