/** `conversations.*` of the local Slack. https://docs.slack.dev/reference/methods/conversations.history */
import { ApiError } from '../api-error.ts'
import type { Args } from '../faults.ts'
import type { Channel, Fields, Message } from '../model.ts'
import type { Workspace } from '../workspace.ts'
import { type Method, need, needChannelScope, needScope, paginate, seeChannel } from './method.ts'

const HISTORY_PAGE = 999
const HISTORY_DEFAULT = '100'

const describe = (channel: Channel): Fields => ({
  id: channel.id,
  is_channel: channel.kind === 'public',
  is_group: channel.kind === 'private',
  is_im: channel.kind === 'dm',
  is_private: channel.kind !== 'public',
  is_archived: channel.is_archived,
  is_ext_shared: channel.is_ext_shared,
  is_shared: channel.is_ext_shared,
  ...(channel.kind === 'dm'
    ? { user: channel.user }
    : { name: channel.name, name_normalized: channel.name, is_member: channel.has_bot }),
})

const open: Method = (args, slack) => {
  needScope(slack, 'im:write')
  const asked = (args.users ?? '').split(',').filter((id) => id !== '')
  if (args.channel) return { channel: describe(seeChannel(slack, args.channel)) }
  if (asked.length === 0) throw new ApiError('users_list_not_supplied')
  if (asked.length > 1) throw new ApiError('not_supported_by_the_local_slack')
  const user = slack.users().find((one) => one.id === asked[0])
  if (!user) throw new ApiError('user_not_found')
  if (user.deleted) throw new ApiError('user_disabled')
  if (user.is_bot) throw new ApiError('cannot_dm_bot')
  const known = slack.findDm(user.id)
  const channel = known ?? slack.openDm(user.id)
  const already = known ? { no_op: true, already_open: true } : {}
  return { ...already, channel: args.return_im === 'true' ? describe(channel) : { id: channel.id } }
}

const info: Method = (args, slack) => {
  const channel = seeChannel(slack, need(args, 'channel'))
  needChannelScope(slack, channel, 'read')
  const count = args.include_num_members === 'true' ? { num_members: peopleIn(channel, slack).length } : {}
  return { channel: { ...describe(channel), ...count } }
}

const SCOPE_OF: Readonly<Record<string, readonly [Channel['kind'], string]>> = {
  public_channel: ['public', 'channels:read'],
  private_channel: ['private', 'groups:read'],
}

/** Public ones unless other types are asked for; private ones only from inside. */
const list: Method = (args, slack) => {
  const kinds = (args.types ?? 'public_channel').split(',').map((type) => {
    const [kind, scope] = SCOPE_OF[type] ?? []
    if (kind === undefined || scope === undefined) throw new ApiError('not_supported_by_the_local_slack')
    needScope(slack, scope)
    return kind
  })
  const isSeen = ({ kind, has_bot, is_archived }: Channel) =>
    kinds.includes(kind) &&
    (kind === 'public' || has_bot) &&
    !(is_archived && args.exclude_archived === 'true')
  const { page, more } = paginate(slack.channels().filter(isSeen), args, 999)
  return { channels: page.map(describe), ...more }
}

const peopleIn = (channel: Channel, slack: Workspace): string[] =>
  channel.has_bot ? [...channel.members, slack.bot.userId] : channel.members

const members: Method = (args, slack) => {
  const channel = seeChannel(slack, need(args, 'channel'))
  needChannelScope(slack, channel, 'read')
  const { page, more } = paginate(peopleIn(channel, slack), args, 1_000)
  return { members: page, ...more }
}

/** A channel whose messages the bot may read: with the scope, and from inside. */
const readChannel = (args: Args, slack: Workspace): Channel => {
  const channel = seeChannel(slack, need(args, 'channel'))
  needChannelScope(slack, channel, 'history')
  if (!channel.has_bot) throw new ApiError('not_in_channel')
  return channel
}

/** `oldest` and `latest` are exclusive unless `inclusive` is set. Stamps compare as strings of equal length. */
const between =
  (args: Args) =>
  ({ ts }: Message): boolean => {
    const inclusive = args.inclusive === 'true' || args.inclusive === '1'
    const pad = (stamp: string) => stamp.padStart(20, '0')
    const { oldest, latest } = args
    if (inclusive && (ts === oldest || ts === latest)) return true
    return (!oldest || pad(ts) > pad(oldest)) && (!latest || pad(ts) < pad(latest))
  }

const show =
  (args: Args, all: readonly Message[]) =>
  ({ channel: _, metadata, ...message }: Message): Fields => {
    const withMetadata = args.include_all_metadata === 'true' || args.include_all_metadata === '1'
    const replies = all.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts)
    const thread = replies.length > 0 ? { thread_ts: message.ts, reply_count: replies.length } : {}
    return { ...message, ...thread, ...(withMetadata && metadata ? { metadata } : {}) }
  }

const answer = (list: readonly Message[], args: Args, all: readonly Message[]): Fields => {
  const { page, more } = paginate(list, { limit: HISTORY_DEFAULT, ...args }, HISTORY_PAGE)
  const has_more = page.length < list.length && (more.response_metadata as Fields).next_cursor !== ''
  return { messages: page.map(show(args, all)), has_more, ...(has_more ? more : {}) }
}

const history: Method = (args, slack) => {
  const channel = readChannel(args, slack)
  const all = slack.all(channel.id)
  const inChannel = ({ ts, thread_ts, subtype }: Message) =>
    thread_ts === undefined || thread_ts === ts || subtype === 'thread_broadcast'
  return answer([...all.filter(inChannel).filter(between(args))].reverse(), args, all)
}

const replies: Method = (args, slack) => {
  const channel = readChannel(args, slack)
  const all = slack.all(channel.id)
  const asked = slack.find(channel.id, need(args, 'ts'))
  if (!asked) throw new ApiError('thread_not_found')
  const root = asked.thread_ts ?? asked.ts
  const inRange = between(args)
  return answer(
    all.filter((one) => one.ts === root || (one.thread_ts === root && inRange(one))),
    args,
    all,
  )
}

export const conversationsMethods: Readonly<Record<string, Method>> = {
  'conversations.open': open,
  'conversations.info': info,
  'conversations.list': list,
  'conversations.members': members,
  'conversations.history': history,
  'conversations.replies': replies,
}
