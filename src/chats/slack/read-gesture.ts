/**
 * Reads what Slack delivers as a gesture; called once per delivery, after its signature was checked. Carries nothing
 * further that it did not check.
 */
import { z } from 'zod'
import type { Gesture } from '../../ports.ts'
import { id, junk, origin, originOf, type Read, triggerId } from './delivery.ts'
import { readMentions } from './read-mentions.ts'
import { readHomeOpened, readSearch, readShortcut, readSubmission, readViewAction } from './read-view.ts'
import { ACTION_PREFIX } from './render-card.ts'

const responseUrl = z
  .string()
  .refine((url) => /^(https:|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/])/.test(url) && URL.canParse(url))

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
const blockActions = origin.extend({
  trigger_id: triggerId,
  response_url: responseUrl,
  channel: z.object({ id }).optional(),
  actions: z.tuple(
    [z.object({ action_id: z.string().max(255), value: z.string().max(2_000).default('') })],
    z.unknown(),
  ),
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

const readCommand = (body: unknown): Read => {
  const parsed = slashCommand.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { user_id, team_id, enterprise_id, channel_id, response_url, trigger_id, text } = parsed.data
  const gesture: Gesture = {
    id: `slack:${trigger_id}`,
    chat: 'slack',
    actor: `slack:${user_id}`,
    ...(channel_id !== undefined && { channel: `slack:${channel_id}` }),
    does: { kind: 'words', text: decodeWords(text), mentions: readMentions(text) },
  }
  const from = { user: user_id, userTeam: team_id, team: team_id, enterprise: enterprise_id }
  const opening = { triggerId: trigger_id, above: false }
  const way = { by: 'message', shows: true, responseUrl: response_url, opening } as const
  return { kind: 'delivery', delivery: { gesture, from, way } }
}

const readPress = (body: unknown): Read => {
  const parsed = blockActions.safeParse(body)
  if (!parsed.success) return junk(parsed.error)
  const { user, channel, trigger_id, response_url } = parsed.data
  const [{ action_id, value }] = parsed.data.actions
  if (!action_id.startsWith(ACTION_PREFIX)) return { kind: 'foreign' }
  const gesture: Gesture = {
    id: `slack:${trigger_id}`,
    chat: 'slack',
    actor: `slack:${user.id}`,
    ...(channel && { channel: `slack:${channel.id}` }),
    does: { kind: 'press', verb: action_id.slice(ACTION_PREFIX.length), value },
  }
  const opening = { triggerId: trigger_id, above: false }
  const way = { by: 'message', shows: false, responseUrl: response_url, opening } as const
  return { kind: 'delivery', delivery: { gesture, from: originOf(parsed.data), way } }
}

/** By what Slack calls it. */
const readInteraction = (type: unknown, body: object): Read => {
  switch (type) {
    case 'block_actions':
      return 'view' in body && body.view ? readViewAction(body) : readPress(body)
    case 'view_submission':
      return readSubmission(body)
    case 'block_suggestion':
      return readSearch(body)
    case 'shortcut':
      return readShortcut(body)
    case 'event_callback':
      return typeOfEvent(body) === 'app_home_opened' ? readHomeOpened(body) : { kind: 'foreign' }
    default:
      return { kind: 'foreign' }
  }
}

const typeOfEvent = (body: object): unknown => {
  const event = 'event' in body ? body.event : undefined
  return typeof event === 'object' && event !== null && 'type' in event ? event.type : undefined
}

/** A delivery's parsed body, of any shape, as a gesture; never throws. */
export const readGesture = (body: unknown): Read => {
  if (typeof body !== 'object' || body === null) return { kind: 'junk', wrong: ['body'] }
  if ('command' in body) return readCommand(body)
  return readInteraction('type' in body ? body.type : undefined, body)
}
