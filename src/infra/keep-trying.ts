/** Tries something until it works, so that one part being down never keeps the rest from starting. */
import { asFault } from '../domain/fault.ts'
import type { Clock, Log } from '../ports.ts'

const AGAIN_MS = 5_000

export interface Trying {
  /** How the first try went: undefined, unless it was refused for good; then why. */
  readonly first: Promise<string | undefined>
  stop(): void
}

/** Runs at once and then every few seconds until it resolves, or rejects with a permanent fault. */
export const keepTrying = (
  tools: { clock: Clock; log: Log },
  what: string,
  run: () => Promise<void>,
): Trying => {
  let stopped = false
  let cancel = (): void => undefined

  const attempt = async (): Promise<string | undefined> => {
    try {
      await run()
      return undefined
    } catch (thrown) {
      const fault = asFault(thrown)
      tools.log.error({ what, kind: fault.kind, fault: fault.message }, 'not done yet')
      if (fault.kind === 'permanent') return fault.message
      if (!stopped) cancel = tools.clock.after(AGAIN_MS, () => void attempt())
      return undefined
    }
  }
  return {
    first: attempt(),
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
