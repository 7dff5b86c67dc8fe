/**
 * A clock that stands still until it is told to go on: timers run when the time they wait for is reached, in its order.
 * With {@link SIMULATED} the scripts of the journal read the same time from Redis.
 */
import type { Clock } from '../../../src/ports.ts'

/** Lua for the journal's scripts: the time of Redis is what the key `test:now` says. */
export const SIMULATED = "local function now() return tonumber(redis.call('GET', 'test:now')) end"

export interface SimulatedClock extends Clock {
  /** To this moment of {@link Clock.monotonicMs}; runs what was waiting for it. */
  goOnTo(ms: number): void
}

interface Timer {
  readonly at: number
  readonly run: () => void
}

export const makeSimulatedClock = (): SimulatedClock => {
  const timers = new Set<Timer>()
  let now = 0
  const due = (): Timer | undefined =>
    [...timers].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at)[0]
  return {
    monotonicMs: () => now,
    after: (ms, run) => {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    goOnTo: (ms) => {
      now = Math.max(now, ms)
      for (let timer = due(); timer !== undefined; timer = due()) {
        timers.delete(timer)
        timer.run()
      }
    },
  }
}
