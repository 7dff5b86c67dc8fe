/**
 * Calls of one kind that come in one breath share fresh connections: each is opened after the last of its calls came and
 * closed after the last was answered, so for every one of them it is as fresh as one of its own. Opening costs more than asking.
 */
import { Fault } from '../../domain/fault.ts'
import type { Call, Clock } from '../../ports.ts'
import { toFault } from './pg-fault.ts'
import type { Session } from './session.ts'

/** Whoever waits longer than this for one before them goes on elsewhere: what hangs holds up nobody else. */
const PATIENCE_MS = 200

type Open = (call: Call, use: (session: Session) => Promise<void>) => Promise<void>

/** Runs on somebody's fresh connection, in turn. Rejects with a fault. */
type Share = <T>(call: Call, use: (session: Session) => Promise<T>) => Promise<T>

interface Waiting {
  readonly call: Call
  /** Answers how to tell what came of it; never rejects. */
  run(session: Session): Promise<() => void>
  fail(thrown: unknown): void
}

/** @param atOnce Connections at a time, besides those on which something hangs. */
export const shareSession = (open: Open, clock: Clock, atOnce: number): Share => {
  const waiting: Waiting[] = []
  let running = 0
  let called = false

  /** Once everybody who comes in this breath is here. */
  const startSoon = (): void => {
    if (called) return
    called = true
    setImmediate(() => {
      called = false
      while (waiting.length > 0 && running < atOnce) start(Math.ceil(waiting.length / (atOnce - running)))
    })
  }

  const start = (count: number): void => {
    running += 1
    let isCounted = true
    const makeRoom = (rest: readonly Waiting[]): void => {
      waiting.unshift(...rest)
      if (isCounted) running -= 1
      isCounted = false
      startSoon()
    }
    void runAll(open, clock, waiting.splice(0, count), makeRoom).finally(() => makeRoom([]))
  }

  return (call, use) =>
    new Promise((resolve, reject) => {
      const run = async (session: Session): Promise<() => void> => {
        if (call.signal.aborted) return () => reject(new Fault('retry', 'stopped before anything was sent'))
        try {
          const answer = await use(session)
          return () => resolve(answer)
        } catch (thrown) {
          await session.undo()
          return () => reject(toFault(thrown, 'reading'))
        }
      }
      waiting.push({ call, run, fail: reject })
      startSoon()
    })
}

/** Takes them off one by one. Nobody is told before the connection is closed or somebody hangs; who was not reached gets its fault. Never rejects. */
const runAll = async (
  open: Open,
  clock: Clock,
  rest: Waiting[],
  makeRoom: (rest: readonly Waiting[]) => void,
): Promise<void> => {
  const tell: (() => void)[] = []
  let current: Waiting | undefined
  const tellAll = (): void => {
    for (const one of tell.splice(0)) one()
  }
  const hangs = (): void => {
    tellAll()
    makeRoom(rest.splice(0))
  }
  try {
    await open(callOf(rest), async (session) => {
      for (current = rest.shift(); current !== undefined; current = rest.shift()) {
        const cancel = clock.after(PATIENCE_MS, hangs)
        tell.push(await current.run(session))
        cancel()
      }
    })
  } catch (thrown) {
    for (const one of [current ?? [], rest].flat()) tell.push(() => one.fail(thrown))
  }
  tellAll()
}

/** The last to come has the longest time. */
const callOf = (batch: readonly Waiting[]): Call => {
  const last = batch.at(-1)
  if (last === undefined) throw new Error('nobody waits')
  return last.call
}
