/**
 * The messages of the local workspace: posts, replies, edits, and what only one person sees. Called by the
 * Web API, the response urls and the drivers; readers get copies, so that a test can keep an old card.
 */
import type { Channels } from './channels.ts'
import { createStamps } from './ids.ts'
import type { Bot, Content, Ephemeral, Fields, Message, Metadata, Team } from './model.ts'
import { nameBlocks } from './name-blocks.ts'
import type { People } from './people.ts'

export interface Post {
  readonly channel: string
  readonly content: Content
  /** A person's id; absent: the bot. */
  readonly user?: string
  readonly thread_ts?: string
  readonly broadcast?: boolean
  readonly metadata?: Metadata
}

export interface Edit {
  readonly text?: string
  readonly blocks?: Message['blocks'] | null
  readonly attachments?: Fields[]
  /** `null` takes it away. */
  readonly metadata?: Metadata | null
}

export interface Messages {
  post(post: Post): Message
  edit(channel: string, ts: string, edit: Edit): Message
  remove(channel: string, ts: string): void
  find(channel: string, ts: string): Message | undefined
  /** Everything in a channel, replies too, oldest first. */
  all(channel: string): readonly Message[]
  tell(to: string, from: Ephemeral['from'], post: Post): Ephemeral
  retell(ts: string, content: Content): void
  untell(ts: string): void
  findEphemeral(ts: string): Ephemeral | undefined
  /** What only this person saw, oldest first. */
  ephemeral(who: string): readonly Ephemeral[]
  /** A channel as it is seen: without replies, oldest first. By id or name. */
  messages(channel: string): readonly Message[]
  /** A message and its replies, oldest first. */
  thread(channel: string, ts: string): readonly Message[]
  /** What stands in the bot's direct message with a person. */
  dm(who: string): readonly Message[]
  /** Everything that was said, as data, and the same back into an empty workspace. */
  keepMessages(): KeptMessages
  restoreMessages(kept: KeptMessages): void
}

export interface KeptMessages {
  readonly said: readonly Message[]
  readonly private: readonly Ephemeral[]
}

export interface Rooms {
  readonly team: Team
  readonly bot: Bot
  readonly people: People
  readonly channels: Channels
  readonly now: () => number
  readonly changed: () => void
}

const isReply = (message: Message) => message.thread_ts !== undefined && message.thread_ts !== message.ts

export const createMessages = ({ team, bot, people, channels, now, changed }: Rooms): Messages => {
  const byChannel = new Map<string, Message[]>()
  const private_ = new Map<string, Ephemeral>()
  const stamp = createStamps(now)

  const build = ({ channel, content, user, thread_ts, broadcast, metadata }: Post): Message => ({
    type: 'message',
    channel,
    ts: stamp(),
    team: team.id,
    ...(user === undefined ? { user: bot.userId, bot_id: bot.botId, app_id: bot.appId } : { user }),
    text: content.text,
    ...(content.blocks ? { blocks: nameBlocks(content.blocks) } : {}),
    ...(content.attachments ? { attachments: content.attachments } : {}),
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(thread_ts !== undefined && broadcast ? { subtype: 'thread_broadcast' as const } : {}),
    ...(metadata ? { metadata } : {}),
  })

  const list = (channel: string) => byChannel.get(channel) ?? []
  const find = (channel: string, ts: string) => list(channel).find((message) => message.ts === ts)
  const shown = (message: Message) => !isReply(message) || message.subtype === 'thread_broadcast'

  return {
    post: (post) => {
      const message = build(post)
      byChannel.set(post.channel, [...list(post.channel), message])
      changed()
      return message
    },
    edit: (channel, ts, { text, blocks, attachments, metadata }) => {
      const message = find(channel, ts)
      if (!message) throw new Error(`no message ${ts} in ${channel}`)
      if (text !== undefined) message.text = text
      if (blocks === null) delete message.blocks
      else if (blocks !== undefined) message.blocks = nameBlocks(blocks)
      if (attachments) message.attachments = attachments
      if (metadata === null) delete message.metadata
      else if (metadata !== undefined) message.metadata = metadata
      message.edited = { user: message.user, ts: stamp() }
      changed()
      return message
    },
    remove: (channel, ts) => {
      byChannel.set(
        channel,
        list(channel).filter((message) => message.ts !== ts),
      )
      changed()
    },
    find,
    all: (channel) => list(channel),
    tell: (to, from, post) => {
      const told: Ephemeral = { ...build(post), is_ephemeral: true, to, from }
      private_.set(told.ts, told)
      changed()
      return told
    },
    retell: (ts, content) => {
      const told = private_.get(ts)
      if (!told) return
      told.text = content.text
      if (content.blocks) told.blocks = nameBlocks(content.blocks)
      else delete told.blocks
      changed()
    },
    untell: (ts) => {
      private_.delete(ts)
      changed()
    },
    findEphemeral: (ts) => private_.get(ts),
    ephemeral: (who) => {
      const id = people.user(who).id
      return structuredClone([...private_.values()].filter((told) => told.to === id))
    },
    messages: (channel) => structuredClone(list(channels.channel(channel).id).filter(shown)),
    thread: (channel, ts) => {
      const inThread = (message: Message) => message.ts === ts || message.thread_ts === ts
      return structuredClone(list(channels.channel(channel).id).filter(inThread))
    },
    dm: (who) => {
      const channel = channels.findDm(who)
      return channel ? structuredClone(list(channel.id).filter(shown)) : []
    },
    keepMessages: () =>
      structuredClone({ said: [...byChannel.values()].flat(), private: [...private_.values()] }),
    restoreMessages: (kept) => {
      for (const message of kept.said) byChannel.set(message.channel, [...list(message.channel), message])
      for (const told of kept.private) private_.set(told.ts, told)
      changed()
    },
  }
}
