/**
 * The spans of Curfew. All that belongs to a request is one trace, whose ids follow from the request's own: every replica
 * and every restart adds to the same one, from the gesture to the last revoke, and nothing has to be stored for it.
 */
import { createHash } from 'node:crypto'
import {
  type Attributes,
  context,
  createContextKey,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import type { RequestId } from '../../domain/model.ts'
import type { Monitor, Step } from '../../ports.ts'
import { type Around, type Operation, withOutcome } from './operation.ts'

/** The first span of a story: somebody asks. */
export const GESTURE = 'gesture'

/** Lengths in hex digits. */
const TRACE_ID = 32
const SPAN_ID = 16

const storyOf = (request: RequestId): SpanContext => {
  const hex = createHash('sha256').update(`curfew ${request}`).digest('hex')
  const [traceId, spanId] = [hex.slice(0, TRACE_ID), hex.slice(TRACE_ID, TRACE_ID + SPAN_ID)]
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true }
}

/** A step of which it turns out only later, by what it commits, whose story it belongs to. */
interface Beginning {
  begin(request: RequestId, isNew: boolean): void
}

export interface Stories {
  readonly around: Around
  readonly step: Monitor['step']
}

const BEGINNING = createContextKey('curfew step that has not begun')

/** `withIds` starts a span that has these very ids. */
export const openStories = (
  tracer: Tracer,
  withIds: (ids: SpanContext, start: () => Span) => Span,
): Stories => {
  const stepOf = <T>(does: string, requests: readonly RequestId[], run: () => Promise<T>): Promise<T> => {
    const [parent = INVALID_SPAN_CONTEXT, ...others] = requests.map(storyOf)
    const story = trace.setSpanContext(ROOT_CONTEXT, parent)
    const options = {
      attributes: { 'curfew.request': requests.join(' ') },
      links: others.map((other) => ({ context: other })),
    }
    const span = tracer.startSpan(does, options, story)
    return context.with(trace.setSpan(story, span), () => withOutcome(run, (outcome) => end(span, outcome)))
  }

  /** Its span is dated back; what runs in it before it has begun has no span. */
  const stepToBegin = <T>(does: string, run: () => Promise<T>): Promise<T> => {
    const startTime = Date.now()
    let span: Span | undefined
    const begin: Beginning['begin'] = (request, isNew) => {
      if (span !== undefined) return
      const story = storyOf(request)
      const options = { startTime, attributes: { 'curfew.request': request } }
      span = isNew
        ? withIds(story, () => tracer.startSpan(does, { ...options, root: true }))
        : tracer.startSpan(does, options, trace.setSpanContext(ROOT_CONTEXT, story))
    }
    const soon = trace.wrapSpanContext(INVALID_SPAN_CONTEXT)
    soon.spanContext = () => span?.spanContext() ?? INVALID_SPAN_CONTEXT
    const here = trace.setSpan(ROOT_CONTEXT, soon).setValue(BEGINNING, { begin } satisfies Beginning)
    return context.with(here, () =>
      withOutcome(run, (outcome) => {
        span ??= tracer.startSpan(does, { startTime, root: true })
        end(span, outcome)
      }),
    )
  }

  return {
    step: ({ does, requests }: Step, run) =>
      requests.length === 0 ? stepToBegin(does, run) : stepOf(does, requests, run),
    around: (operation, run) => {
      const { request, begins = false } = operation
      const beginning = context.active().getValue(BEGINNING) as Beginning | undefined
      if (request !== undefined && operation.part === 'journal') beginning?.begin(request, begins)
      const parent = trace.getSpanContext(context.active())
      if (parent === undefined || !trace.isSpanContextValid(parent)) return run()
      const span = tracer.startSpan(`${operation.part} ${operation.does}`, {
        attributes: attributesOf(operation),
      })
      return context.with(trace.setSpan(context.active(), span), () =>
        withOutcome(run, (outcome) => end(span, outcome), operation.outcome),
      )
    },
  }
}

const attributesOf = ({ part, name, seat, request }: Operation): Attributes => ({
  ...(part !== 'journal' && { [`curfew.${part}`]: name }),
  ...(seat && { 'curfew.seat': seat }),
  ...(request && { 'curfew.request': request }),
})

/** Faults by their kind alone: their words may hold what somebody typed elsewhere. */
const end = (span: Span, outcome: string): void => {
  span.setAttribute('curfew.outcome', outcome)
  if (['retry', 'permanent', 'unknown'].includes(outcome)) span.setStatus({ code: SpanStatusCode.ERROR })
  span.end()
}
