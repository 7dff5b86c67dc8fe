/** What a person is answered, in each of the forms in which Teams shows an answer. */
import { type Card, type Part, plain } from '../../domain/cards/card.ts'
import type { Form, Values } from '../../domain/forms/form.ts'
import type { Answer, Gesture } from '../../ports.ts'
import { type AdaptiveCard, asCard, attach, CARD_TYPE, OURS, renderCard, sayCard } from './render-card.ts'
import { renderForm } from './render-form.ts'
import { type Element, renderSpans, saySpans } from './render-spans.ts'
import { toNotice, toRun } from './safe-text.ts'

/** A string is said as it is and holds nothing that people typed. */
export type Outcome = Answer | string

export const NOTHING_CHANGED = 'Nothing was changed. Try again in a minute.'
export const WORKING = 'Working on it…'

/** What a client shows of a notice; no page says how much. Characters. */
const NOTICE_MAX = 500
const TITLE_MAX = 60

const saying = (text: string): Card => ({
  title: '',
  summary: [plain(text)],
  parts: [{ part: 'text', spans: [plain(text)] }],
})

export const holdsSecret = (card: Card): boolean => card.parts.some(({ part }) => part === 'secret')

/** Opens a dialog that asks once more for what `carries` says. */
const opener = (title: string, carries: object): Element => ({
  type: 'ActionSet',
  actions: [
    {
      type: 'Action.Submit',
      title: toRun(title, TITLE_MAX),
      style: 'positive',
      associatedInputs: 'none',
      data: { msteams: { type: 'task/fetch' }, [OURS]: carries },
    },
  ],
})

/** Teams opens no dialog without a button of a card. */
const offerForm = (form: Form, does: Gesture['does']): Element => {
  const carries =
    does.kind === 'press'
      ? { verb: does.verb, value: does.value }
      : { words: does.kind === 'words' ? does.text : '' }
  const says = `Open the form, or type: ${form.words}`
  const card = asCard(
    [renderSpans([plain(says)], NOTICE_MAX), opener(form.title, carries)],
    toNotice(says, NOTICE_MAX),
  )
  return { type: 'message', summary: toNotice(says, NOTICE_MAX), attachments: [attach(card)] }
}

/** As a message that stays: nothing that is shown once. */
export const asMessage = (outcome: Outcome, does: Gesture['does']): Element => {
  if (typeof outcome === 'string') return message(saying(outcome))
  if ('form' in outcome) return offerForm(outcome.form, does)
  if (!('card' in outcome)) return message(saying(NOTHING_CHANGED))
  return message(
    holdsSecret(outcome.card) ? saying('Teams could not open a window for this. Press again.') : outcome.card,
  )
}

const message = (card: Card): Element => ({
  type: 'message',
  summary: sayCard(card),
  attachments: [attach(renderCard(card, 'message'))],
})

const sayPart = (part: Part): string | undefined => {
  if (part.part === 'text' && part.button === undefined) return saySpans(part.spans, NOTICE_MAX)
  return part.part === 'note' ? saySpans(part.spans, NOTICE_MAX) : undefined
}

/** A short answer in one sentence; `undefined` where it is more than that, or can be pressed. */
export const asNotice = (outcome: Outcome): string | undefined => {
  if (typeof outcome === 'string') return outcome
  if (!('card' in outcome)) return undefined
  const { title, parts } = outcome.card
  const said = parts.map(sayPart)
  const sentences = said.filter((one) => one).join(' ')
  const whole = [title, sentences].filter((one) => one).join(': ')
  return said.includes(undefined) || whole.length > NOTICE_MAX ? undefined : toNotice(whole, NOTICE_MAX)
}

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model: response format. */
export const noticeResponse = (text: string) => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.activity.message',
  value: text,
})
export const cardResponse = (card: AdaptiveCard) => ({ statusCode: 200, type: CARD_TYPE, value: card })

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots */
const dialogResponse = (title: string, card: AdaptiveCard) => ({
  task: {
    type: 'continue',
    value: {
      title: toRun(title || 'Curfew', TITLE_MAX),
      height: 'medium',
      width: 'medium',
      card: attach(card),
    },
  },
})

interface Filled {
  readonly values?: Values
  readonly blames?: Readonly<Record<string, string>>
}

export const asDialog = (outcome: Outcome, filled: Filled = {}) => {
  if (typeof outcome === 'string') return dialogResponse('', renderCard(saying(outcome), 'dialog'))
  if ('form' in outcome) return dialogResponse(outcome.form.title, renderForm(outcome.form, filled))
  const card = 'card' in outcome ? outcome.card : saying(NOTHING_CHANGED)
  return dialogResponse('', renderCard(card, 'dialog'))
}

/** What stands there until it is known: a dialog changes only when somebody presses a button in it. */
export const waitingDialog = (title: string | undefined, id: string, does: Gesture['does']) =>
  dialogResponse(title ?? '', {
    ...asCard([renderSpans([plain(WORKING)], NOTICE_MAX)], WORKING),
    actions: [
      {
        type: 'Action.Submit',
        title: 'Look again',
        style: 'positive',
        data: { [OURS]: { again: { id, does } } },
      },
    ],
  })

/** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search */
export const optionsResponse = (results: readonly { readonly title: string; readonly value: string }[]) => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.search.searchResponse',
  value: { results },
})
