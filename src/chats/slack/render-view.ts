/**
 * Forms and cards as Slack views: modals and the Home tab. What a form is about and what its fields are called travels
 * in the view and comes back as a claim.
 */
import type { types } from '@slack/bolt'
import type { Card } from '../../domain/cards/card.ts'
import { type Field, type Form, isField, type Option } from '../../domain/forms/form.ts'
import { renderForView, renderPart } from './render-card.ts'
import { plainText } from './render-spans.ts'

/** Before the form's name in a view's callback id. */
export const FORM_PREFIX = 'curfew:'
/** Before a field's name in its block's and its element's id. */
export const FIELD_PREFIX = 'field:'

/** https://docs.slack.dev/reference/views and the pages of the elements. Characters. */
const LIMITS = { title: 24, label: 2_000, hint: 2_000, option: 75, placeholder: 150, input: 3_000 } as const

export const nameOfField = (id: string): string | undefined =>
  id.startsWith(FIELD_PREFIX) ? id.slice(FIELD_PREFIX.length) : undefined

export const renderOption = ({ value, label, note }: Option): types.PlainTextOption => ({
  value,
  text: plainText(label, LIMITS.option),
  ...(note && { description: plainText(note, LIMITS.option) }),
})

const renderElement = (field: Field, action_id: string): types.InputBlock['element'] => {
  if (field.input === 'search') {
    return {
      type: 'external_select',
      action_id,
      min_query_length: 0,
      placeholder: plainText('Type to search', LIMITS.placeholder),
      ...(field.initial && { initial_option: renderOption(field.initial) }),
    }
  }
  return {
    type: 'plain_text_input',
    action_id,
    multiline: field.input === 'lines',
    max_length: Math.min(field.max, LIMITS.input),
    ...(field.initial && { initial_value: field.initial.slice(0, field.max) }),
  }
}

const renderField = (field: Field): types.InputBlock => {
  const id = `${FIELD_PREFIX}${field.name}`
  return {
    type: 'input',
    block_id: id,
    label: plainText(field.label, LIMITS.label),
    element: renderElement(field, id),
    optional: field.optional === true,
    // A choice draws the form anew.
    dispatch_action: field.input === 'search',
    ...(field.hint && { hint: plainText(field.hint, LIMITS.hint) }),
  }
}

const titled = (title: string) => plainText(title, LIMITS.title)
const CLOSE = titled('Close')

export const renderForm = (form: Form): types.ModalView => ({
  type: 'modal',
  callback_id: `${FORM_PREFIX}${form.form}`,
  private_metadata: form.about,
  title: titled(form.title),
  submit: titled(form.submit),
  close: titled('Cancel'),
  blocks: form.parts.flatMap((part): types.KnownBlock[] =>
    isField(part) ? [renderField(part)] : renderPart(part),
  ),
})

/** An answer where a form could stand. */
export const renderAnswerView = (card: Card): types.ModalView => ({
  type: 'modal',
  title: titled('Curfew'),
  close: CLOSE,
  blocks: renderForView(card),
})

/** What stands there until it is known. */
export const renderWaitingView = (title = 'Curfew'): types.ModalView => ({
  type: 'modal',
  title: titled(title),
  close: CLOSE,
  blocks: [{ type: 'section', text: plainText('Working on it…', LIMITS.label) }],
})

export const renderHome = (card: Card): types.HomeView => ({ type: 'home', blocks: renderForView(card) })
