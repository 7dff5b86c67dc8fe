/** The lines of a thread: one for each told event, numbered, alone or several in one message. */
import { LINES_ALONE, LINES_MAX, LINES_TEXT_MAX } from '../limits.ts'
import type { Instant, Place } from '../model.ts'
import type { RequestEvent } from '../request.ts'
import { isReviewEvent } from '../review.ts'
import { type Button, type Card, plain, type Span, time } from './card.ts'

/** A person or a moment counts as so much text: nothing in it has to be escaped. */
const NAME_LENGTH = 40

/** One numbered line of a thread: a repeat of it is visibly the same line. */
export const drawLine = (
  n: number,
  at: Instant,
  spans: readonly Span[],
  buttons: readonly Button[] = [],
): Card => {
  const numbered = [plain(`${n}. `), ...spans]
  return {
    title: '',
    summary: numbered,
    parts: [
      { part: 'text', spans: numbered },
      { part: 'note', spans: [time(at)] },
      ...(buttons.length === 0 ? [] : [{ part: 'buttons', buttons } as const]),
    ],
  }
}

/** Under the card of approvers stands only what they are asked again; everywhere else what concerns who reads it. */
export const isToldIn = (kind: Place['kind'], event: RequestEvent): boolean => {
  if (kind === 'card') return event.type === 'extension asked' || isReviewEvent(event)
  return kind === 'thread' || event.type !== 'unreached'
}

/** Lines of a thread in one message, each as it would stand alone. */
export const drawLines = (lines: readonly Card[]): Card => ({
  title: '',
  summary: lines.flatMap(({ summary }, i) => (i === 0 ? summary : [plain(' '), ...summary])),
  parts: lines.flatMap(({ parts }) => parts),
})

/** How many of these lines go into the next message: one, or as many as fit when it would be too many messages. */
export const linesThatFit = (lines: readonly Card[]): number => {
  if (lines.length <= LINES_ALONE) return Math.min(1, lines.length)
  const lengths = lines.map(({ summary }) => lengthOf(summary))
  const upTo = (n: number): number => lengths.slice(0, n).reduce((sum, length) => sum + length, 0)
  const fitting = lines.findIndex((_, i) => i === LINES_MAX || upTo(i + 1) > LINES_TEXT_MAX)
  return fitting === -1 ? lines.length : Math.max(1, fitting)
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + ('text' in span ? span.text.length : NAME_LENGTH), 0)
