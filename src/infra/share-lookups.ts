/** Answers that are kept for a while and asked for once at a time; used by those who ask outside for facts. */
import { Fault } from '../domain/fault.ts'
import type { Clock } from '../ports.ts'
import { untilAborted } from './until-aborted.ts'

interface Kept {
  /** Counted from when the question was sent, ms. */
  readonly keepMs: number
  /** How long a permanent fault is kept, ms; other failures never are. Default: not at all. */
  readonly keepRefusedMs?: number
  /** How many answers; the oldest goes first. */
  readonly max: number
}

interface Held<T> {
  readonly sentAtMs: number
  keepMs: number
  readonly answer: Promise<T>
  /** Once it is there. */
  value?: T
}

export interface SharedLookups<T> {
  /** Looks a key up, or shares the answer that is younger than `keepMs` or on its way; waits no longer than `signal` allows. */
  ask(key: string, look: () => Promise<T>, signal?: AbortSignal): Promise<T>
  /** Drops every answer of which `isStale` says so; one that is on its way is dropped when nobody knows yet what it says. */
  forget(isStale: (key: string, answer: T | 'on its way') => boolean): void
}

export const shareLookups = <T>(clock: Clock, { keepMs, keepRefusedMs = 0, max }: Kept): SharedLookups<T> => {
  const held = new Map<string, Held<T>>()

  const ask: SharedLookups<T>['ask'] = (key, look, signal) => {
    const nowMs = clock.monotonicMs()
    const known = held.get(key)
    const isFresh = known !== undefined && nowMs - known.sentAtMs < known.keepMs
    if (isFresh && 'value' in known) return known.answer
    const answer = isFresh ? known.answer : send(key, look, nowMs)
    return signal === undefined ? answer : untilAborted(answer, signal, 'No answer in time.')
  }

  const send = (key: string, look: () => Promise<T>, nowMs: number): Promise<T> => {
    const answer = look()
    const asked: Held<T> = { sentAtMs: nowMs, keepMs, answer }
    held.delete(key)
    held.set(key, asked)
    for (const oldest of held.keys()) {
      if (held.size <= max) break
      held.delete(oldest)
    }
    answer.then(
      (value) => {
        asked.value = value
      },
      (thrown: unknown) => {
        asked.keepMs = thrown instanceof Fault && thrown.kind === 'permanent' ? keepRefusedMs : 0
        if (asked.keepMs === 0 && held.get(key) === asked) held.delete(key)
      },
    )
    return answer
  }

  return {
    ask,
    forget: (isStale) => {
      for (const [key, one] of held) {
        if (isStale(key, 'value' in one ? (one.value as T) : 'on its way')) held.delete(key)
      }
    },
  }
}
