/** What Slack sends to an app's URL when a person does something: the fields, from the stored state. */
import type { Block, Channel, Element, Ephemeral, Fields, Message, User } from './model.ts'
import { elementsOf } from './name-blocks.ts'
import type { Workspace } from './workspace.ts'

/** Slack's own name for a place that has none of its own. */
const channelName = (channel: Channel): string => {
  if (channel.kind === 'dm') return 'directmessage'
  return channel.kind === 'private' ? 'privategroup' : channel.name
}

export interface Gesture {
  readonly user: User
  readonly channel: Channel
  readonly responseUrl: string
  readonly triggerId: string
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling */
export const slashCommandFields = (
  slack: Workspace,
  { user, channel, responseUrl, triggerId }: Gesture,
  command: string,
  text: string,
): Record<string, string> => ({
  token: 'not-for-authentication',
  team_id: slack.team.id,
  team_domain: slack.team.domain,
  ...(slack.team.enterprise
    ? { enterprise_id: slack.team.enterprise.id, enterprise_name: slack.team.enterprise.name }
    : {}),
  channel_id: channel.id,
  channel_name: channelName(channel),
  user_id: user.id,
  user_name: user.name,
  command,
  text,
  api_app_id: slack.bot.appId,
  is_enterprise_install: 'false',
  response_url: responseUrl,
  trigger_id: triggerId,
})

export interface Found {
  readonly block: Block
  readonly element: Element
}

/** What a button says. */
export const labelOf = (element: Element): string => String((element.text as Fields | undefined)?.text ?? '')

/** All buttons of a message or a view, in reading order. */
export const buttonsOf = (message: Pick<Message, 'blocks'>): Found[] =>
  (message.blocks ?? []).flatMap((block) =>
    elementsOf(block)
      .filter(({ type }) => type === 'button')
      .map((element) => ({ block, element })),
  )

/** In every payload of something a person did. */
export const whoAndWhere = ({ team, bot }: Workspace, user: User): Fields => ({
  user: { id: user.id, username: user.name, name: user.name, team_id: user.team_id },
  api_app_id: bot.appId,
  token: 'not-for-authentication',
  team: {
    id: team.id,
    domain: team.domain,
    ...(team.enterprise ? { enterprise_id: team.enterprise.id, enterprise_name: team.enterprise.name } : {}),
  },
  enterprise: team.enterprise ?? null,
  is_enterprise_install: false,
})

/** When something was done, in Slack's form. */
export const stampOf = (slack: Workspace): string => (slack.now() / 1_000).toFixed(6)

/** One entry of `actions`: a button that was pressed. */
export const pressOf = (slack: Workspace, { block, element }: Found): Fields => {
  const { type, action_id, text, value, style, confirm } = element
  const present = Object.entries({ value, style, confirm }).filter(([, held]) => held !== undefined)
  return {
    action_id,
    block_id: block.block_id,
    text,
    ...Object.fromEntries(present),
    type,
    action_ts: stampOf(slack),
  }
}

const isEphemeral = (message: Message): message is Ephemeral => 'is_ephemeral' in message

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const blockActionsPayload = (
  slack: Workspace,
  { user, channel, responseUrl, triggerId }: Gesture,
  message: Message,
  { block, element }: Found,
): Fields => {
  const { channel: _, ...shown } = message
  const container = {
    type: 'message',
    message_ts: message.ts,
    channel_id: channel.id,
    is_ephemeral: isEphemeral(message),
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
  }
  return {
    type: 'block_actions',
    ...whoAndWhere(slack, user),
    container,
    trigger_id: triggerId,
    channel: { id: channel.id, name: channelName(channel) },
    // An app is not shown the content of an ephemeral message that was pressed.
    ...(isEphemeral(message) ? {} : { message: shown }),
    state: { values: {} },
    response_url: responseUrl,
    actions: [pressOf(slack, { block, element })],
  }
}
