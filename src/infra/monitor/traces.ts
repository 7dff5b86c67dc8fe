/**
 * Traces by OpenTelemetry, sent as the standard OTEL_* variables say. Imported only where they are set, for the SDK takes
 * memory and time; nothing that a person typed, and no name of theirs, goes into a span.
 */
import {
  type TracerProvider as Api,
  context,
  DiagLogLevel,
  diag,
  propagation,
  trace,
} from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { Telemetry } from 'bullmq'
import { BullMQOtel } from 'bullmq-otel'
import type { Clock, Log, Monitor } from '../../ports.ts'
import type { Around } from './operation.ts'
import { GESTURE, openStories } from './stories.ts'

export type TraceProtocol = 'http/protobuf' | 'http/json'

/** What a collector does not take by then is lost: a stop must not wait for it. */
const CLOSE_MS = 2_000

export interface TracesOptions {
  readonly clock: Clock
  readonly protocol: TraceProtocol
  readonly version: string
  readonly log: Log
}

export interface Traces {
  readonly around: Around
  readonly step: Monitor['step']
  /** For the queue of alarms: its jobs belong to the trace of whoever set them. */
  readonly queue: Telemetry
  /** Sends what is left. */
  close(): Promise<void>
}

/** Everything else is part of a story, or the queue talking to itself. */
const onlyGestures: Sampler = {
  shouldSample: (_context, _traceId, name) => ({
    decision: name === GESTURE ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
  }),
}

/** Opens the one tracer of this process. Does not wait for the collector: one that is away costs its spans. */
export const openTraces = ({ clock, protocol, version, log }: TracesOptions): Traces => {
  sayTroubles(log)
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter()
  const named = resourceFromAttributes({ 'service.name': 'curfew', 'service.version': version })
  const random = new RandomIdGenerator()
  let nextIds: { readonly traceId: string; readonly spanId: string } | undefined
  const idGenerator: IdGenerator = {
    generateTraceId: () => nextIds?.traceId ?? random.generateTraceId(),
    generateSpanId: () => nextIds?.spanId ?? random.generateSpanId(),
  }
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(named)
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: onlyGestures }),
    spanProcessors: [new BatchSpanProcessor({ exporter })],
    idGenerator,
  })
  // The queue's instrumentation finds them here.
  trace.setGlobalTracerProvider(provider as Api)
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())

  const withIds: Parameters<typeof openStories>[1] = (ids, start) => {
    nextIds = ids
    try {
      return start()
    } finally {
      nextIds = undefined
    }
  }
  return {
    ...openStories(provider.getTracer('curfew', version), withIds),
    queue: new BullMQOtel({ tracerName: 'curfew', version }),
    close: async () => {
      const sent = provider.shutdown().catch((thrown: unknown) => diag.warn(String(thrown)))
      await Promise.race([sent, new Promise<void>((resolve) => clock.after(CLOSE_MS, resolve))])
      for (const api of [trace, context, propagation, diag]) api.disable()
    },
  }
}

/** Of the SDK, once it has something to say: a collector that cannot be reached, a variable that is no number. */
const sayTroubles = (log: Log): void => {
  const say = (message: string): void => log.warn({ says: message.slice(0, 300) }, 'traces')
  const silent = (): void => undefined
  diag.setLogger(
    { error: say, warn: say, info: silent, debug: silent, verbose: silent },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
}
