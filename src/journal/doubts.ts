/**
 * Why nothing may be given now. Sentences stay until an operator accepts what is there, or this process starts
 * anew; only a full Redis speaks for itself and goes away again. The service asks, and gates on it.
 */
import { CLOCK_DOUBT_MS } from '../domain/limits.ts'
import type { Instant, Mark } from '../domain/model.ts'
import type { Clock, Log } from '../ports.ts'

/** The last entry that was seen. */
export interface Witness {
  readonly n: number
  readonly mark: Mark
}

const REBASE_MS = 10 * 60_000

const ACCEPT = 'put it right (curfew restore, where there is a mirror), or accept it as it is: curfew accept'
const LOST = `the journal lost entries that were seen: Redis came back emptier, older, or as another one; ${ACCEPT}`
const TORN = `the head of the journal and its last entry disagree; ${ACCEPT}`
const CLOCK = `the clock of Redis stands a minute or more before the last commit; ${ACCEPT}`
const JUMP = `the clock of Redis and the clock of this process disagree by more than a minute; ${ACCEPT}`

export type Doubts = ReturnType<typeof openDoubts>

export const openDoubts = (clock: Clock, log: Log) => {
  const sticky = new Set<string>()
  let witness: Witness = { n: 0, mark: '' as Mark }
  /** When an operator last accepted what is there, as far as is known here. */
  let accepted: Instant | undefined
  let base: { mono: number; time: Instant } | undefined

  const doubt = (sentence: string): void => {
    if (sticky.has(sentence)) return
    sticky.add(sentence)
    log.error({ doubt: sentence }, 'nothing will be given until an operator accepts what is there')
  }

  /** Small drift is forgiven over time, a jump is not. */
  const seeTime = (time: Instant): void => {
    const mono = clock.monotonicMs()
    base ??= { mono, time }
    const elapsed = mono - base.mono
    if (Math.abs(time - base.time - elapsed) > CLOCK_DOUBT_MS) {
      doubt(JUMP)
      base = { mono, time }
    } else if (elapsed > REBASE_MS) base = { mono, time }
  }

  const accept = (seen: Witness): void => {
    sticky.clear()
    base = undefined
    witness = seen
  }

  /** Somebody else may have accepted it for all. */
  const seeAccepted = (at: Instant): void => {
    if (accepted !== undefined && at > accepted) {
      log.warn({}, 'an operator accepted the journal and the clock as they are')
      accept({ n: 0, mark: '' as Mark })
    }
    accepted = Math.max(at, accepted ?? 0)
  }

  return {
    /** What every script says first: now, raw time, clock in doubt, last number, torn, accepted. */
    see: (status: readonly number[]): void => {
      const [, time = 0, clockDoubt, n = 0, torn, at = 0] = status
      seeAccepted(at)
      seeTime(time)
      if (clockDoubt === 1) doubt(CLOCK)
      if (torn === 1) doubt(TORN)
      if (n < witness.n) doubt(LOST)
    },
    /** Remembers a newer entry. */
    remember: (seen: Witness): void => {
      if (seen.n > witness.n) witness = seen
    },
    witness: (): Witness => witness,
    lost: (): void => doubt(LOST),
    sentences: (): readonly string[] => [...sticky],
    /** Believes what is there from now on; `seen` is the last entry now. */
    accept,
  }
}
