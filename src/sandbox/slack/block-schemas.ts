/**
 * The blocks that the local Slack knows, as strict schemas over the table of limits: unknown types and unknown
 * properties are refused, as Slack does. Only blocks that every client draws are here.
 */
import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import { type Limit, SLACK_LIMITS as max } from './limits.ts'

type Size = Pick<Limit, 'max' | 'min'>

export const words = (limit: Size) =>
  z
    .string()
    .min(limit.min ?? 0)
    .max(limit.max)
export const some = <T extends z.ZodType>(item: T, limit: Size) =>
  z
    .array(item)
    .min(limit.min ?? 0)
    .max(limit.max)

export const plainText = (limit: Size = max.textObject) =>
  z.strictObject({ type: z.literal('plain_text'), text: words(limit), emoji: z.boolean().optional() })
const mrkdwn = (limit: Size) =>
  z.strictObject({ type: z.literal('mrkdwn'), text: words(limit), verbatim: z.boolean().optional() })
const anyText = (limit: Size = max.textObject) =>
  z.discriminatedUnion('type', [plainText(limit), mrkdwn(limit)])

const style = z.enum(['primary', 'danger'])

const confirm = z.strictObject({
  title: plainText(max.confirmTitle),
  text: anyText(max.confirmText),
  confirm: plainText(max.confirmYes),
  deny: plainText(max.confirmNo),
  style: style.optional(),
})

const optionOf = <T extends z.ZodType>(text: T, description: z.ZodType) =>
  z.strictObject({ text, value: words(max.optionValue), description: description.optional() })
/** Of a menu; https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
export const option = optionOf(plainText(max.optionText), plainText(max.optionDescription))
/** Of radio buttons and checkboxes, which alone may be marked up. */
export const markedOption = optionOf(anyText(max.optionText), anyText(max.optionDescription))

export const interactive = { action_id: words(max.actionId).optional(), confirm: confirm.optional() }

const button = z.strictObject({
  type: z.literal('button'),
  ...interactive,
  text: plainText(max.buttonText),
  value: words(max.buttonValue).optional(),
  url: words(max.buttonUrl).optional(),
  style: style.optional(),
  accessibility_label: words(max.buttonLabel).optional(),
})

type Chosen = { readonly value: string }

/** Initial options are among the options, word for word. */
export const isOffered = (options: readonly Chosen[], chosen: readonly Chosen[]): boolean =>
  chosen.every((one) => options.some((other) => isDeepStrictEqual(one, other)))

const menu = {
  ...interactive,
  placeholder: plainText(max.placeholder).optional(),
  initial_option: option.optional(),
  focus_on_load: z.boolean().optional(),
}

export const staticSelect = z
  .strictObject({ type: z.literal('static_select'), ...menu, options: some(option, max.selectOptions) })
  .refine(
    ({ options, initial_option }) => initial_option === undefined || isOffered(options, [initial_option]),
    'initial_option is not among the options',
  )

/** Its options come from the app while a person types. */
export const externalSelect = z.strictObject({
  type: z.literal('external_select'),
  ...menu,
  min_query_length: z.int().min(0).optional(),
})

const overflow = z.strictObject({
  type: z.literal('overflow'),
  ...interactive,
  options: some(option, max.overflowOptions),
})

const image = z.strictObject({
  type: z.literal('image'),
  image_url: words(max.imageUrl),
  alt_text: words(max.imageAlt),
})

const element = z.discriminatedUnion('type', [button, staticSelect, externalSelect, overflow])
export const block_id = words(max.blockId).optional()

const section = z
  .strictObject({
    type: z.literal('section'),
    block_id,
    text: anyText().optional(),
    fields: some(anyText(max.fieldText), max.sectionFields).optional(),
    accessory: z
      .discriminatedUnion('type', [button, staticSelect, externalSelect, overflow, image])
      .optional(),
    expand: z.boolean().optional(),
  })
  .refine((block) => block.text !== undefined || block.fields !== undefined, 'must have text or fields')

const inlineStyle = z
  .strictObject({
    bold: z.boolean(),
    italic: z.boolean(),
    strike: z.boolean(),
    code: z.boolean(),
    underline: z.boolean(),
  })
  .partial()
  .optional()

const inline = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), style: inlineStyle }),
  z.strictObject({ type: z.literal('user'), user_id: z.string(), style: inlineStyle }),
  z.strictObject({ type: z.literal('usergroup'), usergroup_id: z.string(), style: inlineStyle }),
  z.strictObject({ type: z.literal('channel'), channel_id: z.string(), style: inlineStyle }),
  z.strictObject({ type: z.literal('emoji'), name: z.string(), style: inlineStyle }),
  z.strictObject({ type: z.literal('broadcast'), range: z.enum(['here', 'channel', 'everyone']) }),
  z.strictObject({
    type: z.literal('link'),
    url: z.string(),
    text: z.string().optional(),
    style: inlineStyle,
  }),
  z.strictObject({
    type: z.literal('date'),
    timestamp: z.int(),
    format: z.string(),
    url: z.string().optional(),
    fallback: z.string().optional(),
    style: inlineStyle,
  }),
])

const run = <T extends string>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    elements: z.array(inline),
    border: z.union([z.literal(0), z.literal(1)]).optional(),
  })

const list = z.strictObject({
  type: z.literal('rich_text_list'),
  style: z.enum(['bullet', 'ordered']),
  elements: z.array(run('rich_text_section')),
  indent: z.int().optional(),
})

const richText = z.strictObject({
  type: z.literal('rich_text'),
  block_id,
  elements: z.array(
    z.discriminatedUnion('type', [
      run('rich_text_section'),
      run('rich_text_quote'),
      run('rich_text_preformatted'),
      list,
    ]),
  ),
})

/** One block of a message, and of every other surface. */
export const blockSchema = z.discriminatedUnion('type', [
  section,
  richText,
  z.strictObject({ type: z.literal('header'), block_id, text: plainText(max.headerText) }),
  z.strictObject({ type: z.literal('divider'), block_id }),
  z.strictObject({
    type: z.literal('context'),
    block_id,
    elements: some(
      z.discriminatedUnion('type', [plainText(), mrkdwn(max.textObject), image]),
      max.contextElements,
    ),
  }),
  z.strictObject({ type: z.literal('actions'), block_id, elements: some(element, max.actionsElements) }),
  z.strictObject({ ...image.shape, block_id, title: plainText(max.imageTitle).optional() }),
])

/** All blocks of a message. */
export const blocksSchema = some(blockSchema, max.blocks)
