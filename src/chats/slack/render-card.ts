/**
 * A card to a Slack message: a text for notifications and screen readers, and blocks within every limit of
 * Block Kit. Called for every message that leaves; typed words never become markup, mentions or links.
 */
import type { types } from '@slack/bolt'
import { type Button, type Card, carriedBy, type Part } from '../../domain/cards/card.ts'
import { keepWhatFits, type Room } from '../../infra/keep-what-fits.ts'
import { oneLine, orNothing } from '../../infra/visible-text.ts'
import { mrkdwn, plainText, renderField, renderSpans, writeMrkdwn } from './render-spans.ts'
import { toMrkdwn } from './safe-text.ts'

export type Block =
  | types.HeaderBlock
  | types.SectionBlock
  | types.ContextBlock
  | types.ActionsBlock
  | types.DividerBlock

export interface Message {
  readonly text: string
  readonly blocks: Block[]
}

/** Before the verb in a button's action id: what carries it is ours. */
export const ACTION_PREFIX = 'curfew:'

/** Limits of Block Kit in characters and items (docs.slack.dev, Block Kit reference), or narrower ones of ours. */
export const LIMITS = {
  text: 3_000,
  header: 150,
  section: 3_000,
  quote: 2_000,
  note: 1_000,
  fields: 10,
  field: 1_000,
  button: 75,
  value: 2_000,
  buttons: 5,
  confirm: { title: 100, text: 300, yes: 30, no: 30 },
} as const

/** Of all blocks as JSON undocumented: `msg_blocks_too_long` was seen at about 13,200. */
const MESSAGE_ROOM: Room = { pieces: 50, json: 12_000 }
/** Modals and the Home tab; Slack refuses a view of about 250 KB. */
const VIEW_ROOM: Room = { pieces: 100, json: 200_000 }

const chunk = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size))

const renderConfirm = (confirm: NonNullable<Button['confirm']>): types.ConfirmationDialog => ({
  title: plainText(confirm.title, LIMITS.confirm.title),
  text: plainText(confirm.text, LIMITS.confirm.text),
  confirm: plainText(confirm.yes, LIMITS.confirm.yes),
  deny: plainText(confirm.no, LIMITS.confirm.no),
})

const renderButton = (button: Button): types.Button => ({
  type: 'button',
  action_id: `${ACTION_PREFIX}${button.verb}`,
  ...(button.request && { value: carriedBy(button) }),
  text: plainText(button.label, LIMITS.button),
  ...(button.style && { style: button.style }),
  ...(button.confirm && { confirm: renderConfirm(button.confirm) }),
})

/** Rows in which every verb stands once, as action ids must be unique within a block. */
const inRows = (buttons: readonly Button[]): Button[][] => {
  const rows: Button[][] = []
  for (const button of buttons) {
    const row = rows.at(-1)
    const fits = row && row.length < LIMITS.buttons && row.every((other) => other.verb !== button.verb)
    if (fits) row.push(button)
    else rows.push([button])
  }
  return rows
}

export const renderPart = (part: Part): Block[] => {
  switch (part.part) {
    case 'text':
      return [
        {
          type: 'section',
          text: renderSpans(part.spans, LIMITS.section),
          ...(part.button && { accessory: renderButton(part.button) }),
        },
      ]
    case 'fields':
      return chunk(part.fields, LIMITS.fields).map((fields) => ({
        type: 'section',
        fields: fields.map(({ label, spans }) => renderField(label, spans, LIMITS.field)),
      }))
    case 'quote':
      // One line, so that nobody can write what looks like the next part of the card.
      return [{ type: 'section', text: plainText(`“${oneLine(part.text)}”`, LIMITS.quote) }]
    case 'secret':
      // As it is: whatever makes other words harmless would make a wrong password of it.
      return [
        {
          type: 'section',
          text: { type: 'plain_text', text: `${part.label}:\n${part.value}`, emoji: false },
        },
      ]
    case 'note':
      return [{ type: 'context', elements: [renderSpans(part.spans, LIMITS.note)] }]
    case 'buttons':
      return inRows(part.buttons).map((row) => ({ type: 'actions', elements: row.map(renderButton) }))
    case 'divider':
      return [{ type: 'divider' }]
    default:
      return part satisfies never
  }
}

const CUT_NOTE: Block = {
  type: 'context',
  elements: [mrkdwn('Shortened: there is more than Slack can show here.')],
}

/** The heading first, then what can be pressed, then the rest. */
const LEAVING = {
  note: CUT_NOTE,
  rank: ({ type }: Block): number => (type === 'header' ? 0 : type === 'actions' ? 1 : 2),
}

const renderText = (card: Card): string => {
  const summary = writeMrkdwn(card.summary, LIMITS.text)
  return orNothing(summary.trim() === '' ? toMrkdwn(card.title, LIMITS.text) : summary)
}

/** A line in a thread has none. */
const renderTitle = (title: string): Block[] =>
  title === '' ? [] : [{ type: 'header', text: plainText(oneLine(title), LIMITS.header) }]

/** Never throws and refuses nothing: what is too long is cut and says so. */
export const renderCard = (card: Card): Message => ({
  text: renderText(card),
  blocks: keepWhatFits(renderAll(card), MESSAGE_ROOM, LEAVING),
})

/** The same for a modal or the Home tab. */
export const renderForView = (card: Card): Block[] => keepWhatFits(renderAll(card), VIEW_ROOM, LEAVING)

const renderAll = (card: Card): Block[] => [...renderTitle(card.title), ...card.parts.flatMap(renderPart)]
