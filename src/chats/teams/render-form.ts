/**
 * A form as the card of a dialog. What it is about and what its fields are called travels in its actions and comes back as a
 * claim; a dialog cannot change while somebody fills it in, so that a choice has a button that draws it anew.
 */
import { plain } from '../../domain/cards/card.ts'
import { type Field, type Form, isField, type Option, type Values } from '../../domain/forms/form.ts'
import { oneLine } from '../../infra/visible-text.ts'
import { type AdaptiveCard, asCard, OURS, renderPart } from './render-card.ts'
import { type Element, renderSpans } from './render-spans.ts'
import { toMarked, toNotice, toRun } from './safe-text.ts'

/** Before a field's name in the id of its input. */
export const FIELD_PREFIX = 'field:'
/** Between what a search says of itself. */
export const DATASET_SEPARATOR = '|'

const LIMITS = { label: 200, hint: 300, choice: 100, placeholder: 100, error: 500, button: 60, input: 3_000 }

/** What has been typed, and what is wrong with it, by name of field. */
export interface Filling {
  readonly values?: Values
  readonly blames?: Readonly<Record<string, string>>
}

export const renderOption = ({ value, label, note }: Option) => ({
  title: toMarked(note === undefined ? label : `${label} – ${note}`, LIMITS.choice) || '–',
  value,
})

const renderInput = (field: Field, form: Form, values: Values): Element => {
  const id = `${FIELD_PREFIX}${field.name}`
  const label = toMarked(field.label, LIMITS.label) || '–'
  const typed = values[field.name]
  if (field.input !== 'search') {
    const value = typed ?? field.initial
    return {
      type: 'Input.Text',
      id,
      label,
      isMultiline: field.input === 'lines',
      maxLength: Math.min(field.max, LIMITS.input),
      ...(value && { value: value.slice(0, field.max) }),
    }
  }
  const chosen = field.initial ?? (typed ? { value: typed, label: typed } : undefined)
  return {
    type: 'Input.ChoiceSet',
    id,
    label,
    style: 'filtered',
    placeholder: toRun('Type to search', LIMITS.placeholder),
    choices: chosen === undefined ? [] : [renderOption(chosen)],
    'choices.data': {
      type: 'Data.Query',
      dataset: [form.form, field.name, form.about].join(DATASET_SEPARATOR),
    },
    ...(chosen && { value: chosen.value }),
  }
}

/** What is wrong stands under the field, in words and in colour. */
const renderField = (field: Field, form: Form, { values = {}, blames = {} }: Filling): Element[] => {
  const wrong = blames[field.name]
  return [
    renderInput(field, form, values),
    ...(field.hint === undefined
      ? []
      : [renderSpans([plain(field.hint)], LIMITS.hint, { size: 'small', isSubtle: true, spacing: 'small' })]),
    ...(wrong === undefined ? [] : [renderWrong(wrong)]),
  ]
}

const renderWrong = (wrong: string): Element => ({
  type: 'RichTextBlock',
  spacing: 'small',
  inlines: [
    {
      type: 'TextRun',
      text: toRun(`✗ ${oneLine(wrong)}`, LIMITS.error),
      color: 'attention',
      weight: 'bolder',
    },
  ],
})

/** What blames a field that is not there stands under the first. */
const placed = (form: Form, blames: Readonly<Record<string, string>>): Record<string, string> => {
  const names = form.parts.flatMap((part) => (isField(part) ? [part.name] : []))
  const under: Record<string, string> = {}
  for (const [name, says] of Object.entries(blames)) {
    const at = names.includes(name) ? name : (names[0] ?? name)
    under[at] = [under[at] ?? '', says].join(' ').trim()
  }
  return under
}

const action = (form: Form, does: 'submit' | 'change', title: string): Element => ({
  type: 'Action.Submit',
  title: toRun(oneLine(title), LIMITS.button),
  ...(does === 'submit' && { style: 'positive' }),
  data: { [OURS]: { does, form: form.form, about: form.about } },
})

export const renderForm = (form: Form, { values = {}, blames = {} }: Filling = {}): AdaptiveCard => {
  const filling = { values, blames: placed(form, blames) }
  const elements = form.parts.flatMap((part): Element[] =>
    isField(part) ? renderField(part, form, filling) : renderPart(part, 'dialog'),
  )
  const redraws = form.parts.some((part) => isField(part) && part.input === 'search')
  return {
    ...asCard(elements, toNotice(form.title, LIMITS.label)),
    actions: [
      action(form, 'submit', form.submit),
      ...(redraws ? [action(form, 'change', 'Show what my choice means')] : []),
    ],
  }
}
