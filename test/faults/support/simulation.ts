/**
 * Replicas whose time is simulated, in the process and in Redis alike: nothing waits, so that days pass in seconds. Time goes
 * on in steps, and never while anything is still being asked of Redis.
 */
import type { Instant } from '../../../src/domain/model.ts'
import type { Log } from '../../../src/ports.ts'
import type { Trouble } from '../../fixtures/in-process.ts'
import { openReplicas, type ReplicaOptions, type Replicas } from '../../fixtures/replicas.ts'
import { listeningLog } from '../../journal/support.ts'
import { makeSimulatedClock, SIMULATED } from './simulated-clock.ts'

export interface Simulation extends Replicas {
  now(): Instant
  /** Whatever is under way is done, as far as it does not wait for time. */
  untilQuiet(): Promise<void>
  /** Time passes, with a stop at every due time and at least this often, so that no timer is later than that. */
  pass(ms: number, stepMs?: number): Promise<void>
  /** The clock of Redis alone is set: it stepped. */
  stepRedis(byMs: number): Promise<void>
  /** Warnings and errors so far. */
  readonly said: readonly string[]
  readonly log: Log
}

const STEP_MS = 60_000
/** So many looks in a row must find that nothing was asked of Redis. */
const QUIET_LOOKS = 3
/** What goes on for so long without any time passing never ends. */
const RESTLESS_MS = 30_000

/** Also in a Redis that is full. Answers the next due time of all lanes, or nothing. */
const SET_TIME = `#!lua flags=allow-oom
redis.call('SET', 'test:now', ARGV[1])`

const NEXT_DUE = `#!lua flags=no-writes
local first = false
for i = 1, #KEYS do
  if redis.call('TYPE', KEYS[i]).ok == 'zset' then
    local found = redis.call('ZRANGEBYSCORE', KEYS[i], '(' .. ARGV[1], '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    if found[2] and (not first or tonumber(found[2]) < first) then first = tonumber(found[2]) end
  end
end
return first and string.format('%.0f', first)`

/** Starts no replica yet. */
export const openSimulation = async (
  trouble: Trouble = {},
  options: Omit<ReplicaOptions, 'overrides'> & { readonly from?: string } = {},
): Promise<Simulation> => {
  const clock = makeSimulatedClock()
  const log = listeningLog()
  const replicas = await openReplicas(trouble, {
    ...options,
    overrides: { clock, prelude: SIMULATED, log },
  })
  const { client } = replicas.redis
  let now = Date.parse(options.from ?? '2026-03-02T10:00:00Z')
  const setTime = (): Promise<unknown> => client.eval(SET_TIME, 0, String(now))
  await setTime()

  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await client.info('stats'))?.[1])
  const untilQuiet = async (): Promise<void> => {
    const deadlineMs = performance.now() + RESTLESS_MS
    let before = await commands()
    for (let looks = 0; looks < QUIET_LOOKS; looks++) {
      await new Promise((resolve) => setImmediate(resolve))
      const after = await commands()
      if (performance.now() > deadlineMs) throw new Error('Redis is asked without a pause')
      if (after !== before + 1) looks = -1
      before = after
    }
  }
  const nextDue = async (): Promise<number> => {
    const lanes = await client.keys('{curfew}:due:*')
    return Number(
      (await client.eval(NEXT_DUE, lanes.length, ...lanes, String(now))) ?? Number.POSITIVE_INFINITY,
    )
  }
  const itIs = async (at: Instant): Promise<void> => {
    const byMs = at - now
    now = at
    await setTime()
    clock.goOnTo(clock.monotonicMs() + byMs)
    await untilQuiet()
  }
  return {
    ...replicas,
    now: () => now,
    untilQuiet,
    itIs: (text) => itIs(Date.parse(text)),
    pass: async (ms, stepMs = STEP_MS) => {
      const until = now + ms
      await untilQuiet()
      while (now < until) await itIs(Math.min(until, now + stepMs, await nextDue()))
    },
    stepRedis: async (byMs) => {
      now += byMs
      await setTime()
    },
    said: log.said,
    log,
  }
}
