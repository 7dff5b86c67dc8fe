/**
 * A card to an Adaptive Card 1.5, and to the message that carries it. Called for everything that is shown; typed words never
 * become markup, mentions or links, and what is too long is cut and says so.
 */
import { type Button, type Card, carriedBy, type Part, plain } from '../../domain/cards/card.ts'
import { opensForm } from '../../domain/forms/form-of.ts'
import { keepWhatFits, type Room } from '../../infra/keep-what-fits.ts'
import { oneLine, orNothing } from '../../infra/visible-text.ts'
import { type Element, renderSpans, saySpans } from './render-spans.ts'
import { toMarked, toNotice, toRun } from './safe-text.ts'

export const CARD_TYPE = 'application/vnd.microsoft.card.adaptive'

/** Where a card stands: in a dialog nothing but `Action.Submit` is answered, and no further dialog can be opened. */
export type Where = 'message' | 'dialog'

export interface AdaptiveCard {
  readonly type: 'AdaptiveCard'
  readonly version: '1.5'
  readonly body: readonly Element[]
  readonly [more: string]: unknown
}

/** What a button carries; what comes back in its place is a claim. */
export interface Carried {
  readonly verb: string
  readonly value: string
}

/** Before the verb of an `Action.Execute`: what carries it is ours. */
export const VERB_PREFIX = 'curfew:'
/** The member of an action's data that is ours. */
export const OURS = 'curfew'

/** In characters and items, narrower than what Teams shows. */
const LIMITS = {
  title: 150,
  text: 3_000,
  quote: 2_000,
  note: 1_000,
  field: 1_000,
  label: 100,
  button: 60,
  summary: 500,
}

/** A card shows six actions, and hides the others behind a menu. */
const ROW = 5

/** A message is refused above 100 KB in UTF-16; connectors of other kinds take 28 KB (bots/how-to/format-your-bot-messages). */
const ROOM: Room = { pieces: 120, json: 27_000 }

const renderButton = (button: Button, where: Where): Element => {
  const press = renderPress(button, where)
  const { confirm } = button
  if (confirm === undefined) return press
  // Teams asks nobody whether they are sure: the button unfolds the question.
  const { style: _, ...unfolds } = press
  const yes = { ...press, title: toRun(confirm.yes, LIMITS.button) }
  return {
    type: 'Action.ShowCard',
    title: unfolds.title,
    card: {
      type: 'AdaptiveCard',
      body: [
        renderSpans([plain(confirm.title)], LIMITS.title, { weight: 'bolder' }),
        renderSpans([plain(confirm.text)], LIMITS.note),
        { type: 'ActionSet', actions: [yes] },
      ],
    },
  }
}

const renderPress = (button: Button, where: Where): Element => {
  const carried: Carried = { verb: button.verb, value: carriedBy(button) }
  const title = toRun(oneLine(button.label), LIMITS.button)
  const style = button.style && { style: button.style === 'danger' ? 'destructive' : 'positive' }
  const submit = { type: 'Action.Submit', title, ...style, associatedInputs: 'none' }
  if (where === 'dialog') return { ...submit, data: { [OURS]: carried } }
  if (opensForm(button.verb)) return { ...submit, data: { msteams: { type: 'task/fetch' }, [OURS]: carried } }
  return {
    ...submit,
    type: 'Action.Execute',
    verb: `${VERB_PREFIX}${button.verb}`,
    data: { [OURS]: carried },
    // https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model: backward compatibility.
    fallback: { ...submit, data: { [OURS]: carried } },
  }
}

const renderButtons = (buttons: readonly Button[], where: Where): Element[] =>
  Array.from({ length: Math.ceil(buttons.length / ROW) }, (_, i) => ({
    type: 'ActionSet',
    actions: buttons.slice(i * ROW, (i + 1) * ROW).map((button) => renderButton(button, where)),
  }))

export const renderPart = (part: Part, where: Where): Element[] => {
  switch (part.part) {
    case 'text':
      return [
        renderSpans(part.spans, LIMITS.text),
        ...(part.button === undefined ? [] : renderButtons([part.button], where)),
      ]
    case 'fields':
      return part.fields.flatMap(({ label, spans }) => [
        renderSpans([plain(oneLine(label))], LIMITS.label, { size: 'small', isSubtle: true }),
        renderSpans(spans, LIMITS.field, { spacing: 'none' }),
      ])
    case 'quote':
      // One line, so that nobody can write what looks like the next part of the card.
      return [
        {
          type: 'Container',
          style: 'emphasis',
          items: [renderSpans([plain(`“${oneLine(part.text)}”`)], LIMITS.quote)],
        },
      ]
    case 'secret':
      // As it is: whatever makes other words harmless would make a wrong password of it.
      return [
        renderSpans([plain(part.label)], LIMITS.label, { size: 'small', isSubtle: true }),
        { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: part.value, fontType: 'monospace' }] },
      ]
    case 'note':
      return [renderSpans(part.spans, LIMITS.note, { size: 'small', isSubtle: true })]
    case 'buttons':
      return renderButtons(part.buttons, where)
    case 'divider':
      return [{ type: 'Container', separator: true, items: [] }]
    default:
      return part satisfies never
  }
}

const CUT_NOTE = renderSpans([plain('Shortened: there is more than Teams can show here.')], LIMITS.note, {
  size: 'small',
  isSubtle: true,
})

/** The heading first, then what can be pressed or filled in, then the rest. */
const LEAVING = {
  note: CUT_NOTE,
  rank: ({ type, style }: Element): number => {
    if (style === 'heading') return 0
    return type === 'ActionSet' || type.startsWith('Input.') ? 1 : 2
  },
}

/** A line in a thread has none. */
const renderTitle = (title: string): Element[] => {
  const text = toMarked(title, LIMITS.title)
  if (title === '') return []
  return [
    {
      type: 'TextBlock',
      text: orNothing(text),
      wrap: true,
      style: 'heading',
      size: 'large',
      weight: 'bolder',
    },
  ]
}

/** Within what Teams takes. */
export const asCard = (elements: readonly Element[], spoken: string): AdaptiveCard => ({
  type: 'AdaptiveCard',
  version: '1.5',
  body: keepWhatFits(elements, ROOM, LEAVING),
  fallbackText: spoken,
  speak: spoken,
})

/** The whole card in one sentence. */
export const sayCard = (card: Card): string => {
  const said = saySpans(card.summary, LIMITS.summary)
  return toNotice(said.trim() === '' ? card.title : said, LIMITS.summary)
}

export const renderCard = (card: Card, where: Where): AdaptiveCard =>
  asCard(
    [...renderTitle(card.title), ...card.parts.flatMap((part) => renderPart(part, where))],
    sayCard(card),
  )

/** A card as an activity that can be sent; without a summary a notification would only say “Card”. */
export const renderMessage = (card: Card): Element => ({
  type: 'message',
  summary: sayCard(card),
  attachments: [attach(renderCard(card, 'message'))],
})

export const attach = (content: AdaptiveCard) => ({ contentType: CARD_TYPE, content })
