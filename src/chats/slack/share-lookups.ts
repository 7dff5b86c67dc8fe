/** Answers that are kept for a while and asked for once at a time; used by the directory. */
import { Fault } from '../../domain/fault.ts'
import type { Clock } from '../../ports.ts'

interface Kept {
  /** Counted from when the question was sent, ms. */
  readonly keepMs: number
  /** How many answers; the oldest goes first. */
  readonly max: number
}

/** Looks a key up, or shares the answer that is younger than `keepMs` or on its way. Failures are not kept. */
export const shareLookups = <T>(clock: Clock, { keepMs, max }: Kept) => {
  const held = new Map<string, { sentAtMs: number; answer: Promise<T> }>()

  return (key: string, look: () => Promise<T>): Promise<T> => {
    const nowMs = clock.monotonicMs()
    const known = held.get(key)
    if (known && nowMs - known.sentAtMs < keepMs) return known.answer

    const answer = look()
    held.delete(key)
    held.set(key, { sentAtMs: nowMs, answer })
    for (const oldest of held.keys()) {
      if (held.size <= max) break
      held.delete(oldest)
    }
    answer.catch(() => {
      if (held.get(key)?.answer === answer) held.delete(key)
    })
    return answer
  }
}

/** Waits for an answer that others wait for too, no longer than `signal` allows. */
export const waitUntil = <T>(answer: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Fault('retry', 'Slack did not answer in time.'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
