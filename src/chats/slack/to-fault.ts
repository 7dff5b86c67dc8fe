/**
 * The one translator of what Slack's SDK throws into faults. Wraps every call to Slack in this folder; its
 * sentences are for operators and never hold a token or an answer's body.
 */
import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
} from '@slack/web-api'
import { Fault } from '../../domain/fault.ts'
import { mayHaveArrived } from '../../infra/may-have-arrived.ts'
import { LIMITED_S } from './web-client.ts'

interface Errand {
  /** It may leave something behind when its answer is lost. */
  readonly writes: boolean
  /** The channel, person or group it is about, for the sentence. */
  readonly about?: string | undefined
  /** It is made with the app-level token. */
  readonly asApp?: true | undefined
}

const REFUSED_TOKEN = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'user_removed_from_team',
  'team_disabled',
  'team_access_not_granted',
  'org_login_required',
  'ekm_access_denied',
  'not_allowed_token_type',
])
/** "It's possible some aspect of the operation succeeded": docs.slack.dev on internal_error. */
const HICCUPS = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])
const LIMITED = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])

/** What an operator does about it, by Slack's error name. */
const MENDS: Readonly<Record<string, (about: string) => string>> = {
  channel_not_found: (id) =>
    `Slack shows Curfew no channel ${id}: check the id, and if it is private type \`/invite @curfew\` in that channel.`,
  not_in_channel: (id) => `Curfew is not in channel ${id}: type \`/invite @curfew\` in that channel.`,
  is_archived: (id) => `Channel ${id} is archived: unarchive it, or name another one.`,
  restricted_action: (id) => `Slack does not let Curfew post in ${id}: change who may post in that channel.`,
  thread_not_found: (id) => `The message that a thread in ${id} hung under is gone.`,
  user_not_found: (id) => `Slack knows nobody by ${id}.`,
  user_disabled: (id) => `${id} is deactivated in Slack.`,
  cannot_dm_bot: (id) => `${id} is a bot, to which Slack lets nobody write.`,
  no_such_subteam: (id) => `Slack has no user group ${id}: check the id.`,
  plan_upgrade_required: () => 'User groups are part of paid Slack plans only: name people instead.',
}

/** Slack's own name for what went wrong, from its error or from a fault made of it. */
export const slackErrorOf = (thrown: unknown): string | undefined => {
  const error = thrown instanceof Fault ? thrown.cause : thrown
  return error instanceof WebAPIPlatformError ? error.data.error : undefined
}

const REFUSES = {
  bot: (name: string) =>
    `Slack refuses SLACK_BOT_TOKEN (${name}): install the app again and set the bot token that it shows.`,
  app: (name: string) =>
    `Slack refuses SLACK_APP_TOKEN (${name}): make an app-level token with the scope connections:write under "Basic Information", and set it.`,
}

const fromPlatform = (error: WebAPIPlatformError, { writes, about, asApp }: Errand): Fault => {
  const name = error.data.error
  const fault = (kind: Fault['kind'], says: string, afterMs?: number) =>
    new Fault(kind, says, afterMs === undefined ? { cause: error } : { cause: error, afterMs })

  if (typeof name !== 'string' || !/^[a-z0-9_]{1,60}$/.test(name)) {
    return new Fault(writes ? 'unknown' : 'retry', 'Slack answered with something that is not JSON.')
  }
  if (LIMITED.has(name)) return fault('retry', 'Slack asks for fewer calls.', LIMITED_S * 1_000)
  if (HICCUPS.has(name))
    return fault(writes ? 'unknown' : 'retry', `Slack had a problem of its own (${name}).`)
  const needed = 'needed' in error.data ? String(error.data.needed) : 'it needs'
  return fault('permanent', sayRefused(name, { about, asApp, needed }))
}

/** What an operator does about a refusal. */
const sayRefused = (
  name: string,
  { about, asApp, needed }: Pick<Errand, 'about' | 'asApp'> & { needed: string },
): string => {
  if (asApp) return REFUSES.app(name)
  if (REFUSED_TOKEN.has(name)) return REFUSES.bot(name)
  if (name === 'missing_scope')
    return `The Slack app lacks the scope ${needed}: add it under "OAuth & Permissions" and install the app again.`
  const mend = MENDS[name]?.(about ?? 'of that name')
  return mend ?? `Slack refused${about === undefined ? '' : ` ${about}`}: ${name}.`
}

const fromNetwork = (error: unknown, { writes }: Errand): Fault => {
  const arrived = mayHaveArrived(error instanceof WebAPIRequestError ? error.original : error)
  return new Fault(
    writes && arrived ? 'unknown' : 'retry',
    'Slack cannot be reached, or did not answer in time.',
    {
      cause: error,
    },
  )
}

const fromHttp = (error: WebAPIHTTPError, { writes }: Errand): Fault => {
  if (error.statusCode >= 500) {
    return new Fault(writes ? 'unknown' : 'retry', `Slack answered with HTTP ${error.statusCode}.`)
  }
  return new Fault(
    'permanent',
    `Slack, or a proxy before it, answered with HTTP ${error.statusCode}: check SLACK_API_URL and the proxy.`,
  )
}

/**
 * 429 → retry with its wait; refused by name → permanent, with what mends it; 5xx, time-out and a cut line →
 * unknown for what writes, retry for what only reads.
 */
const toFault = (thrown: unknown, errand: Errand): Fault => {
  if (thrown instanceof Fault) return thrown
  if (thrown instanceof WebAPIRateLimitedError) {
    return new Fault('retry', 'Slack asks for fewer calls.', {
      afterMs: thrown.retryAfter * 1_000,
      cause: thrown,
    })
  }
  if (thrown instanceof WebAPIPlatformError) return fromPlatform(thrown, errand)
  if (thrown instanceof WebAPIHTTPError) return fromHttp(thrown, errand)
  return fromNetwork(thrown, errand)
}

/** Runs a call to Slack; what it throws arrives as a fault. */
export const translate = async <T>(errand: Errand, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (thrown) {
    throw toFault(thrown, errand)
  }
}
