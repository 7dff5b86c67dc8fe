/**
 * Spans to text of a card: a `RichTextBlock`, in which nothing is markup, unless a moment stands among them, which every
 * client draws in its reader's zone only in a `TextBlock`. Called by the card renderer.
 */
import type { Span } from '../../domain/cards/card.ts'
import { cut, oneLine, orNothing } from '../../infra/visible-text.ts'
import { toBlock, toMarked, toRun } from './safe-text.ts'

/** Part of a card, as JSON. */
export interface Element {
  readonly type: string
  readonly [more: string]: unknown
}

/** Of a text as a whole. */
export interface Look {
  readonly size?: 'small' | 'large'
  readonly weight?: 'bolder'
  readonly isSubtle?: true
  readonly spacing?: 'small' | 'none'
}

/** The largest instant a JavaScript date can hold, ms. */
const LAST_INSTANT = 8.64e15
/** Less room than this is not worth a word. */
const ROOM_MIN = 4

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features: UTC, without fractions of a second. */
const writeTime = (at: number, style: 'time' | 'date and time'): string => {
  if (!(Math.abs(at) <= LAST_INSTANT)) return 'unknown time'
  const moment = new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')
  const clock = `{{TIME(${moment})}}`
  return style === 'time' ? clock : `{{DATE(${moment}, SHORT)}} ${clock}`
}

/** For readers without a card: notifications and old clients. */
const sayTime = (at: number, style: 'time' | 'date and time'): string => {
  if (!(Math.abs(at) <= LAST_INSTANT)) return 'unknown time'
  const iso = new Date(at).toISOString()
  return style === 'time' ? `${iso.slice(-13, -8)} UTC` : `${iso.slice(0, -14)} ${iso.slice(-13, -8)} UTC`
}

/** Its words, whatever its marks are. A channel has a name only for those who are in it. */
const wordsOf = (span: Exclude<Span, { span: 'time' }>): string => {
  switch (span.span) {
    case 'person':
      return span.person.name
    case 'channel':
      return span.chat === 'teams' ? 'a channel of Teams' : `${span.chat}:${span.id}`
    default:
      return span.text
  }
}

const writeSpan = (span: Span, room: number): string => {
  if (span.span === 'time') return writeTime(span.at, span.style)
  if (span.span === 'plain') return toBlock(span.text, room)
  if (span.span !== 'bold') return toMarked(wordsOf(span), room)
  const inside = toMarked(span.text, room - 4)
  return inside === '' ? '' : `**${inside}**`
}

/** As Markdown of at most `max` characters; what does not fit is left out whole, with "…". */
const writeMarkdown = (spans: readonly Span[], max: number): string => {
  let written = ''
  for (const span of spans) {
    const room = max - 1 - written.length
    const piece = room < ROOM_MIN ? undefined : writeSpan(span, room)
    if (piece === undefined || piece.length > room) return written.endsWith('…') ? written : `${written}…`
    written += piece
  }
  return written
}

/** Marks of a run; those of the whole text stand in each of its runs. */
const styleOf = (span: Span): object => {
  if (span.span === 'bold') return { weight: 'bolder' }
  return span.span === 'code' ? { fontType: 'monospace' } : {}
}

const writeRuns = (spans: readonly Span[], max: number, look: Look): Element[] => {
  const runs: Element[] = []
  let room = max
  for (const span of spans) {
    if (room < ROOM_MIN || span.span === 'time') break
    const words = span.span === 'plain' ? span.text : oneLine(wordsOf(span))
    if (words === '') continue
    const text = toRun(words, room)
    runs.push({ type: 'TextRun', text, ...look, ...styleOf(span) })
    room -= text.length
  }
  return runs.length > 0 ? runs : [{ type: 'TextRun', text: orNothing(''), ...look }]
}

/** Spans as an element of at most `max` characters, never empty. */
export const renderSpans = (spans: readonly Span[], max: number, look: Look = {}): Element => {
  const { spacing, ...marks } = look
  const apart = spacing === undefined ? {} : { spacing }
  if (spans.some(({ span }) => span === 'time'))
    return { type: 'TextBlock', text: orNothing(writeMarkdown(spans, max)), wrap: true, ...marks, ...apart }
  return { type: 'RichTextBlock', inlines: writeRuns(spans, max, marks), ...apart }
}

/** A sentence without any marks, for notifications and for clients that draw no card; not made harmless yet. */
export const saySpans = (spans: readonly Span[], max: number): string => {
  const said = spans.map((span) => (span.span === 'time' ? sayTime(span.at, span.style) : wordsOf(span)))
  return cut(said.join(''), max)
}
