/**
 * How far the sandbox's time is ahead of this machine. Production has no way here: it takes a prelude that only code can
 * hand to `assemble`. A bot doubts a clock that jumps while it runs, and rightly so: it is started anew around each move.
 */
import type { Redis } from 'ioredis'

/** Beside the journal's keys, ms. */
const AHEAD_KEY = '{curfew}:sandbox-ahead'

/** For the scripts of the journal. */
export const AHEAD_PRELUDE = `
local function now()
  local time = redis.call('TIME')
  local ahead = tonumber(redis.call('GET', '${AHEAD_KEY}') or '0')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + ahead
end`

export const readAhead = async (redis: Redis): Promise<number> => Number((await redis.get(AHEAD_KEY)) ?? 0)

/** Answers how far it is ahead now. While no bot runs. */
export const moveAhead = (redis: Redis, ms: number): Promise<number> => redis.incrby(AHEAD_KEY, ms)
