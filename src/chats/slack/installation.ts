/** Where the bot token belongs: the workspace or organisation whose people may use Curfew, and the bot itself. */
import type { WebClient } from '@slack/web-api'
import { Fault } from '../../domain/fault.ts'
import { translate } from './to-fault.ts'

export interface Installation {
  readonly team: string
  /** Of Enterprise Grid. */
  readonly enterprise?: string
  /** Installed for the whole organisation, not for one workspace of it. */
  readonly orgWide: boolean
  readonly botId: string
  readonly botUserId: string
  /** What the token may do, where Slack says so. */
  readonly scopes?: readonly string[]
}

/** Asks `auth.test`; a refused token is a permanent fault. */
export const readInstallation = async (web: WebClient): Promise<Installation> => {
  const me = await translate({ writes: false }, () => web.auth.test())
  if (!me.bot_id || !me.user_id || !me.team_id) {
    throw new Fault(
      'permanent',
      'SLACK_BOT_TOKEN is not a bot token: set the "Bot User OAuth Token" (xoxb-…).',
    )
  }
  const scopes = me.response_metadata?.scopes
  return {
    team: me.team_id,
    ...(me.enterprise_id && { enterprise: me.enterprise_id }),
    orgWide: me.is_enterprise_install === true,
    botId: me.bot_id,
    botUserId: me.user_id,
    ...(scopes && { scopes }),
  }
}
