/**
 * Spans to Slack text: a `plain_text` object where only words stand, mrkdwn where a person, a moment or a
 * mark does. Called by the card renderer.
 */
import type { types } from '@slack/bolt'
import type { Span } from '../../domain/cards/card.ts'
import { orNothing } from '../../infra/visible-text.ts'
import { toMarked, toMrkdwn, toPlain } from './safe-text.ts'

type TextObject = types.PlainTextElement | types.MrkdwnElement

const isPersonId = (id: string): boolean => /^[UW][A-Z0-9]{1,30}$/.test(id)
const isChannelId = (id: string): boolean => /^[CG][A-Z0-9]{1,30}$/.test(id)

/** The largest instant a JavaScript date can hold, ms. */
const LAST_INSTANT = 8.64e15

/** Drawn by Slack in each reader's zone; the fallback stands in notifications, so it names its zone. */
const writeTime = (at: number, style: 'time' | 'date and time'): string => {
  if (!(Math.abs(at) <= LAST_INSTANT)) return 'unknown time'
  const iso = new Date(at).toISOString()
  const clock = iso.slice(-13, -8)
  const day = iso.slice(0, -14)
  const format = style === 'time' ? '{time}' : '{date_short_pretty} {time}'
  const fallback = style === 'time' ? `${clock} UTC` : `${day} ${clock} UTC`
  return `<!date^${Math.floor(at / 1000)}^${format}|${fallback}>`
}

const mark = (sign: string, text: string, room: number): string => {
  const inside = toMarked(text, room - 2)
  return inside === '' ? '' : `${sign}${inside}${sign}`
}

const writePerson = (via: string, name: string, room: number): string => {
  const id = via.startsWith('slack:') ? via.slice('slack:'.length) : ''
  return isPersonId(id) ? `<@${id}>` : toMrkdwn(name, room)
}

const writeSpan = (span: Span, room: number): string => {
  switch (span.span) {
    case 'plain':
      return toMrkdwn(span.text, room)
    case 'bold':
      return mark('*', span.text, room)
    case 'code':
      return mark('`', span.text, room)
    case 'person':
      return writePerson(span.person.via, span.person.name, room)
    case 'channel':
      return span.chat === 'slack' && isChannelId(span.id) ? `<#${span.id}>` : toMrkdwn(span.id, room)
    case 'time':
      return writeTime(span.at, span.style)
    default:
      return span satisfies never
  }
}

/** Less room than this is not worth a word. */
const ROOM_MIN = 4

/** Spans as one mrkdwn string of at most `max` characters; what does not fit is left out whole, with "…". */
export const writeMrkdwn = (spans: readonly Span[], max: number): string => {
  let written = ''
  for (const span of spans) {
    const room = max - 1 - written.length
    if (room < ROOM_MIN) return written.endsWith('…') ? written : `${written}…`
    const piece = writeSpan(span, room)
    if (piece.length > room) return `${written}…`
    written += piece
  }
  return written
}

/** Spans as a text object of at most `max` characters, never empty. */
export const renderSpans = (spans: readonly Span[], max: number): TextObject => {
  const words = spans.flatMap((span) => (span.span === 'plain' ? [span.text] : []))
  const written = words.length === spans.length ? '' : writeMrkdwn(spans, max)
  if (written.trim() === '') return plainText(words.join(''), max)
  return mrkdwn(written)
}

/** `verbatim` keeps Slack from making links of addresses in it. */
export const mrkdwn = (text: string): types.MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true })

export const plainText = (text: string, max: number): types.PlainTextElement => ({
  type: 'plain_text',
  text: toPlain(text, max),
  emoji: false,
})

const LABEL_MAX = 100

/** The label of a field above its value. */
export const renderField = (label: string, spans: readonly Span[], max: number): types.MrkdwnElement => {
  const head = `*${orNothing(toMarked(label, LABEL_MAX))}*\n`
  const value = writeMrkdwn(spans, max - head.length)
  return mrkdwn(`${head}${orNothing(value)}`)
}
