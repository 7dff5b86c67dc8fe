/** What Curfew can do, at a glance. A new target, chat, directory or condition is one file and one line here. */
import { slackChat, slackDirectory } from './chats/slack/index.ts'
import { teamsDirectory } from './chats/teams/directory/index.ts'
import { teamsChat } from './chats/teams/index.ts'
import { ticket } from './conditions/ticket.ts'
import { window } from './conditions/window.ts'
import type { Kinds } from './config/kinds.ts'
import { postgres } from './targets/postgres/index.ts'

export const registry: Kinds = {
  targets: [postgres],
  chats: [slackChat, teamsChat],
  directories: [slackDirectory, teamsDirectory],
  conditions: [window, ticket],
}
