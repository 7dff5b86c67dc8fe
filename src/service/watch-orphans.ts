/** Asks of every target whether a survey of it is owed: at the start, and every minute. */
import { asFault } from '../domain/fault.ts'
import { SURVEY_ASK_MS } from '../domain/limits.ts'
import type { Deps } from './deps.ts'
import { recordSurvey } from './record-survey.ts'

/** Starts the first round at once; a slow target delays the others' next look, never their ends. */
export const watchOrphans = (deps: Deps): { stop(): void } => {
  /** Targets that this process has looked at, or left to somebody who just had. */
  const asked = new Set<string>()
  let stopped = false
  let cancel = (): void => undefined

  const look = async (name: string): Promise<void> => {
    // What is another system than before, or lacks its records, would be all orphans.
    if (deps.posture.doubts(name).length > 0) return
    try {
      await recordSurvey(deps, name, !asked.has(name))
      asked.add(name)
    } catch (thrown) {
      if (!stopped)
        deps.log.warn({ target: name, fault: asFault(thrown).message }, 'a target was not surveyed')
    }
  }

  const round = async (): Promise<void> => {
    for (const name of deps.targets.keys()) if (!stopped) await look(name)
    if (!stopped) cancel = deps.clock.after(SURVEY_ASK_MS, () => void round())
  }
  cancel = deps.clock.after(0, () => void round())

  return {
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
