/**
 * The real clock, that can be moved ahead: what was waiting comes that much sooner. For worlds with real connections, in which
 * the end of a grant shall come at once; Redis is moved with it, by the key of `moved-time.ts`.
 */
import type { Clock } from '../../../src/ports.ts'

export interface JumpingClock extends Clock {
  jump(ms: number): void
}

interface Timer {
  readonly at: number
  readonly run: () => void
  handle: NodeJS.Timeout
}

export const makeJumpingClock = (): JumpingClock => {
  const timers = new Set<Timer>()
  let aheadMs = 0
  const monotonicMs = (): number => performance.now() + aheadMs
  const arm = (timer: Omit<Timer, 'handle'>): NodeJS.Timeout =>
    setTimeout(() => {
      timers.delete(timer as Timer)
      timer.run()
    }, timer.at - monotonicMs()).unref()
  return {
    monotonicMs,
    after: (ms, run) => {
      const timer = { at: monotonicMs() + ms, run } as Timer
      timer.handle = arm(timer)
      timers.add(timer)
      return () => {
        clearTimeout(timer.handle)
        timers.delete(timer)
      }
    },
    jump: (ms) => {
      aheadMs += ms
      for (const timer of timers) {
        clearTimeout(timer.handle)
        timer.handle = arm(timer)
      }
    },
  }
}
