/**
 * The dead man's switch: an address that is called every minute while all is well, so that whoever listens there calls for
 * help when it falls silent. All is well while the journal answers, nobody keeps access past its end, and what is due is
 * looked for; the address is a secret and appears nowhere.
 */
import { asFault } from '../domain/fault.ts'
import {
  HEARTBEAT_CALL_MS,
  HEARTBEAT_EVERY_MS,
  HEARTBEAT_LATE_MS,
  HEARTBEAT_SWEPT_MS,
} from '../domain/limits.ts'
import type { Clock, Journal, Log } from '../ports.ts'

export interface HeartbeatOptions {
  readonly clock: Clock
  readonly log: Log
  readonly journal: Pick<Journal, 'glance' | 'doubts'>
  /** Absent: nobody listens. */
  url(): string | undefined
  /** When this process last looked for what is due, by the monotonic clock. */
  sweptMs(): number | undefined
}

/** Begins one interval from now. */
export const startHeartbeat = ({ clock, log, journal, url, sweptMs }: HeartbeatOptions): { stop(): void } => {
  let stopped = false
  let cancel = (): void => undefined

  const trouble = async (): Promise<string | undefined> => {
    try {
      const { now, nextEndAt } = await journal.glance()
      const [doubt] = journal.doubts()
      if (doubt !== undefined) return doubt
      const lateMs = now - (nextEndAt ?? now)
      if (lateMs > HEARTBEAT_LATE_MS) return `a grant is ${Math.round(lateMs / 1_000)} s past its end`
      const swept = sweptMs()
      if (swept === undefined || clock.monotonicMs() - swept > HEARTBEAT_SWEPT_MS)
        return 'nobody looks for what is due'
      return undefined
    } catch (thrown) {
      return asFault(thrown).message
    }
  }

  const beat = async (): Promise<void> => {
    const address = url()
    if (address === undefined) return
    const reason = await trouble()
    if (reason === undefined) await call(address, log)
    else log.warn({ reason }, 'no heartbeat')
  }

  const next = (): void => {
    cancel = clock.after(HEARTBEAT_EVERY_MS, async () => {
      await beat()
      if (!stopped) next()
    })
  }
  next()
  return {
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

/** Errors of `fetch` are left out of the log: some of them quote the address. */
const call = async (address: string, log: Log): Promise<void> => {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(HEARTBEAT_CALL_MS) })
    await response.body?.cancel()
    if (!response.ok) log.warn({ status: response.status }, 'the heartbeat was not taken')
  } catch {
    log.warn({ host: new URL(address).host }, 'the heartbeat did not arrive')
  }
}
