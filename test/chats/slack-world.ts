/**
 * A bot's side of Slack for tests: one real HTTP server with the plug-in's route, connected to a local Slack.
 * Everything it starts is stopped by `stop`.
 */
import { slackChat } from '../../src/chats/slack/index.ts'
import type { Place } from '../../src/domain/model.ts'
import type { Chat, Clock, Log, Posted } from '../../src/ports.ts'
import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from '../../src/sandbox/slack/local-slack.ts'
import { asked, type BotSide, call, realClock, SILENT, startBotSide } from './bot-side.ts'

export { asked, call, manualClock, REQUEST, realClock, SILENT, say } from './bot-side.ts'

export interface World extends Omit<BotSide, 'receiving' | 'url'> {
  readonly slack: LocalSlack
  readonly chat: Chat
  /** Sends {@link asked} to a channel. */
  sendCard(channel: string): Promise<Posted>
}

export type By = 'http' | 'sockets'

interface Wishes {
  /** How Slack reaches the bot. Default: http. */
  readonly by?: By
  readonly slack?: LocalSlackOptions
  readonly clock?: Clock
  readonly log?: Log
}

export const settingsFor = ({ botToken, appToken, signingSecret, apiUrl }: LocalSlack, by: By) => ({
  token: botToken,
  apiUrl,
  receives: by === 'http' ? ({ by, signingSecret } as const) : ({ by, appToken } as const),
})

/** Ana and Bob in `#dbas` and `#audit`, with the bot; a message with a button can be sent by `chat.send`. */
export const startWorld = async (wishes: Wishes = {}): Promise<World> => {
  const slack = await startLocalSlack({ ...wishes.slack, socketMode: wishes.by === 'sockets' })
  for (const name of ['ana', 'bob']) slack.addUser({ name })
  for (const name of ['dbas', 'audit']) slack.addChannel({ name, members: ['ana', 'bob'] })
  const { url, receiving, ...bot } = await startBotSide()
  const stop = async () => {
    await bot.stop()
    await slack.stop()
  }
  try {
    const chat = await slackChat.connect(settingsFor(slack, wishes.by ?? 'http'), {
      log: wishes.log ?? SILENT,
      clock: wishes.clock ?? realClock,
      receiving,
    })
    slack.connectBot(`${url}/slack/events`)
    return {
      ...bot,
      slack,
      chat,
      sendCard: (channel) => {
        const place: Place = { chat: 'slack', kind: 'card', to: slack.channel(channel).id }
        return chat.send({ place }, asked, 'key', call())
      },
      stop: async () => {
        await chat.close()
        await stop()
      },
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}
