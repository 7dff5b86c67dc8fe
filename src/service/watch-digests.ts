/** Looks whether a digest is due: at the start, at its time, and every half minute, should that have been missed. */
import { nextDue } from '../domain/daily.ts'
import { asFault } from '../domain/fault.ts'
import { DIGEST_EVERY_MS } from '../domain/limits.ts'
import { dropOldDays } from './closed-days.ts'
import type { Deps } from './deps.ts'
import { postDigest } from './post-digest.ts'

/** Days that nobody tells any more are dropped now and then; nobody waits for it. */
const ROUNDS_BETWEEN_DROPS = 120

/** Starts the first round at once. */
export const watchDigests = (deps: Deps): { stop(): void } => {
  let rounds = 0
  let stopped = false
  let cancel = (): void => undefined

  /** Answers after how many ms to look again. */
  const look = async (): Promise<number> => {
    let waitMs = DIGEST_EVERY_MS
    for (const plan of deps.rules.digests) {
      const now = await postDigest(deps, plan)
      waitMs = Math.min(waitMs, nextDue(plan, now).at - now)
    }
    if (rounds % ROUNDS_BETWEEN_DROPS === 0) await dropOldDays(deps)
    rounds += 1
    return waitMs
  }

  const round = async (): Promise<void> => {
    const waitMs = await look().catch((thrown: unknown) => {
      if (!stopped) deps.log.warn({ fault: asFault(thrown).message }, 'digests were not looked at')
      return DIGEST_EVERY_MS
    })
    if (!stopped) cancel = deps.clock.after(waitMs, round)
  }
  cancel = deps.clock.after(0, round)

  return {
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
