/**
 * The journal as one gesture uses it: what it reads is given up when its time is over, so that the person hears in time that
 * nothing was changed. A commit is always waited for: what came of it must be known.
 */
import { Fault } from '../domain/fault.ts'
import type { Clock, Journal } from '../ports.ts'

const READS = [
  'load',
  'entries',
  'texts',
  'members',
  'requestsIn',
  'live',
  'checkpoint',
  'mirror',
  'glance',
] as const
type Read = (...args: never[]) => Promise<unknown>

/** Its reads reject with a retry fault at `untilMs` of the monotonic clock. */
export const readInTime = (journal: Journal, clock: Clock, untilMs: number): Journal => {
  const limit =
    (read: Read): Read =>
    (...args) =>
      inTime(clock, untilMs, read(...args))
  return { ...journal, ...Object.fromEntries(READS.map((name) => [name, limit(journal[name])])) }
}

const inTime = <T>(clock: Clock, untilMs: number, answer: Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    const late = (): void => reject(new Fault('retry', 'Redis does not answer in time'))
    const cancel = clock.after(Math.max(0, untilMs - clock.monotonicMs()), late)
    answer.then(resolve, reject).finally(cancel)
  })
