/** What Slack sends to an app when a person uses a view, a shortcut, or when something happens in the workspace. */
import { randomBytes } from 'node:crypto'
import type { Field } from './input-values.ts'
import type { Fields, User, View } from './model.ts'
import { type Found, pressOf, stampOf, whoAndWhere } from './payloads.ts'
import type { Workspace } from './workspace.ts'

const container = ({ id }: View) => ({ type: 'view', view_id: id })

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission */
export const viewSubmissionPayload = (
  slack: Workspace,
  user: User,
  view: View,
  trigger_id: string,
): Fields => ({
  type: 'view_submission',
  ...whoAndWhere(slack, user),
  trigger_id,
  view: structuredClone(view),
  response_urls: [],
})

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_closed */
export const viewClosedPayload = (slack: Workspace, user: User, view: View, is_cleared: boolean): Fields => ({
  type: 'view_closed',
  ...whoAndWhere(slack, user),
  view: structuredClone(view),
  is_cleared,
})

const actionsPayload = (
  slack: Workspace,
  user: User,
  view: View,
  trigger_id: string,
  action: Fields,
): Fields => ({
  type: 'block_actions',
  ...whoAndWhere(slack, user),
  container: container(view),
  trigger_id,
  view: structuredClone(view),
  actions: [action],
})

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: no channel and no response url. */
export const viewPressPayload = (
  slack: Workspace,
  user: User,
  view: View,
  trigger_id: string,
  found: Found,
): Fields => actionsPayload(slack, user, view, trigger_id, pressOf(slack, found))

/** As {@link viewPressPayload}, of a field that was filled in. */
export const viewFillPayload = (
  slack: Workspace,
  user: User,
  view: View,
  trigger_id: string,
  { block, element }: Field,
): Fields => {
  const [block_id, action_id] = [String(block.block_id), String(element.action_id)]
  const state = view.state.values[block_id]?.[action_id]
  return actionsPayload(slack, user, view, trigger_id, {
    ...structuredClone(state),
    block_id,
    action_id,
    action_ts: stampOf(slack),
  })
}

/** https://docs.slack.dev/reference/interaction-payloads/block_suggestion-payload */
export const suggestionPayload = (
  slack: Workspace,
  user: User,
  view: View,
  { block, element }: Field,
  value: string,
): Fields => ({
  type: 'block_suggestion',
  ...whoAndWhere(slack, user),
  container: container(view),
  action_id: element.action_id,
  block_id: block.block_id,
  value,
  view: structuredClone(view),
})

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export const shortcutPayload = (
  slack: Workspace,
  user: User,
  callback_id: string,
  trigger_id: string,
): Fields => ({
  type: 'shortcut',
  ...whoAndWhere(slack, user),
  callback_id,
  trigger_id,
  action_ts: stampOf(slack),
})

/** https://docs.slack.dev/apis/events-api#event-structure; without an id the event gets one of its own. */
export const eventPayload = (
  slack: Workspace,
  event: Fields,
  event_id = `Ev0${randomBytes(4).toString('hex').toUpperCase()}`,
): Fields => ({
  token: 'not-for-authentication',
  team_id: slack.team.id,
  context_team_id: slack.team.id,
  context_enterprise_id: slack.team.enterprise?.id ?? null,
  api_app_id: slack.bot.appId,
  event: { event_ts: stampOf(slack), ...event },
  type: 'event_callback',
  event_id,
  event_time: Math.floor(slack.now() / 1_000),
  authorizations: [
    {
      enterprise_id: slack.team.enterprise?.id ?? null,
      team_id: slack.team.id,
      user_id: slack.bot.userId,
      is_bot: true,
      is_enterprise_install: false,
    },
  ],
  is_ext_shared_channel: false,
})
