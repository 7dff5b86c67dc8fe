/** `chat.*` of the local Slack. Source of the rules: https://docs.slack.dev/reference/methods/chat.postMessage */
import { ApiError } from '../api-error.ts'
import type { Args } from '../faults.ts'
import type { Channel, Content, Fields, Message } from '../model.ts'
import { checkContent, checkMetadata } from '../validate-blocks.ts'
import type { Workspace } from '../workspace.ts'
import { type Method, need, needScope, seeChannel } from './method.ts'

/** Posting takes a channel's id or name, or a person's id, which means the direct message with them. */
const reachChannel = (slack: Workspace, to: string): Channel => {
  if (/^[UW]/.test(to)) {
    const user = slack.users().find((one) => one.id === to)
    if (!user || user.deleted || user.is_bot) throw new ApiError('channel_not_found')
    return slack.openDm(user.id)
  }
  const channel = seeChannel(slack, slack.findChannel(to)?.id ?? to)
  if (channel.is_archived) throw new ApiError('is_archived')
  if (!channel.has_bot && !slack.scopes.has('chat:write.public')) throw new ApiError('not_in_channel')
  return channel
}

/** Slack lets it pass, but notifications and screen readers then have nothing to say. */
const warnIfMute = (slack: Workspace, method: string, content: Content, at: Fields): void => {
  if (content.blocks && content.text.trim() === '') slack.warn({ method, says: 'blocks without text', ...at })
}

const checkThread = (slack: Workspace, channel: Channel, ts: string | undefined): void => {
  if (ts === undefined) return
  if (!/^\d{10}\.\d{6}$/.test(ts)) throw new ApiError('invalid_thread_ts')
  const says = 'a reply to a message that does not exist: nobody sees it'
  if (!slack.find(channel.id, ts)) slack.warn({ method: 'chat.postMessage', says, channel: channel.id, ts })
}

/** The message as the Web API shows it: without the channel, which stands beside it. */
const show = ({ channel: _, ...message }: Message): Fields => message

const cutWarning = (content: Content): Fields =>
  content.truncated
    ? { warning: 'message_truncated', response_metadata: { warnings: ['message_truncated'] } }
    : {}

const postMessage: Method = (args, slack) => {
  needScope(slack, 'chat:write')
  const channel = reachChannel(slack, need(args, 'channel'))
  const content = checkContent(args)
  const metadata = checkMetadata(args.metadata)
  const thread_ts = args.thread_ts || undefined
  checkThread(slack, channel, thread_ts)
  const message = slack.post({
    channel: channel.id,
    content,
    broadcast: args.reply_broadcast === 'true',
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(metadata ? { metadata } : {}),
  })
  warnIfMute(slack, 'chat.postMessage', content, { channel: channel.id, ts: message.ts })
  return { channel: channel.id, ts: message.ts, message: show(message), ...cutWarning(content) }
}

/** Text without blocks takes the blocks away; what is not mentioned at all stays. */
const pickBlocks = (args: Args, content: Content) => {
  if (content.blocks) return { blocks: content.blocks }
  return args.text ? { blocks: null } : {}
}

const update: Method = (args, slack) => {
  needScope(slack, 'chat:write')
  const channel = seeChannel(slack, need(args, 'channel'))
  const ts = need(args, 'ts')
  if (channel.is_archived) throw new ApiError('is_archived')
  if (!channel.has_bot) throw new ApiError('not_in_channel')
  const message = slack.find(channel.id, ts)
  if (!message) throw new ApiError('message_not_found')
  if (message.bot_id !== slack.bot.botId) throw new ApiError('cant_update_message')
  const content = checkContent(args)
  const metadata = checkMetadata(args.metadata)
  warnIfMute(slack, 'chat.update', content, { channel: channel.id, ts })
  if (args.text && !content.blocks && message.blocks)
    slack.warn({
      method: 'chat.update',
      says: 'text without blocks: the card is gone',
      channel: channel.id,
      ts,
    })
  const edited = slack.edit(channel.id, ts, {
    ...(args.text === undefined ? {} : { text: content.text }),
    ...pickBlocks(args, content),
    ...(content.attachments ? { attachments: content.attachments } : {}),
    ...(metadata === undefined ? {} : { metadata }),
  })
  return { channel: channel.id, ts, text: edited.text, message: show(edited), ...cutWarning(content) }
}

const postEphemeral: Method = (args, slack) => {
  needScope(slack, 'chat:write')
  const channel = reachChannel(slack, need(args, 'channel'))
  const user = slack.users().find((one) => one.id === need(args, 'user'))
  if (!user || !channel.members.includes(user.id)) throw new ApiError('user_not_in_channel')
  const content = checkContent(args)
  const thread_ts = args.thread_ts || undefined
  const told = slack.tell(user.id, 'chat.postEphemeral', {
    channel: channel.id,
    content,
    ...(thread_ts === undefined ? {} : { thread_ts }),
  })
  warnIfMute(slack, 'chat.postEphemeral', content, { channel: channel.id, ts: told.ts })
  return { message_ts: told.ts }
}

const getPermalink: Method = (args, slack) => {
  const channel = seeChannel(slack, need(args, 'channel'))
  const message = slack.find(channel.id, need(args, 'message_ts'))
  if (!message) throw new ApiError('message_not_found')
  const base = `https://${slack.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`
  const thread = message.thread_ts ? `?thread_ts=${message.thread_ts}&cid=${channel.id}` : ''
  return { channel: channel.id, permalink: base + thread }
}

export const chatMethods: Readonly<Record<string, Method>> = {
  'chat.postMessage': postMessage,
  'chat.update': update,
  'chat.postEphemeral': postEphemeral,
  'chat.getPermalink': getPermalink,
}
