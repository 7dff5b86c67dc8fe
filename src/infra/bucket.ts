/**
 * Turns for one kind of call: they come back with time, and a 429 takes them all. Who waits goes by rank and then by age;
 * who would wait too long is told when to come again, each at a moment of its own, so that nobody asks in vain.
 */
import { Fault } from '../domain/fault.ts'
import type { Call, Clock } from '../ports.ts'

export interface Size {
  /** Turns that may be taken at once. */
  readonly burst: number
  readonly perMinute: number
  /** Nobody waits until a 429 says that it is too much: some let more pass for a while than any page promises. */
  readonly lenient?: true
}

export interface Caller {
  /** The lowest goes first. */
  readonly rank: number
  readonly call: Call
}

export interface Bucket {
  /** Resolves when it is the caller's turn. Rejects with a paced fault when that leaves no time for the call itself. */
  take(caller: Caller): Promise<void>
  /** No turn for this long, ms; then one. */
  block(ms: number): void
  /** It is as good as a new one. */
  isIdle(): boolean
}

interface Waiting {
  readonly rank: number
  go(): void
}

/** Those who were told to come again get so much of all turns; the rest is for who is new. */
const PROMISED_SHARE = 0.8
/** Promises remembered; without its own somebody gets another, later one. */
const PROMISES_MAX = 50_000
/** How long a lenient bucket keeps to its size after a 429, ms. */
const STRICT_MS = 10 * 60_000

/** `callMs`: what a call itself may take. */
export const createBucket = ({ burst, perMinute, lenient }: Size, clock: Clock, callMs: number): Bucket => {
  const everyMs = 60_000 / perMinute
  const promises = createPromises(everyMs / PROMISED_SHARE)
  const waiting: Waiting[] = []
  let turns = burst
  /** Turns are counted up to here; in the future while it is blocked. */
  let countedMs = clock.monotonicMs()
  let strictUntilMs = lenient ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  let cancel = (): void => undefined

  const isFree = (): boolean => clock.monotonicMs() >= strictUntilMs && waiting.length === 0

  const count = (): number => {
    const nowMs = clock.monotonicMs()
    if (nowMs > countedMs) {
      turns = Math.min(burst, turns + (nowMs - countedMs) / everyMs)
      countedMs = nowMs
    }
    return nowMs
  }

  /** How long until there is a turn after so many others; parts of a ms do not count. */
  const msUntil = (others: number): number =>
    Math.floor(Math.max(0, countedMs - count()) + Math.max(0, others + 1 - turns) * everyMs)

  const serve = (): void => {
    cancel()
    while (waiting.length > 0 && msUntil(0) === 0) {
      turns -= 1
      waiting.shift()?.go()
    }
    if (waiting.length > 0) cancel = clock.after(msUntil(0), serve)
  }

  const queue = ({ rank, call }: Caller, patienceMs: number): Promise<boolean> =>
    new Promise((resolve) => {
      const leave = (): void => {
        waiting.splice(waiting.indexOf(one), 1)
        end(false)
      }
      const end = (isTurn: boolean): void => {
        stopWaiting()
        call.signal.removeEventListener('abort', leave)
        resolve(isTurn)
      }
      const one: Waiting = { rank, go: () => end(true) }
      const stopWaiting = clock.after(patienceMs, leave)
      call.signal.addEventListener('abort', leave, { once: true })
      const behind = waiting.findIndex((other) => other.rank > rank)
      waiting.splice(behind === -1 ? waiting.length : behind, 0, one)
      serve()
    })

  const isTurn = async (caller: Caller): Promise<boolean> => {
    const waitMs = msUntil(waiting.filter(({ rank }) => rank <= caller.rank).length)
    if (waitMs === 0) {
      turns -= 1
      return true
    }
    const patienceMs = caller.call.left() - callMs
    return waitMs <= patienceMs && !caller.call.signal.aborted && queue(caller, patienceMs)
  }

  return {
    take: async (caller) => {
      const { rank, call } = caller
      if (isFree() || (await isTurn(caller))) return promises.keep(call.key)
      const afterMs = promises.give(call.key, rank, count(), msUntil(waiting.length))
      throw new Fault('retry', 'No more calls of this kind may be made now.', { afterMs, paced: true })
    },
    block: (ms) => {
      countedMs = Math.max(countedMs, count() + ms)
      if (lenient) strictUntilMs = countedMs + STRICT_MS
      turns = 1
      serve()
    },
    isIdle: () =>
      (!lenient || isFree()) && msUntil(burst - 1) === 0 && waiting.length === 0 && promises.areOver(count()),
  }
}

/** Moments at which somebody may come again, one after another for each rank; nobody is put off twice at one time. */
const createPromises = (everyMs: number) => {
  const given = new Map<string, number>()
  const lastMs: number[] = []

  return {
    areOver: (nowMs: number): boolean => lastMs.every((at) => at <= nowMs),
    keep: (key: string): void => void given.delete(key),
    /** How long to stay away, ms: at least this long. */
    give: (key: string, rank: number, nowMs: number, atLeastMs: number): number => {
      const known = given.get(key) ?? 0
      if (known > nowMs) return Math.ceil(known - nowMs)
      const at = Math.max((lastMs[rank] ?? Number.NEGATIVE_INFINITY) + everyMs, nowMs + atLeastMs)
      lastMs[rank] = at
      if (given.size >= PROMISES_MAX) given.clear()
      given.set(key, at)
      return Math.ceil(at - nowMs)
    },
  }
}
