/** Lets so many through at a time; the others wait their turn for as long as their call allows. */
import { Fault } from '../domain/fault.ts'
import type { Call } from '../ports.ts'

/** Runs it when it is its turn. Rejects with a retry fault when the call's time is over before that. */
export type Gate = <T>(call: Call, run: () => Promise<T>) => Promise<T>

const openGate = (atOnce: number): Gate => {
  let inside = 0
  const waiting = new Set<() => void>()

  const waitForTurn = (call: Call): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        waiting.delete(enter)
        call.signal.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = (): void => {
        waiting.delete(enter)
        reject(new Fault('retry', 'too many people ask at once'))
      }
      if (call.signal.aborted) return giveUp()
      call.signal.addEventListener('abort', giveUp, { once: true })
      waiting.add(enter)
    })

  /** The place is handed to the next in the queue, or given up. */
  const leave = (): void => {
    const [next] = waiting
    if (next === undefined) inside -= 1
    else next()
  }

  return async (call, run) => {
    if (inside < atOnce) inside += 1
    else await waitForTurn(call)
    try {
      return await run()
    } finally {
      leave()
    }
  }
}

/** A gate for every name. */
export const openGates = (atOnce: number): ((name: string) => Gate) => {
  const gates = new Map<string, Gate>()
  return (name) => {
    const gate = gates.get(name) ?? openGate(atOnce)
    gates.set(name, gate)
    return gate
  }
}
