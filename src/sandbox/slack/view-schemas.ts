/**
 * Modals, Home tabs and the answers to a suggestion, as strict schemas over the table of limits. Inputs are known
 * here alone: no message of this workspace may have one.
 */
import { z } from 'zod'
import {
  block_id,
  blockSchema,
  externalSelect,
  interactive,
  isOffered,
  markedOption,
  option,
  plainText,
  some,
  staticSelect,
  words,
} from './block-schemas.ts'
import { SLACK_LIMITS as max, SUGGESTION_LIMITS as offered } from './limits.ts'

const length = (limit: { max: number; min?: number }) =>
  z
    .int()
    .min(limit.min ?? 0)
    .max(limit.max)
const focus_on_load = z.boolean().optional()

/** https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element */
const plainTextInput = z
  .strictObject({
    type: z.literal('plain_text_input'),
    action_id: interactive.action_id,
    initial_value: words(max.inputInitial).optional(),
    multiline: z.boolean().optional(),
    min_length: length(max.inputMinLength).optional(),
    max_length: length(max.inputMaxLength).optional(),
    dispatch_action_config: z
      .strictObject({
        trigger_actions_on: z
          .array(z.enum(['on_enter_pressed', 'on_character_entered']))
          .min(1)
          .max(2),
      })
      .optional(),
    focus_on_load,
    placeholder: plainText(max.inputPlaceholder).optional(),
  })
  .refine(
    ({ min_length = 0, max_length }) => max_length === undefined || min_length <= max_length,
    'min_length is more than max_length',
  )

const radioButtons = z
  .strictObject({
    type: z.literal('radio_buttons'),
    ...interactive,
    options: some(markedOption, max.radioOptions),
    initial_option: markedOption.optional(),
    focus_on_load,
  })
  .refine(
    ({ options, initial_option }) => initial_option === undefined || isOffered(options, [initial_option]),
    'initial_option is not among the options',
  )

const checkboxes = z
  .strictObject({
    type: z.literal('checkboxes'),
    ...interactive,
    options: some(markedOption, max.checkboxOptions),
    initial_options: some(markedOption, { ...max.checkboxOptions, min: 1 }).optional(),
    focus_on_load,
  })
  .refine(
    ({ options, initial_options = [] }) => isOffered(options, initial_options),
    'initial_options are not among the options',
  )

/** https://docs.slack.dev/reference/block-kit/blocks/input-block */
const input = z.strictObject({
  type: z.literal('input'),
  block_id,
  label: plainText(max.inputLabel),
  element: z.discriminatedUnion('type', [
    plainTextInput,
    staticSelect,
    externalSelect,
    radioButtons,
    checkboxes,
  ]),
  hint: plainText(max.inputHint).optional(),
  optional: z.boolean().optional(),
  dispatch_action: z.boolean().optional(),
})

const shared = {
  blocks: some(z.discriminatedUnion('type', [input, blockSchema]), max.viewBlocks),
  private_metadata: words(max.privateMetadata).optional(),
  callback_id: words(max.callbackId).optional(),
  external_id: words(max.externalId).optional(),
}

/** https://docs.slack.dev/reference/views/modal-views */
export const modalSchema = z
  .strictObject({
    type: z.literal('modal'),
    title: plainText(max.modalTitle),
    submit: plainText(max.modalSubmit).optional(),
    close: plainText(max.modalClose).optional(),
    notify_on_close: z.boolean().optional(),
    clear_on_close: z.boolean().optional(),
    ...shared,
  })
  .refine(({ submit, blocks }) => submit !== undefined || blocks.every(({ type }) => type !== 'input'), {
    message: 'missing required field: submit',
  })

/** https://docs.slack.dev/reference/views/home-tab-views */
export const homeSchema = z.strictObject({ type: z.literal('home'), ...shared })

/** https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element#external_select */
export const suggestionSchema = z.union([
  z.strictObject({ options: some(option, offered.options) }),
  z.strictObject({
    option_groups: some(
      z.strictObject({ label: plainText(offered.groupLabel), options: some(option, offered.options) }),
      offered.groups,
    ),
  }),
])
