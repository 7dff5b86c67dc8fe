/** Microsoft Teams, as the registry lists it. Its SDK is large, and is loaded only where Teams is set up. */
import type { ChatKind } from '../../ports.ts'
import { fromEnv, type TeamsSettings } from './settings.ts'
import { starter } from './starter.ts'

export const teamsChat: ChatKind<TeamsSettings> = {
  kind: 'teams',
  starter,
  fromEnv,
  prepare: async () => void (await import('./connect-chat.ts')),
  connect: async (settings, tools) => (await import('./connect-chat.ts')).connectChat(settings, tools),
}
