/**
 * Looks that come in one breath share a fresh connection: it is opened after the last of them came and closed after the
 * last was answered, so for each of them it is as fresh as one of its own. Opening one costs more than looking.
 */
import type { Call } from '../../ports.ts'
import { toFault } from './pg-fault.ts'
import type { Session } from './session.ts'

/** Connections at a time: one that hangs does not hold up those who come later. */
const AT_ONCE = 2

type Open = (call: Call, use: (session: Session) => Promise<void>) => Promise<void>

/** Runs on somebody's fresh connection, in turn; only for what reads. Rejects with a fault. */
type Look = <T>(call: Call, use: (session: Session) => Promise<T>) => Promise<T>

interface Waiting {
  readonly call: Call
  /** Never rejects: it is told by itself. */
  run(session: Session): Promise<void>
  fail(thrown: unknown): void
}

export const shareSession = (open: Open): Look => {
  const waiting: Waiting[] = []
  let running = 0

  const start = (): void => {
    const last = waiting.at(-1)
    if (last === undefined || running >= AT_ONCE) return
    const batch = waiting.splice(0)
    running += 1
    void open(last.call, async (session) => {
      for (const one of batch) await one.run(session)
    })
      // Who was answered already hears nothing of it.
      .catch((fault: unknown) => {
        for (const one of batch) one.fail(fault)
      })
      .finally(() => {
        running -= 1
        start()
      })
  }

  return (call, use) =>
    new Promise((resolve, reject) => {
      const run = async (session: Session): Promise<void> => {
        try {
          resolve(await use(session))
        } catch (thrown) {
          reject(toFault(thrown, 'reading'))
        }
      }
      waiting.push({ call, run, fail: reject })
      start()
    })
}
