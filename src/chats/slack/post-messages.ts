/**
 * Messages that stay: send, redraw, find again. Called by deliveries, which keep where a message stands and
 * retry; nothing is retried here, and every call waits its turn.
 */
import { z } from 'zod'
import { Fault } from '../../domain/fault.ts'
import type { Place } from '../../domain/model.ts'
import type { Call, Chat, Destination, Posted } from '../../ports.ts'
import type { GuardChannel } from './guard-channels.ts'
import type { Installation } from './installation.ts'
import type { Pace, Rank } from './pace.ts'
import { renderCard } from './render-card.ts'
import { slackErrorOf, translate } from './to-fault.ts'
import type { Api } from './web-client.ts'

const EVENT_TYPE = 'curfew'
/** Open direct messages remembered; their ids never change. */
const CONVERSATIONS_MAX = 10_000
const PAGE = 100
const PAGES_MAX = 10
/** Slack's clock and ours may differ by this, ms. */
const CLOCKS_DIFFER_MS = 60_000

/** The message can never be redrawn: platforms call these terminal (docs.slack.dev, chat.update). */
const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'channel_not_found',
  'is_inactive',
  'edit_window_closed',
  'not_in_channel',
  'is_archived',
])

/** Nothing in a text becomes a link or a mention that we did not make; `chat.update` has other defaults. */
const AS_WRITTEN = { parse: 'none', link_names: false } as const

const ownMessage = z.object({
  ts: z.string(),
  bot_id: z.string(),
  metadata: z.object({ event_type: z.literal(EVENT_TYPE), event_payload: z.object({ key: z.string() }) }),
})

/** A thread is read later; whoever gets a first card is waiting for it. */
const rankOf = ({ kind }: Place, stands: boolean): Rank => {
  if (kind === 'thread') return 'audit'
  return stands ? 'people' : 'new'
}

/** What is told under a card of approvers asks something of them: they are to see it without opening the thread. */
const threadOf = ({ place, under }: Destination) =>
  under === undefined ? {} : { thread_ts: under.id, ...(place.kind === 'card' && { reply_broadcast: true }) }

interface Posting {
  readonly api: Api
  readonly at: Installation
  readonly inTurn: Pace
  readonly guard: GuardChannel
}

export const postMessages = ({ api, at, inTurn, guard }: Posting): Pick<Chat, 'send' | 'update' | 'find'> => {
  const conversations = new Map<string, string>()

  const openConversation = async (person: string, call: Call): Promise<string> => {
    const known = conversations.get(person)
    if (known !== undefined) return known
    const answer = await inTurn({ method: 'conversations.open', rank: 'new', call }, () =>
      translate({ writes: false, about: person }, () =>
        api(call.signal).conversations.open({ users: person }),
      ),
    )
    const id = answer.channel?.id
    if (!id) throw new Fault('retry', 'Slack opened a direct message without saying where.')
    if (conversations.size >= CONVERSATIONS_MAX) conversations.clear()
    conversations.set(person, id)
    return id
  }

  const channelOf = async ({ place, under }: Destination, call: Call): Promise<string> => {
    if (under) return under.channel
    return place.kind === 'dm' ? openConversation(place.to, call) : place.to
  }

  return {
    send: async (to, card, key, call) => {
      const channel = await channelOf(to, call)
      if (to.place.kind !== 'dm') await guard(channel, call)
      const rank = rankOf(to.place, to.under !== undefined)
      const answer = await inTurn({ method: 'chat.postMessage', channel, rank, call }, () =>
        translate({ writes: true, about: channel }, () =>
          api(call.signal).chat.postMessage({
            channel,
            ...renderCard(card),
            ...AS_WRITTEN,
            ...threadOf(to),
            metadata: { event_type: EVENT_TYPE, event_payload: { key } },
            unfurl_links: false,
            unfurl_media: false,
          }),
        ),
      )
      if (!answer.ts) throw new Fault('unknown', 'Slack took a message without saying where it stands.')
      return { channel: answer.channel ?? channel, id: answer.ts }
    },

    // Without `metadata` the message keeps its own, and with it the key that it is found by.
    update: async (place, posted, card, call) => {
      const { channel, id: ts } = posted
      try {
        if (place.kind !== 'dm') await guard(channel, call)
        await inTurn({ method: 'chat.update', rank: rankOf(place, true), call }, () =>
          translate({ writes: true, about: channel }, () =>
            api(call.signal).chat.update({ channel, ts, ...renderCard(card), ...AS_WRITTEN }),
          ),
        )
        return 'done'
      } catch (fault) {
        if (GONE.has(slackErrorOf(fault) ?? '')) return 'gone'
        throw fault
      }
    },

    find: async (to, key, since, call) => {
      const channel = await channelOf(to, call)
      const oldest = ((since - CLOCKS_DIFFER_MS) / 1_000).toFixed(6)
      const rank = rankOf(to.place, to.under !== undefined)
      const pages = pagesOf(api, inTurn, { channel, oldest, under: to.under, rank, call })
      try {
        return await findIn(pages, (message) => {
          const own = ownMessage.safeParse(message)
          const ours =
            own.success && own.data.bot_id === at.botId && own.data.metadata.event_payload.key === key
          return ours ? { channel, id: own.data.ts } : undefined
        })
      } catch (fault) {
        if (slackErrorOf(fault) === 'missing_scope') return 'cannot tell'
        throw fault
      }
    },
  }
}

interface Look {
  readonly channel: string
  /** A Slack timestamp. */
  readonly oldest: string
  readonly under: Posted | undefined
  readonly rank: Rank
  readonly call: Call
}

/** Messages of a channel or a thread, and where they go on. */
type Pages = (
  cursor: string | undefined,
) => Promise<{ messages: readonly unknown[]; next?: string | undefined }>

const pagesOf =
  (api: Api, inTurn: Pace, { channel, oldest, under, rank, call }: Look): Pages =>
  async (cursor) => {
    const web = api(call.signal)
    const ask = { channel, oldest, limit: PAGE, include_all_metadata: true, ...(cursor && { cursor }) }
    const method = under ? 'conversations.replies' : 'conversations.history'
    const answer = await inTurn({ method, rank, call }, () =>
      translate({ writes: false, about: channel }, () =>
        under ? web.conversations.replies({ ...ask, ts: under.id }) : web.conversations.history(ask),
      ),
    )
    return { messages: answer.messages ?? [], next: answer.response_metadata?.next_cursor }
  }

/** Walks a channel or a thread; `cannot tell` where it is too long to walk. */
const findIn = async (
  pages: Pages,
  match: (message: unknown) => Posted | undefined,
): Promise<Posted | 'absent' | 'cannot tell'> => {
  let cursor: string | undefined
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { messages, next } = await pages(cursor)
    for (const message of messages) {
      const found = match(message)
      if (found) return found
    }
    cursor = next
    if (!cursor) return 'absent'
  }
  return 'cannot tell'
}
