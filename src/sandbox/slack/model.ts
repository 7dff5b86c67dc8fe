/**
 * The nouns of the local Slack, in Slack's own field names, so that what is stored is what the Web API answers
 * and what a payload carries. Used by every file of this folder and by tests that read messages.
 */

/** A JSON object of which nothing is known yet. */
export type Fields = Record<string, unknown>

export interface Team {
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly enterprise?: { readonly id: string; readonly name: string }
}

export interface Bot {
  readonly userId: string
  readonly botId: string
  readonly appId: string
}

/** https://docs.slack.dev/reference/objects/user-object */
export interface User {
  readonly id: string
  /** Another workspace's id for people from outside (Slack Connect). */
  team_id: string
  name: string
  real_name: string
  tz?: string
  deleted: boolean
  is_bot: boolean
  is_restricted: boolean
  is_ultra_restricted: boolean
  is_stranger: boolean
  profile: { real_name: string; display_name: string; email?: string }
}

/** https://docs.slack.dev/reference/objects/usergroup-object */
export interface Group {
  readonly id: string
  name: string
  handle: string
  users: string[]
  /** Disabled groups are left out of `usergroups.list` unless asked for. */
  disabled: boolean
}

export interface Channel {
  readonly id: string
  readonly kind: 'public' | 'private' | 'dm'
  name: string
  members: string[]
  /** The bot was invited. */
  has_bot: boolean
  is_archived: boolean
  is_ext_shared: boolean
  /** The person on the other side of a direct message. */
  user?: string
}

export type Block = Fields & { type: string; block_id?: string }
export type Element = Fields & { type: string; action_id?: string }

/** https://docs.slack.dev/reference/events/message */
export interface Message {
  readonly type: 'message'
  readonly channel: string
  readonly ts: string
  readonly user: string
  readonly team: string
  readonly bot_id?: string
  readonly app_id?: string
  text: string
  blocks?: Block[]
  attachments?: Fields[]
  thread_ts?: string
  /** A reply that is also shown in the channel. */
  subtype?: 'thread_broadcast'
  metadata?: Metadata
  edited?: { user: string; ts: string }
}

export interface Metadata {
  event_type: string
  event_payload: Fields
}

/** A message that only one person sees; Slack's API can neither list nor update it. */
export interface Ephemeral extends Message {
  readonly is_ephemeral: true
  readonly to: string
  /** How it came; `slack` is Slack's own word that the app did not answer. */
  readonly from: 'acknowledgement' | 'response_url' | 'chat.postEphemeral' | 'slack'
}

/** Something Slack lets pass that a careful app does not do; tests assert that there are none. */
export interface Warning {
  readonly method: string
  readonly says: string
  readonly channel?: string
  readonly ts?: string
}

/** What a message consists of, checked against every limit. */
export interface Content {
  readonly text: string
  readonly blocks?: Block[]
  readonly attachments?: Fields[]
  readonly truncated: boolean
}

/** What an app may say of a view, checked against every limit. */
export interface ViewContent {
  readonly type: 'modal' | 'home'
  readonly blocks: Block[]
  readonly title?: Fields
  readonly submit?: Fields
  readonly close?: Fields
  readonly private_metadata?: string
  readonly callback_id?: string
  readonly external_id?: string
  readonly notify_on_close?: boolean
  readonly clear_on_close?: boolean
}

/** By block id, then by action id: what a person has typed or chosen so far. */
export type Values = Record<string, Record<string, Fields>>

/** https://docs.slack.dev/reference/views: a modal or a Home tab of one person. */
export interface View {
  readonly id: string
  readonly team_id: string
  readonly app_id: string
  readonly app_installed_team_id: string
  readonly bot_id: string
  readonly type: 'modal' | 'home'
  readonly root_view_id: string
  readonly previous_view_id: string | null
  /** `null` of a Home tab, which has none. */
  title: Fields | null
  submit: Fields | null
  close: Fields | null
  blocks: Block[]
  private_metadata: string
  callback_id: string
  external_id: string
  notify_on_close: boolean
  clear_on_close: boolean
  state: { values: Values }
  /** Another one after every change that the app made. */
  hash: string
}
