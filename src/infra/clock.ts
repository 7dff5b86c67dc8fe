/** Time inside this process, by its monotonic clock. The time of decisions comes from Redis. */
import type { Clock } from '../ports.ts'

export const systemClock: Clock = {
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
