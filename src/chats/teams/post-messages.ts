/**
 * Messages that stay: send and redraw. Called by deliveries, which keep where a message stands and retry; nothing is
 * retried here, and every call waits its turn.
 */
import { z } from 'zod'
import type { Place } from '../../domain/model.ts'
import type { Call, Chat, Destination } from '../../ports.ts'
import { type Connector, read } from './connector.ts'
import type { Pace, Rank } from './pace.ts'
import { renderMessage } from './render-card.ts'
import type { TeamsSettings } from './settings.ts'
import { refusalOf } from './to-fault.ts'

/** Personal chats remembered; their ids never change. */
const CONVERSATIONS_MAX = 10_000

const THREAD = ';messageid='
const created = z.object({ id: z.string().min(1), activityId: z.string().min(1) })
const named = z.object({ id: z.string().min(1) })

/** A channel has reply chains, other conversations do not: what is told under a card stands below it there. */
const isChannel = (conversation: string): boolean => /^19:[^;]+@thread\.(?:tacv2|skype)$/.test(conversation)

/** The reply chain of a post in a channel; elsewhere the conversation itself. */
const chainOf = (channel: string, root: string): string =>
  isChannel(channel) ? `${channel}${THREAD}${root}` : channel

/** A thread is read later; whoever gets a first card is waiting for it. */
const rankOf = ({ kind }: Place, stands: boolean): Rank => {
  if (kind === 'thread') return 'audit'
  return stands ? 'people' : 'new'
}

interface Posting {
  readonly connector: Connector
  readonly inTurn: Pace
  readonly settings: TeamsSettings
}

/** Opens the personal chat with somebody, met before or not: its id. */
export type OpenPersonal = (person: string, call: Pick<Call, 'signal'>) => Promise<string>

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages: by Entra object id. */
export const openPersonalChats = ({ connector, settings }: Omit<Posting, 'inTurn'>): OpenPersonal => {
  const { appId, tenantId } = settings
  const known = new Map<string, string>()
  return async (person, { signal }) => {
    const open = known.get(person)
    if (open !== undefined) return open
    const errand = { writes: false, about: person }
    const answer = await connector({
      ...errand,
      method: 'POST',
      path: ['conversations'],
      body: {
        isGroup: false,
        bot: { id: `28:${appId}` },
        members: [{ id: person }],
        tenantId,
        channelData: { tenant: { id: tenantId } },
      },
      signal,
    })
    const { id } = read(named, answer, errand)
    if (known.size >= CONVERSATIONS_MAX) known.clear()
    known.set(person, id)
    return id
  }
}

export const postMessages = (
  { connector, inTurn, settings }: Posting,
  openPersonal: OpenPersonal,
): Pick<Chat, 'send' | 'update' | 'find'> => {
  const { tenantId } = settings

  const conversationOf = ({ place, under }: Destination, call: Call): string | Promise<string> => {
    if (under) return under.channel
    return place.kind === 'dm' ? openPersonal(place.to, call) : place.to
  }

  const startPost = async (channel: string, activity: object, call: Call): Promise<string> => {
    const errand = { writes: true, about: channel }
    const body = { isGroup: true, channelData: { channel: { id: channel } }, tenantId, activity }
    const answer = await connector({
      ...errand,
      method: 'POST',
      path: ['conversations'],
      body,
      signal: call.signal,
    })
    return read(created, answer, errand).activityId
  }

  const add = async (conversation: string, activity: object, call: Call): Promise<string> => {
    const errand = { writes: true, about: conversation }
    const path = ['conversations', conversation, 'activities']
    const answer = await connector({ ...errand, method: 'POST', path, body: activity, signal: call.signal })
    return read(named, answer, errand).id
  }

  return {
    send: async (to, card, _key, call) => {
      const channel = await conversationOf(to, call)
      const rank = rankOf(to.place, to.under !== undefined)
      const activity = renderMessage(card)
      const id = await inTurn({ conversation: channel, rank, call }, () =>
        to.under === undefined && isChannel(channel)
          ? startPost(channel, activity, call)
          : add(to.under === undefined ? channel : chainOf(channel, to.under.id), activity, call),
      )
      return { channel, id }
    },

    update: async (place, { channel, id }, card, call) => {
      const path = ['conversations', chainOf(channel, id), 'activities', id]
      const ask = {
        writes: true,
        about: channel,
        method: 'PUT',
        path,
        body: { ...renderMessage(card), id },
      } as const
      try {
        await inTurn({ conversation: channel, rank: rankOf(place, true), call }, () =>
          connector({ ...ask, signal: call.signal }),
        )
        return 'done'
      } catch (fault) {
        // Gone, or where nothing of ours is redrawn any more: the app was removed, the team archived.
        if ([403, 404].includes(refusalOf(fault)?.status ?? 0)) return 'gone'
        throw fault
      }
    },

    // A bot may not read what stands in a conversation, so that a line may come twice, under its one number.
    find: async () => 'cannot tell',
  }
}
