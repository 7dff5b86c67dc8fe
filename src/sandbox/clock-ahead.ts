/**
 * Time that can be moved ahead, for the bot of the sandbox alone: Redis and the bot agree on how far. Production has no
 * way here: it takes a prelude and a clock that only code can hand to `assemble`.
 */
import type { Redis } from 'ioredis'
import type { Clock } from '../ports.ts'

/** Beside the journal's keys: ms that the sandbox is ahead of this machine. */
const AHEAD_KEY = '{curfew}:sandbox-ahead'

/** For the scripts of the journal. */
export const AHEAD_PRELUDE = `
local function now()
  local time = redis.call('TIME')
  local ahead = tonumber(redis.call('GET', '${AHEAD_KEY}') or '0')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + ahead
end`

/** Both clocks move in turns, and never part by as much as a bot would doubt. */
const STRIDE_MS = 50_000

export interface ClockAhead extends Clock {
  /** Everything that waits waits this much less from now on. */
  move(ms: number): void
}

interface Waiting {
  readonly atMs: number
  readonly run: () => void
  timer: NodeJS.Timeout
}

export const createClockAhead = (): ClockAhead => {
  let aheadMs = 0
  const waiting = new Set<Waiting>()
  const monotonicMs = (): number => performance.now() + aheadMs

  const arm = (one: Omit<Waiting, 'timer'>): NodeJS.Timeout =>
    setTimeout(
      () => {
        waiting.delete(one as Waiting)
        one.run()
      },
      Math.max(0, one.atMs - monotonicMs()),
    ).unref()

  return {
    monotonicMs,
    after: (ms, run) => {
      const one = { atMs: monotonicMs() + ms, run } as Waiting
      one.timer = arm(one)
      waiting.add(one)
      return () => {
        clearTimeout(one.timer)
        waiting.delete(one)
      }
    },
    move: (ms) => {
      aheadMs += ms
      for (const one of waiting) {
        clearTimeout(one.timer)
        one.timer = arm(one)
      }
    },
  }
}

/** How far ahead a kept sandbox is. */
export const readAhead = async (redis: Redis): Promise<number> => Number((await redis.get(AHEAD_KEY)) ?? 0)

/** Moves Redis and this process's clock; resolves when both are there. */
export const moveAhead = async (redis: Redis, clock: ClockAhead, ms: number): Promise<void> => {
  for (let left = ms; left > 0; left -= STRIDE_MS) {
    const stride = Math.min(STRIDE_MS, left)
    await redis.incrby(AHEAD_KEY, stride)
    clock.move(stride)
  }
}
