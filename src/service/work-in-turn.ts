/**
 * Works off references, few at a time, each once: what was hinted at goes first, a round is paced so that it leaves room
 * for people's own questions. What meets a fault comes again, and after some tries with the next round.
 */
import { asFault } from '../domain/fault.ts'
import { LOOK_TRIES, LOOKS_AT_ONCE, LOOKS_WAITING_MAX } from '../domain/limits.ts'
import { backoffMs } from '../domain/request.ts'
import type { Deps } from './deps.ts'

export interface Turns {
  /** At once: something changed there. */
  hint(ref: string): void
  /** Whenever its turn comes. */
  add(refs: readonly string[]): void
  stop(): void
}

export interface TurnsOptions {
  /** For the log. */
  readonly what: string
  /** Between the end of one look of a round and the next one, ms. */
  readonly pauseMs: number
  /** Rejects with a fault when it has to come again. */
  look(ref: string): Promise<void>
}

export const workInTurn = (
  { clock, log }: Pick<Deps, 'clock' | 'log'>,
  { what, pauseMs, look }: TurnsOptions,
): Turns => {
  const hinted = new Set<string>()
  const round = new Set<string>()
  const running = new Set<string>()
  const failures = new Map<string, number>()
  let resting = false
  let stopped = false

  const take = (from: Set<string>): string | undefined => {
    const ref = [...from].find((one) => !running.has(one))
    if (ref !== undefined) from.delete(ref)
    return ref
  }

  /** One of the places is never taken by a round. */
  const next = (): void => {
    while (!stopped && running.size < LOOKS_AT_ONCE) {
      const urgent = take(hinted)
      const ref = urgent ?? (resting ? undefined : take(round))
      if (ref === undefined) return
      if (urgent === undefined) resting = true
      void lookAt(ref).then(() => {
        if (urgent === undefined) clock.after(pauseMs, rested)
        next()
      })
    }
  }

  const rested = (): void => {
    resting = false
    next()
  }

  /** Never rejects. */
  const lookAt = async (ref: string): Promise<void> => {
    running.add(ref)
    try {
      await look(ref)
      failures.delete(ref)
    } catch (thrown) {
      comeAgain(ref, thrown)
    } finally {
      running.delete(ref)
    }
  }

  const comeAgain = (ref: string, thrown: unknown): void => {
    if (stopped) return
    const { kind, message, afterMs = 0 } = asFault(thrown)
    const tries = (failures.get(ref) ?? 0) + 1
    const isLast = tries >= LOOK_TRIES || kind === 'permanent'
    log.warn({ ref, kind, tries, fault: message }, isLast ? `${what}: left to the next round` : what)
    if (isLast) return void failures.delete(ref)
    failures.set(ref, tries)
    clock.after(Math.max(backoffMs(tries), afterMs), () => put(hinted, ref))
  }

  /** More than can ever wait in earnest: the next round has it. */
  const put = (into: Set<string>, ref: string): void => {
    if (into.size < LOOKS_WAITING_MAX) into.add(ref)
    next()
  }

  return {
    hint: (ref) => put(hinted, ref),
    add: (refs) => {
      for (const ref of refs) put(round, ref)
    },
    stop: () => {
      stopped = true
    },
  }
}
