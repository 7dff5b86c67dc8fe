/**
 * Keeps calls below a number in any stretch of time: each waits its turn within its caller's time, or is refused at
 * once when its turn comes later. Used where so few are allowed that policies could run into it.
 */
import { Fault } from '../domain/fault.ts'
import type { Call, Clock } from '../ports.ts'

interface Limit {
  readonly most: number
  readonly withinMs: number
}

/** Runs it in its turn. Rejects with a retry fault that says how long to wait. */
export type Limited = <T>(call: Pick<Call, 'left'>, run: () => Promise<T>) => Promise<T>

export const limitCalls = (clock: Clock, { most, withinMs }: Limit): Limited => {
  /** When the last `most` calls were, or will be, sent: monotonic ms, oldest first. */
  let turns: readonly number[] = []
  /** Others use the same allowance: when the other side says stop, it counts. */
  let notBeforeMs = 0

  const takeTurn = (call: Pick<Call, 'left'>): number => {
    const nowMs = clock.monotonicMs()
    const freeMs = turns.length < most ? nowMs : (turns[0] ?? nowMs) + withinMs
    const atMs = Math.max(nowMs, freeMs, notBeforeMs)
    const afterMs = atMs - nowMs
    if (afterMs >= call.left()) throw new Fault('retry', 'It has to be asked more slowly.', { afterMs })
    turns = [...turns, atMs].slice(-most)
    return afterMs
  }

  return async (call, run) => {
    const waitMs = takeTurn(call)
    if (waitMs > 0) await new Promise<void>((resolve) => clock.after(waitMs, resolve))
    try {
      return await run()
    } catch (thrown) {
      if (thrown instanceof Fault && thrown.afterMs !== undefined)
        notBeforeMs = Math.max(notBeforeMs, clock.monotonicMs() + thrown.afterMs)
      throw thrown
    }
  }
}
