/**
 * The figures of this process, for Prometheus: what it committed, refused and called, and how long that took. What was
 * committed is read off the entries of the journal, which are the truth. No label holds more than a few dozen values.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RefusalCode } from '../../domain/refusal.ts'
import type { RequestEvent } from '../../domain/request.ts'
import type { Clock } from '../../ports.ts'
import type { JournalListener } from './observe.ts'
import { type Around, type Operation, withOutcome } from './operation.ts'

/** Seconds, around what is promised: 1 s for nearly all, 5 s at worst, 60 s after an outage. */
const LATENESS_S = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3_600, 86_400]
const CALL_S = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Events that alerts ask for: of a series that begins with 1 Prometheus sees no increase. */
const FROM_ZERO = ['confirmed', 'ended', 'late', 'came back'] satisfies RequestEvent['type'][]

export interface Metrics extends JournalListener {
  readonly around: Around
  refused(code: RefusalCode): void
  /** When what is due was last looked for, by the monotonic clock. */
  sweptMs(): number | undefined
  /** Everything of this process, as text. */
  read(): Promise<string>
}

export const openMetrics = (clock: Clock, version: string): Metrics => {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const count = (name: string, help: string, labelNames: readonly string[]) =>
    new Counter({ name, help, labelNames, registers })
  const time = (name: string, help: string, buckets: number[], labelNames: readonly string[]) =>
    new Histogram({ name, help, buckets, labelNames, registers })

  const build = new Gauge({
    name: 'curfew_build_info',
    help: 'Always 1; the labels say what runs.',
    labelNames: ['version', 'node'],
    registers,
  })
  build.set({ version, node: process.version }, 1)
  const sweep = new Gauge({
    name: 'curfew_last_sweep_timestamp_seconds',
    help: 'When this process last looked for what is due, by the clock of Redis.',
    registers,
  })
  const lateness = time(
    'curfew_grant_lateness_seconds',
    'How long after its time a grant was over, of those that this process ended.',
    LATENESS_S,
    [],
  )
  const events = count('curfew_events_total', 'Entries that this process wrote into the journal.', ['type'])
  for (const type of FROM_ZERO) events.inc({ type }, 0)
  const refusals = count('curfew_refusals_total', 'What people were refused.', ['code'])
  const commits = count('curfew_commits_total', 'Changes sent to the journal, by how it went.', ['outcome'])
  const commitTime = time(
    'curfew_commit_duration_seconds',
    'How long a change took to be written.',
    CALL_S,
    [],
  )
  const callsTo = (part: 'target' | 'chat') => {
    const counted = count(`curfew_${part}_calls_total`, `Calls to a ${part}, by how they went.`, [
      part,
      'does',
      'outcome',
    ])
    const timed = time(`curfew_${part}_call_duration_seconds`, `How long calls to a ${part} took.`, CALL_S, [
      part,
      'does',
    ])
    return ({ name, does }: Operation, outcome: string, seconds: number): void => {
      counted.inc({ [part]: name, does, outcome })
      timed.observe({ [part]: name, does }, seconds)
    }
  }
  const told = {
    target: callsTo('target'),
    chat: callsTo('chat'),
    journal: (_: Operation, outcome: string, seconds: number): void => {
      commits.inc({ outcome })
      commitTime.observe(seconds)
    },
  }

  let sweptMs: number | undefined
  let looksAtProcess = false
  /** They cost a little all the time, so only from when somebody wants them. */
  const lookAtProcess = (): void => {
    if (looksAtProcess) return
    looksAtProcess = true
    collectDefaultMetrics({ register: registry })
  }

  return {
    around: (operation, run) => {
      const sinceMs = clock.monotonicMs()
      const tell = (outcome: string): void =>
        told[operation.part](operation, outcome, (clock.monotonicMs() - sinceMs) / 1_000)
      return withOutcome(run, tell, operation.outcome)
    },
    committed: (entries) => {
      for (const { event } of entries) {
        const { type, lateMs } = event as { readonly type: string; readonly lateMs?: number }
        events.inc({ type })
        if (type === 'ended' && lateMs !== undefined) lateness.observe(lateMs / 1_000)
      }
    },
    swept: (now) => {
      sweptMs = clock.monotonicMs()
      sweep.set(now / 1_000)
    },
    sweptMs: () => sweptMs,
    refused: (code) => refusals.inc({ code }),
    read: () => {
      lookAtProcess()
      return registry.metrics()
    },
  }
}
