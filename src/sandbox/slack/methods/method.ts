/** What a Web API method of the local Slack is, and the checks that several of them share. */
import { ApiError } from '../api-error.ts'
import type { Args } from '../faults.ts'
import type { Channel, Fields } from '../model.ts'
import type { Workspace } from '../workspace.ts'

/** Answers the body beside `ok: true`, or throws an {@link ApiError}. */
export type Method = (args: Args, slack: Workspace) => Fields

/** A field that must be there. Refuses with `invalid_arguments`. */
export const need = (args: Args, name: string): string => {
  const value = args[name]
  if (value) return value
  const messages = [`[ERROR] missing required field: ${name}`]
  throw new ApiError('invalid_arguments', { response_metadata: { messages } })
}

/** Refuses with `missing_scope`, naming what is needed as Slack does. */
export const needScope = (slack: Workspace, scope: string): void => {
  if (slack.scopes.has(scope)) return
  throw new ApiError('missing_scope', { needed: scope, provided: [...slack.scopes].join(',') })
}

const SCOPE_WORD = { public: 'channels', private: 'groups', dm: 'im' } as const

/** The scope `<kind of channel>:<what>`, e.g. `channels:history`. */
export const needChannelScope = (slack: Workspace, channel: Channel, what: string): void =>
  needScope(slack, `${SCOPE_WORD[channel.kind]}:${what}`)

/**
 * A conversation by its real id. A private channel that the bot is not in is not there at all.
 * Refuses with `channel_not_found`.
 */
export const seeChannel = (slack: Workspace, id: string): Channel => {
  const channel = slack.channels().find((one) => one.id === id)
  if (!channel || (channel.kind === 'private' && !channel.has_bot)) throw new ApiError('channel_not_found')
  return channel
}

/** A page of a list, `limit` items from `cursor` on, with Slack's `next_cursor`. */
export const paginate = <T>(items: readonly T[], args: Args, most: number): { page: T[]; more: Fields } => {
  const wanted = Number(args.limit ?? most)
  const size = Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, most) : most
  const from = args.cursor ? Number(Buffer.from(args.cursor, 'base64url').toString()) : 0
  if (!Number.isInteger(from) || from < 0) throw new ApiError('invalid_cursor')
  const to = from + size
  const next_cursor = to < items.length ? Buffer.from(String(to)).toString('base64url') : ''
  return { page: items.slice(from, to), more: { response_metadata: { next_cursor } } }
}
