/** Asks of every target whether a survey of it is owed: at the start, as soon as it was reached, and every minute. */
import { asFault } from '../domain/fault.ts'
import { SURVEY_ASK_MS, SWEEP_MS } from '../domain/limits.ts'
import type { Deps } from './deps.ts'
import { recordSurvey } from './record-survey.ts'

/** Starts the first round at once; a slow target delays the others' next look, never their ends. */
export const watchOrphans = (deps: Deps): { stop(): void } => {
  /** Targets that this process has tried to look at, or left to somebody who just had. */
  const asked = new Set<string>()
  let stopped = false
  let cancel = (): void => undefined

  const look = async (name: string): Promise<void> => {
    // What is another system than before, or lacks its records, would be all orphans.
    if (stopped || deps.posture.doubts(name).length > 0) return
    try {
      await recordSurvey(deps, name, !asked.has(name))
    } catch (thrown) {
      const fields = { target: name, fault: asFault(thrown).message }
      if (!stopped) deps.log.warn(fields, 'a target was not surveyed')
    }
    asked.add(name)
  }

  const round = async (): Promise<void> => {
    const names = [...deps.targets.keys()]
    for (const name of names) await look(name)
    const waitMs = names.every((name) => asked.has(name)) ? SURVEY_ASK_MS : SWEEP_MS
    if (!stopped) cancel = deps.clock.after(waitMs, () => void round())
  }
  cancel = deps.clock.after(0, () => void round())

  return {
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
