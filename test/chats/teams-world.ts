/**
 * A bot's side of Microsoft Teams for tests: the plug-in with its route, connected to a local Teams, whose tokens it really
 * verifies. Everything it starts is stopped by `stop`.
 */
import { teamsChat } from '../../src/chats/teams/index.ts'
import type { TeamsSettings } from '../../src/chats/teams/settings.ts'
import type { Chat, Clock, Log } from '../../src/ports.ts'
import { type LocalTeams, startLocalTeams } from '../fixtures/local-teams/local-teams.ts'
import { type BotSide, realClock, SILENT, startBotSide } from './bot-side.ts'

export interface World extends Omit<BotSide, 'receiving'> {
  readonly teams: LocalTeams
  readonly chat: Chat
}

interface Wishes {
  readonly clock?: Clock
  readonly log?: Log
}

export const settingsFor = ({ env }: Pick<LocalTeams, 'env'>): TeamsSettings => {
  const found = teamsChat.fromEnv(env)
  if (found === undefined || !('settings' in found)) throw new Error('the local Teams lacks settings')
  return found.settings
}

/** Ana and Bob in the channels `dbas` and `audit`, with the app in both and installed for each of them. */
export const startWorld = async ({ clock = realClock, log = SILENT }: Wishes = {}): Promise<World> => {
  const teams = await startLocalTeams()
  for (const name of ['ana', 'bob']) teams.addPerson({ name })
  for (const name of ['dbas', 'audit']) teams.addChannel({ name, members: ['ana', 'bob'] })
  const { receiving, ...bot } = await startBotSide()
  const stop = async () => {
    await bot.stop()
    await teams.stop()
  }
  try {
    const chat = await teamsChat.connect(settingsFor(teams), { log, clock, receiving })
    teams.connectBot(`${bot.url}/api/messages`)
    return {
      ...bot,
      teams,
      chat,
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
