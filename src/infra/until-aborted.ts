/** For an answer that several wait for, each with a patience of their own. */
import { Fault } from '../domain/fault.ts'

/** Waits no longer than `signal` allows; rejects with a retry fault of these words then. */
export const untilAborted = <T>(answer: Promise<T>, signal: AbortSignal, says: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const stop = () => reject(new Fault('retry', says))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
