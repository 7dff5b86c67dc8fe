/**
 * A message or a view as plain lines, as a terminal shows it and as tests read it. Called by the sandbox's journey
 * and by chat tests; shows what is live (`@ana`, `label (url)`) apart from what is only text.
 */
import { wordsIn } from './input-values.ts'
import type { Block, Element, Fields, Message, Values, View } from './model.ts'
import { readMrkdwn, type Token, unescapeEntities } from './mrkdwn.ts'
import { elementsOf } from './name-blocks.ts'
import { labelOf } from './payloads.ts'
import { formatSlackDate } from './slack-date.ts'
import type { Workspace } from './workspace.ts'

export interface Reader {
  /** IANA zone of the person who reads; without it dates show their fallback, as notifications do. */
  readonly zone?: string
}

type Names = Pick<Workspace, 'findUser' | 'findChannel' | 'findGroup' | 'now'>
type Say = (text: unknown) => string

/** `*bold*` loses its stars, code keeps its ticks. */
const plainStars = (text: string): string =>
  text
    .split(/(`[^`\n]*`)/)
    .map((piece, n) =>
      n % 2 === 1 ? piece : piece.replace(/(^|[^\w*])\*(\S|\S[^*\n]*\S)\*(?![\w*])/g, '$1$2'),
    )
    .join('')

const sayLink = (url: string, label: string | undefined): string =>
  label === undefined || label === url ? url : `${label} (${url})`

const sayToken = (token: Token, names: Names, { zone }: Reader): string => {
  switch (token.is) {
    case 'text':
      return token.text
    case 'user':
      return `@${names.findUser(token.id)?.name ?? token.label ?? token.id}`
    case 'channel':
      return `#${names.findChannel(token.id)?.name ?? token.label ?? token.id}`
    case 'group':
      return `@${names.findGroup(token.id)?.handle ?? token.label ?? token.id}`
    case 'broadcast':
      return `@${token.id}`
    case 'link':
      return sayLink(token.id, token.label)
    case 'date':
      return zone === undefined
        ? token.fallback
        : formatSlackDate(token.seconds, token.format, zone, names.now())
    default:
      return token satisfies never
  }
}

/** mrkdwn as a person reads it. */
const renderMrkdwn = (mrkdwn: string, names: Names, reader: Reader = {}): string => {
  const text = readMrkdwn(mrkdwn).map((token) => sayToken(token, names, reader))
  return unescapeEntities(
    plainStars(text.join(''))
      .replace(/^&gt; ?/gm, '│ ')
      .replace(/^> ?/gm, '│ '),
  )
}

const lines = (text: string): string[] => text.split('\n')

/** `*Label*\nvalue` as `Label  value`, values below one another. */
const sayFields = (fields: readonly Fields[], say: Say): string[] => {
  const rows = fields.map((field) => lines(say(field)))
  const width = Math.max(...rows.map(([label = '', ...value]) => (value.length > 0 ? label.length : 0)))
  return rows.map(([label = '', ...value]) =>
    value.length > 0 ? `${label.padEnd(width)}  ${value.join(' ')}` : label,
  )
}

/** What a block is said with. */
interface Pen {
  readonly say: Say
  readonly names: Names
  readonly reader: Reader
  /** Of a view; a message's menus show how they began. */
  readonly values: Values
}

/** What was typed or chosen. */
const sayValue = (block: Block, element: Element, values: Values): string => {
  const state = values[String(block.block_id)]?.[String(element.action_id)]
  return wordsIn(state ?? { selected_option: element.initial_option ?? null })
}

const sayControl = (block: Block, element: Element, values: Values): string => {
  if (element.type === 'button') return `[${labelOf(element)}]`
  const placeholder = (element.placeholder as Fields | undefined)?.text ?? ''
  return `[${sayValue(block, element, values) || placeholder} ▾]`
}

const sayControls = (block: Block, { values }: Pen): string[] => {
  const controls = elementsOf(block).map((element) => sayControl(block, element, values))
  return controls.length > 0 ? [controls.join(' ')] : []
}

/** `? Label [what was typed] (hint)`. */
const sayInput = (block: Block, { say, values }: Pen): string => {
  const value = sayValue(block, block.element as Element, values)
  return `? ${say(block.label)} [${value}]${block.hint ? ` (${say(block.hint)})` : ''}`
}

const sayInline = (part: Fields, names: Names, { zone }: Reader): string => {
  switch (part.type) {
    case 'user':
      return `@${names.findUser(String(part.user_id))?.name ?? part.user_id}`
    case 'usergroup':
      return `@${names.findGroup(String(part.usergroup_id))?.handle ?? part.usergroup_id}`
    case 'channel':
      return `#${names.findChannel(String(part.channel_id))?.name ?? part.channel_id}`
    case 'broadcast':
      return `@${part.range}`
    case 'emoji':
      return `:${part.name}:`
    case 'link':
      return sayLink(String(part.url), part.text === undefined ? undefined : String(part.text))
    case 'date':
      return zone === undefined
        ? String(part.fallback ?? '')
        : formatSlackDate(Number(part.timestamp), String(part.format), zone, names.now())
    default:
      return String(part.text ?? '')
  }
}

const MARKS: Readonly<Record<string, string>> = { rich_text_quote: '│ ', rich_text_preformatted: '  ' }

const sayRichText = (parts: readonly Fields[], names: Names, reader: Reader): string[] =>
  parts.flatMap((part) => {
    const inside = part.elements as Fields[]
    if (part.type === 'rich_text_list') return sayRichText(inside, names, reader).map((line) => `• ${line}`)
    const said = inside.map((one) => sayInline(one, names, reader)).join('')
    return lines(said).map((line) => (MARKS[String(part.type)] ?? '') + line)
  })

const sayBlock = (block: Block, pen: Pen): string[] => {
  const { say, names, reader } = pen
  switch (block.type) {
    case 'header':
      return [`■ ${say(block.text)}`]
    case 'section':
      return [
        ...(block.text ? lines(say(block.text)) : []),
        ...(block.fields ? sayFields(block.fields as Fields[], say) : []),
        ...sayControls(block, pen),
      ]
    case 'context':
      return [`· ${(block.elements as Fields[]).map(say).join('  ')}`]
    case 'actions':
      return sayControls(block, pen)
    case 'input':
      return lines(sayInput(block, pen))
    case 'divider':
      return ['────────']
    case 'image':
      return [`(picture: ${block.alt_text})`]
    case 'rich_text':
      return sayRichText(block.elements as Fields[], names, reader)
    default:
      return []
  }
}

/** What can be read: a message, a modal, a Home tab. */
export type Readable = Pick<Message, 'text' | 'blocks'> | Pick<View, 'title' | 'blocks' | 'state'>

/** What a person sees: a view's title, then the blocks, or a message's text where there are none. */
export const renderText = (shown: Readable, names: Names, reader: Reader = {}): string => {
  if ('text' in shown && !shown.blocks?.length) return renderMrkdwn(shown.text, names, reader)
  const say: Say = (object) => {
    const { type, text, alt_text } = object as Fields
    return type === 'mrkdwn' ? renderMrkdwn(String(text), names, reader) : String(text ?? alt_text ?? '')
  }
  const [title, values] = 'text' in shown ? [null, {}] : [shown.title, shown.state.values]
  const pen: Pen = { say, names, reader, values }
  const said = (shown.blocks ?? []).flatMap((block) => sayBlock(block, pen))
  return [...(title ? [say(title)] : []), ...said].join('\n')
}

/** A mention, link or date that Slack would bring to life. */
export type Live = Exclude<Token, { is: 'text' }>

const textsOf = (value: unknown): string[] => {
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  const object = value as Fields
  const own = object.type === 'mrkdwn' && typeof object.text === 'string' ? [object.text] : []
  return [...own, ...Object.values(object).flatMap(textsOf)]
}

/** Everything live in the words of a message or a view, without the rest. */
export const liveTokens = (shown: Readable): Live[] =>
  ['text' in shown ? shown.text : '', ...textsOf(shown.blocks)]
    .flatMap(readMrkdwn)
    .filter((token): token is Live => token.is !== 'text')
