/** All that looks on, put together: figures always, traces where a collector is set. The app wraps its ports with it. */
import { readFileSync } from 'node:fs'
import type { Telemetry } from 'bullmq'
import type { ChatKind, Clock, Journal, Log, Monitor, TargetKind } from '../../ports.ts'
import { openMetrics } from './metrics.ts'
import { observeChat, observeJournal, observeTarget } from './observe.ts'
import type { Around } from './operation.ts'
import { openStateGauges } from './state-gauges.ts'
import type { TraceProtocol } from './traces.ts'

export interface MonitorOptions {
  readonly clock: Clock
  readonly log: Log
  /** How traces are sent; absent: none are. */
  readonly traces?: TraceProtocol | undefined
}

export interface OpenMonitor extends Monitor {
  journal<J extends Journal>(journal: J): J
  targetKind(kind: TargetKind): TargetKind
  chatKind(kind: ChatKind): ChatKind
  /** When what is due was last looked for, by the monotonic clock. */
  sweptMs(): number | undefined
  /** For the queue of alarms, where traces are sent. */
  readonly queue: Telemetry | undefined
  /** Answers with everything there is, in the format of Prometheus. Never rejects, also without Redis. */
  page(journal: Pick<Journal, 'glance' | 'mirror'>, doubts: () => readonly string[]): () => Promise<string>
  close(): Promise<void>
}

export const openMonitor = async ({ clock, log, traces: protocol }: MonitorOptions): Promise<OpenMonitor> => {
  const version = readVersion()
  const metrics = openMetrics(clock, version)
  const traces =
    protocol && (await loadTraces())({ clock, log: log.child({ part: 'traces' }), protocol, version })
  const around: Around =
    traces === undefined
      ? metrics.around
      : (operation, run) => traces.around(operation, () => metrics.around(operation, run))
  return {
    step: traces?.step ?? ((_, run) => run()),
    refused: metrics.refused,
    journal: (journal) => observeJournal(journal, around, metrics),
    targetKind: (kind) => ({
      ...kind,
      connect: (name, settings, tools) => observeTarget(kind.connect(name, settings, tools), name, around),
    }),
    chatKind: (kind) => ({
      ...kind,
      connect: async (settings, tools) => observeChat(await kind.connect(settings, tools), kind.kind, around),
    }),
    sweptMs: metrics.sweptMs,
    queue: traces?.queue,
    page: (journal, doubts) => {
      const state = openStateGauges({ journal, clock, log, doubts })
      return async () => (await Promise.all([metrics.read(), state.read()])).join('\n')
    },
    close: async () => traces?.close(),
  }
}

/** Only where they are wanted. */
const loadTraces = async () => (await import('./traces.ts')).openTraces

/** Of the package, as it is installed. */
const readVersion = (): string => {
  const file = new URL('../../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
