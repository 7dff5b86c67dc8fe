/**
 * The state of one local Slack workspace, put together: people, channels, messages, views, the bot's
 * scopes and what it was warned about. Everything else in this folder works on it.
 */
import { type Changes, createChanges } from './changes.ts'
import { type Channels, createChannels } from './channels.ts'
import { createMessages, type Messages } from './messages.ts'
import type { Bot, Team, Warning } from './model.ts'
import { createPeople, type People } from './people.ts'
import { createTriggers, type Triggers } from './triggers.ts'
import { createViews, type Views } from './views.ts'

export interface Workspace extends People, Channels, Messages, Views, Triggers, Changes {
  readonly team: Team
  readonly bot: Bot
  readonly now: () => number
  /** OAuth scopes of the bot's token; take some away to see `missing_scope`. */
  readonly scopes: Set<string>
  warn(warning: Warning): void
  warnings(): readonly Warning[]
}

/** What the manifest asks for, and the optional `*:history` scopes. */
const SCOPES = [
  'commands',
  'chat:write',
  'im:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
  'channels:history',
  'groups:history',
  'im:history',
] as const

/** `now` answers ms since 1970; messages are stamped with it. */
export const createWorkspace = (team: Team, bot: Bot, now: () => number): Workspace => {
  const changes = createChanges()
  const { changed } = changes
  const people = createPeople(team, bot, changed)
  const channels = createChannels(people, changed)
  const messages = createMessages({ team, bot, people, channels, now, changed })
  const views = createViews({ team, bot, people, now, changed })
  const warnings: Warning[] = []
  return {
    team,
    bot,
    now,
    scopes: new Set(SCOPES),
    warn: (warning) => void warnings.push(warning),
    warnings: () => [...warnings],
    ...changes,
    ...people,
    ...channels,
    ...messages,
    ...views,
    ...createTriggers(now),
  }
}
