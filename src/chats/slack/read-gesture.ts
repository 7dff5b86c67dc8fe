/**
 * Reads what Slack delivers, a slash command or the press of a button, as a gesture; called once per
 * delivery, after its signature was checked. Carries nothing further that it did not check.
 */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import { readMentions } from './read-mentions.ts'
import { ACTION_PREFIX } from './render-card.ts'

/** A verified delivery: the gesture, whose it is as Slack says, and where private answers go. */
export interface Delivery {
  readonly via: 'command' | 'button'
  readonly gesture: Gesture
  readonly from: Origin
  readonly responseUrl: string
}

export interface Origin {
  readonly user: string
  readonly userTeam: string | undefined
  /** The workspace it happened in; for Slack Connect the installed one, also where an outsider pressed. */
  readonly team: string | undefined
  readonly enterprise: string | undefined
}

/** `foreign` means: not for us. `junk` says which fields are wrong, never their values. */
type Read =
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'junk'; readonly wrong: readonly string[] }

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,30}$/)
const triggerId = z.string().regex(/^[\w.-]{1,255}$/)
const responseUrl = z
  .url({ protocol: /^https?$/ })
  .refine((url) => /^(https:|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/])/.test(url))

/** More than Slack sends; whoever sends it all the same is to hear that it is too long. Characters. */
const TEXT_MAX = 1_000_000
/** More than this is handed on as it is: nobody will read it, and it is not worth the time. Characters. */
const DECODED_MAX = 100_000

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
const slashCommand = z.object({
  command: z.string().startsWith('/').max(32),
  text: z.string().max(TEXT_MAX).default(''),
  trigger_id: triggerId,
  response_url: responseUrl,
  user_id: id,
  team_id: id,
  enterprise_id: id.optional(),
  channel_id: id.optional(),
})

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const blockActions = z.object({
  trigger_id: triggerId,
  response_url: responseUrl,
  user: z.object({ id, team_id: id.optional() }),
  team: z.object({ id }).nullish(),
  enterprise: z.object({ id }).nullish(),
  channel: z.object({ id }).optional(),
  actions: z.tuple([z.object({ action_id: z.string().max(255), value: z.string().max(2_000) })], z.unknown()),
})

/**
 * Words as they were typed: with `should_escape` Slack sends entities, and addresses within `<…>`. Mentions
 * stay as `<@U…|name>`, because names are ambiguous. The pattern is bounded: unclosed `<` must cost no more.
 */
const decodeWords = (text: string): string =>
  text.length > DECODED_MAX
    ? text
    : text
        .replace(/<((?:https?|mailto):[^|>]{0,2000})(?:\|[^>]{0,2000})?>/g, '$1')
        .replace(/&lt;/g, '<')
        .replace(/&gt;/g, '>')
        .replace(/&amp;/g, '&')

const junk = (error: z.ZodError): Read => ({
  kind: 'junk',
  wrong: error.issues.map((issue) => issue.path.join('.')),
})

const readCommand = (body: unknown): Read => {
  const parsed = slashCommand.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { user_id, team_id, enterprise_id, channel_id, ...command } = parsed.data
  const gesture: Gesture = {
    id: `slack:${command.trigger_id}`,
    chat: 'slack',
    actor: `slack:${user_id}`,
    ...(channel_id !== undefined && { channel: `slack:${channel_id}` }),
    does: { kind: 'words', text: decodeWords(command.text), mentions: readMentions(command.text) },
  }
  const from = { user: user_id, userTeam: team_id, team: team_id, enterprise: enterprise_id }
  return { kind: 'delivery', delivery: { via: 'command', gesture, from, responseUrl: command.response_url } }
}

const readPress = (body: unknown): Read => {
  const parsed = blockActions.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { user, team, enterprise, channel, trigger_id, response_url } = parsed.data
  const [{ action_id, value }] = parsed.data.actions
  if (!action_id.startsWith(ACTION_PREFIX)) return { kind: 'foreign' }
  const gesture: Gesture = {
    id: `slack:${trigger_id}`,
    chat: 'slack',
    actor: `slack:${user.id}`,
    ...(channel && { channel: `slack:${channel.id}` }),
    does: { kind: 'press', verb: action_id.slice(ACTION_PREFIX.length), value },
  }
  const from = { user: user.id, userTeam: user.team_id, team: team?.id, enterprise: enterprise?.id }
  return { kind: 'delivery', delivery: { via: 'button', gesture, from, responseUrl: response_url } }
}

/** A delivery's parsed body, of any shape, as a gesture; never throws. */
export const readGesture = (body: unknown): Read => {
  if (typeof body !== 'object' || body === null) return { kind: 'junk', wrong: ['body'] }
  if ('command' in body) return readCommand(body)
  return 'type' in body && body.type === 'block_actions' ? readPress(body) : { kind: 'foreign' }
}
