/** A labelled field of a modal: text, choices, type-ahead; its hint and its error belong to it for screen readers, too. */
import type { JSX } from 'preact'
import type { Block, Element, Fields } from '../slack/model.ts'
import type { FieldProps } from './field-props.ts'
import { plainOf } from './mrkdwn.tsx'
import { useSurface } from './surface.ts'
import { TypeAhead } from './type-ahead.tsx'

const TextField = ({ block, element, id, describedBy, isWrong, isRequired }: FieldProps): JSX.Element => {
  const { fields } = useSurface()
  const action = String(element.action_id)
  const known = (fields?.valueOf(block, action) as Fields | undefined)?.value
  const props = {
    id,
    value: fields?.draftOf(action) ?? String(known ?? ''),
    'aria-describedby': describedBy,
    'aria-invalid': isWrong,
    required: isRequired,
    placeholder: plainOf(element.placeholder),
    ...(element.max_length ? { maxLength: Number(element.max_length) } : {}),
    onInput: ({ currentTarget }: JSX.TargetedEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      fields?.draft(action, currentTarget.value),
  }
  return element.multiline ? (
    <textarea rows={3} {...props} />
  ) : (
    <input type="text" autocomplete="off" {...props} />
  )
}

interface Choice {
  readonly value: string
  readonly text: Fields
}

const chosenOf = (state: unknown): string =>
  (state as { selected_option?: Choice } | undefined)?.selected_option?.value ?? ''

const SelectField = ({ block, element, id, describedBy, isWrong }: FieldProps): JSX.Element => {
  const { fields } = useSurface()
  const action = String(element.action_id)
  const options = (element.options ?? []) as readonly Choice[]
  return (
    <select
      id={id}
      aria-describedby={describedBy}
      aria-invalid={isWrong}
      value={chosenOf(fields?.valueOf(block, action))}
      onChange={({ currentTarget: { value } }) => {
        const option = options.find((one) => one.value === value)
        if (option) void fields?.choose(action, { value, text: plainOf(option.text) })
      }}
    >
      <option value="">{plainOf(element.placeholder) || 'Choose'}</option>
      {options.map(({ value, text }) => (
        <option key={value} value={value}>
          {plainOf(text)}
        </option>
      ))}
    </select>
  )
}

const RadioField = ({ block, element, id, describedBy }: FieldProps): JSX.Element => {
  const { fields } = useSurface()
  const action = String(element.action_id)
  const chosen = chosenOf(fields?.valueOf(block, action))
  return (
    <div role="radiogroup" aria-describedby={describedBy} aria-labelledby={`${id}-label`}>
      {((element.options ?? []) as readonly Choice[]).map(({ value, text }) => (
        <label key={value} class="choice">
          <input
            type="radio"
            name={id}
            checked={chosen === value}
            onChange={() => void fields?.choose(action, { value, text: plainOf(text) })}
          />
          {plainOf(text)}
        </label>
      ))}
    </div>
  )
}

const FIELDS: Readonly<Record<string, (props: FieldProps) => JSX.Element>> = {
  plain_text_input: TextField,
  static_select: SelectField,
  radio_buttons: RadioField,
  external_select: TypeAhead,
}

export const InputBlock = ({ block }: { block: Block }): JSX.Element => {
  const surface = useSurface()
  const element = block.element as Element
  const name = String(block.block_id)
  const id = `${surface.id}-${name}`
  const error = surface.fields?.errorOf(name)
  const Field = FIELDS[element.type]
  const isOptional = block.optional === true
  return (
    <div class={error === undefined ? 'field' : 'field wrong'}>
      <label for={id} id={`${id}-label`}>
        {plainOf(block.label)}
        {isOptional && <span class="quiet"> (optional)</span>}
      </label>
      {Field === undefined ? (
        <p>This page cannot draw {element.type}.</p>
      ) : (
        <Field
          block={name}
          element={element}
          id={id}
          describedBy={`${id}-hint ${id}-error`}
          isWrong={error !== undefined}
          isRequired={!isOptional}
        />
      )}
      <p class="hint" id={`${id}-hint`}>
        {plainOf(block.hint)}
      </p>
      <p class="error" id={`${id}-error`} role="alert">
        {error}
      </p>
    </div>
  )
}
