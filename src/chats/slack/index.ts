/** Slack, as the registry lists it: a chat and a directory with the same settings. */
import type { ChatKind, DirectoryKind } from '../../ports.ts'
import { connectChat } from './connect-chat.ts'
import { classify, connectDirectory } from './directory.ts'
import { fromEnv, type SlackSettings } from './settings.ts'
import { starter } from './starter.ts'

export const slackChat: ChatKind<SlackSettings> = { kind: 'slack', starter, fromEnv, connect: connectChat }

export const slackDirectory: DirectoryKind<SlackSettings> = {
  kind: 'slack',
  fromEnv,
  classify,
  connect: connectDirectory,
}
