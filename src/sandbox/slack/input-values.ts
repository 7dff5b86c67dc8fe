/** What a person has typed or chosen in the inputs of a view, in the form in which payloads carry it. */
import type { Block, Element, Fields, Values } from './model.ts'
import { elementsOf } from './name-blocks.ts'

/** An element that holds a value, and where it stands. */
export interface Field {
  readonly block: Block
  readonly element: Element
}

const HOLDING = ['plain_text_input', 'static_select', 'external_select', 'radio_buttons', 'checkboxes']

/** Everything that can be filled in, in reading order; buttons hold nothing. */
export const fieldsOf = (blocks: readonly Block[]): Field[] =>
  blocks.flatMap((block) =>
    elementsOf(block)
      .filter(({ type }) => HOLDING.includes(type))
      .map((element) => ({ block, element })),
  )

/** The state of an element; without a value it is empty. https://docs.slack.dev/reference/views */
export const stateOf = ({ type }: Element, value: unknown): Fields => {
  if (type === 'plain_text_input') return { type, value: value === '' ? null : (value ?? null) }
  if (type === 'checkboxes') return { type, selected_options: value ?? [] }
  return { type, selected_option: value ?? null }
}

const initialOf = (element: Element): Fields =>
  stateOf(element, element.initial_value ?? element.initial_option ?? element.initial_options)

/** What stands in a state, without its type: text, an option, or options. */
export const heldIn = (state: Fields | undefined): unknown =>
  state?.value ?? state?.selected_option ?? state?.selected_options ?? null

const optionsIn = (held: unknown): Fields[] => {
  if (Array.isArray(held)) return held
  return typeof held === 'object' && held !== null ? [held as Fields] : []
}

/** The words of a state as a person sees them; empty: nothing. */
export const wordsIn = (state: Fields | undefined): string => {
  const held = heldIn(state)
  if (typeof held === 'string') return held
  return optionsIn(held)
    .map(({ text }) => (text as Fields).text)
    .join(', ')
}

/** Old options may be gone from a menu of the same name; text and the app's own options stay. */
const stillFits = (element: Element, state: Fields): boolean => {
  if (state.type !== element.type) return false
  if (!Array.isArray(element.options)) return true
  const offered = element.options.map(({ value }) => value)
  return optionsIn(heldIn(state)).every(({ value }) => offered.includes(value))
}

/** Keeps what was filled in where block id and action id stay the same, and drops the rest. */
export const carryValues = (blocks: readonly Block[], before: Values = {}): Values => {
  const values: Values = {}
  for (const { block, element } of fieldsOf(blocks)) {
    const [blockId, actionId] = [String(block.block_id), String(element.action_id)]
    const old = before[blockId]?.[actionId]
    const state = old && stillFits(element, old) ? old : initialOf(element)
    values[blockId] = { ...values[blockId], [actionId]: state }
  }
  return values
}
