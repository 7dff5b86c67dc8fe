/** Whether somebody is still below a number of times a minute; forgets everybody when the minute is over. */
import type { Clock } from '../ports.ts'

const MINUTE_MS = 60_000

export const countPerMinute = (clock: Clock, most: number): ((who: string) => boolean) => {
  let counts = new Map<string, number>()
  let untilMs = 0
  return (who) => {
    if (clock.monotonicMs() >= untilMs) {
      counts = new Map()
      untilMs = clock.monotonicMs() + MINUTE_MS
    }
    const count = (counts.get(who) ?? 0) + 1
    counts.set(who, count)
    return count <= most
  }
}
