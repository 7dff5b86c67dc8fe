/**
 * A list of lines under a heading, cut by lines and by text so that several lists fit into one message of any chat; what is
 * cut is counted.
 */
import { type Button, bold, type Part, plain, type Span } from './card.ts'

export interface Line {
  readonly spans: readonly Span[]
  readonly button?: Button | undefined
  /** How many things it stands for; default: one. */
  readonly counts?: number
}

/** At most so many lines, and characters of text with what buttons take. */
export interface Room {
  readonly lines: number
  readonly text: number
}

export interface Listing {
  readonly heading: string
  /** Beside the heading. */
  readonly button?: Button
  /** In words under the heading, e.g. counted by target. */
  readonly counted?: string | undefined
  readonly lines: readonly Line[]
  readonly room: Room
  /** After "and N more". */
  readonly more?: readonly Span[]
  /** What stands there instead when there are no lines; default: nothing. */
  readonly none?: string
}

export const drawList = (listing: Listing): readonly Part[] => {
  const { heading, button, counted, lines, room, more = [], none } = listing
  if (lines.length === 0) return none === undefined ? [] : [{ part: 'text', spans: [plain(none)] }]
  const shown = lines.slice(0, countFitting(lines, room))
  const left = countAll(lines.slice(shown.length))
  const spans = [bold(heading), ...(counted === undefined ? [] : [plain(`\n${counted}`)])]
  return [
    { part: 'text', spans, ...(button && { button }) },
    ...inParts(shown),
    ...(left === 0 ? [] : [{ part: 'note', spans: [plain(`and ${count(left)} more`), ...more] } as const]),
  ]
}

/** `4,000` */
export const count = (n: number): string => n.toLocaleString('en-US')

const countAll = (lines: readonly Line[]): number => lines.reduce((sum, { counts = 1 }) => sum + counts, 0)

const countFitting = (lines: readonly Line[], room: Room): number => {
  let left = room.text
  const over = lines.findIndex((line, i) => {
    left -= lengthOf(line.spans) + (line.button === undefined ? 0 : lengthOfButton(line.button))
    return i === room.lines || left < 0
  })
  return over === -1 ? lines.length : over
}

/** A moment counts as the text that a chat may need for it, and so does the frame of a button, of its question, of a line. */
const TIME_LENGTH = 70
const BUTTON_LENGTH = 250
const CONFIRM_LENGTH = 250

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + ('text' in span ? lengthOfText(span.text) : TIME_LENGTH), 0)

export const lengthOfButton = ({ confirm }: Button): number =>
  BUTTON_LENGTH +
  (confirm === undefined ? 0 : CONFIRM_LENGTH + confirm.title.length + lengthOfText(confirm.text))

/** What would be markup is written longer, so that it is none: `&amp;`. */
const lengthOfText = (text: string): number => text.length + 4 * (text.match(/[<>&]/g)?.length ?? 0)

/** A part holds several lines without a button, none so long that it would be cut. */
const LINES_IN_PART = 8

const inParts = (lines: readonly Line[]): readonly Part[] => {
  const parts: Part[] = []
  let block: (readonly Span[])[] = []
  const close = (): void => {
    if (block.length > 0) parts.push({ part: 'text', spans: joinLines(block) })
    block = []
  }
  for (const { spans, button } of lines) {
    if (button !== undefined || block.length === LINES_IN_PART) close()
    if (button === undefined) block.push(spans)
    else parts.push({ part: 'text', spans, button })
  }
  close()
  return parts
}

const joinLines = (lines: readonly (readonly Span[])[]): readonly Span[] =>
  lines.flatMap((line, n) => (n === 0 ? line : [plain('\n'), ...line]))
