/**
 * The rules by which a person can fill in a form: what can be typed and chosen, and when the submit button can be
 * pressed. Called by the drivers; whatever a person could not do is thrown as a mistake of the test.
 */
import { type Field, fieldsOf, heldIn, stateOf } from './input-values.ts'
import { SLACK_LIMITS } from './limits.ts'
import type { Element, Fields, View } from './model.ts'
import type { Option } from './view-responses.ts'

/** Text, or an option's value (of checkboxes: values); `''` takes away what was there. */
export type Filled = string | readonly string[] | { readonly value: string; readonly text: string }

/** The field of a view by its action id. */
export const findField = ({ blocks }: View, actionId: string): Field | undefined =>
  fieldsOf(blocks).find(({ element }) => element.action_id === actionId)

const pick = (element: Element, options: readonly Option[], wanted: string): Option => {
  const found =
    options.find(({ value }) => value === wanted) ?? options.find(({ text }) => text.text === wanted)
  if (found) return found
  throw new Error(`${wanted} is not offered by ${element.action_id}`)
}

const typed = (element: Element, wanted: Filled): string => {
  if (typeof wanted === 'string') return wanted
  throw new Error(`${element.action_id} takes text`)
}

/** An option as it is known without asking the bot. */
const asOption = (wanted: Filled): Option | undefined =>
  typeof wanted === 'object' && 'value' in wanted
    ? { text: { type: 'plain_text', text: wanted.text }, value: wanted.value }
    : undefined

/** The new state of an element; `ask` is for menus whose options come from the bot. */
export const choose = async (
  element: Element,
  wanted: Filled,
  ask: (text: string) => Promise<readonly Option[]>,
): Promise<Fields> => {
  if (element.type === 'plain_text_input') return stateOf(element, typed(element, wanted))
  const known = (element.options ?? []) as readonly Option[]
  if (element.type === 'checkboxes') {
    const values = [wanted].flat().filter((one) => one !== '')
    return stateOf(
      element,
      values.map((one) => pick(element, known, typed(element, one as Filled))),
    )
  }
  if (wanted === '') return stateOf(element, null)
  const given = asOption(wanted)
  if (element.type === 'external_select')
    return stateOf(element, given ?? pick(element, await ask(typed(element, wanted)), typed(element, wanted)))
  return stateOf(element, pick(element, known, given?.value ?? typed(element, wanted)))
}

/** What a person's client says about a field; `undefined`: it can be submitted. */
const complaintAbout = ({ block, element }: Field, held: unknown): string | undefined => {
  if (held === null || (Array.isArray(held) && held.length === 0))
    return block.type === 'input' && block.optional !== true ? 'is required' : undefined
  if (typeof held !== 'string') return undefined
  const { min_length = 0, max_length = SLACK_LIMITS.inputMaxLength.max } = element as {
    min_length?: number
    max_length?: number
  }
  if (held.length > max_length) return `is longer than ${max_length}`
  return held.length < min_length ? `is shorter than ${min_length}` : undefined
}

/** Throws where the submit button could not be pressed. */
export const needComplete = (view: View): void => {
  if (view.submit === null) throw new Error('this modal has no submit button')
  for (const field of fieldsOf(view.blocks)) {
    const [blockId, actionId] = [String(field.block.block_id), String(field.element.action_id)]
    const complaint = complaintAbout(field, heldIn(view.state.values[blockId]?.[actionId]))
    if (complaint !== undefined) throw new Error(`${actionId} ${complaint}`)
  }
}
