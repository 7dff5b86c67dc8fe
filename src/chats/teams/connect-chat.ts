/** Microsoft Teams as a chat: activities in by HTTP, verified by botbuilder; messages out by the connector's REST API. */
import { Fault } from '../../domain/fault.ts'
import type { ChatKind } from '../../ports.ts'
import type { TeamsSettings } from './settings.ts'

export const connectChat: ChatKind<TeamsSettings>['connect'] = async () => {
  throw new Fault('permanent', 'Microsoft Teams is being built.')
}
