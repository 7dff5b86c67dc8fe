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
  /** Answers how to tell what came of it; never rejects. */
  run(session: Session): Promise<() => void>
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
    void runAll(open, last.call, batch).finally(() => {
      running -= 1
      start()
    })
  }

  return (call, use) =>
    new Promise((resolve, reject) => {
      const run = (session: Session): Promise<() => void> =>
        use(session).then(
          (answer) => () => resolve(answer),
          (thrown) => () => reject(toFault(thrown, 'reading')),
        )
      waiting.push({ call, run, fail: reject })
      start()
    })
}

/** Nobody is told before the connection is closed; who was not reached gets its fault. Never rejects. */
const runAll = async (open: Open, call: Call, batch: readonly Waiting[]): Promise<void> => {
  const tell: (() => void)[] = []
  let fault: unknown
  try {
    await open(call, async (session) => {
      for (const one of batch) tell.push(await one.run(session))
    })
  } catch (thrown) {
    fault = thrown
  }
  for (const [i, one] of batch.entries()) (tell[i] ?? (() => one.fail(fault)))()
}
