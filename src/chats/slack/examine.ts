/** What `doctor` finds about Slack: the token, its scopes, and every channel Curfew is to write in. Only reads. */
import type { WebClient } from '@slack/web-api'
import { asFault } from '../../domain/fault.ts'
import type { Place } from '../../domain/model.ts'
import type { Call } from '../../ports.ts'
import { sayShared } from './guard-channels.ts'
import { readInstallation } from './installation.ts'
import { translate } from './to-fault.ts'
import type { Api } from './web-client.ts'

/** With the bot's token, and, where Slack reaches us by sockets, with the app's own. */
export interface Apis {
  readonly api: Api
  readonly asApp?: Api
}

const SCOPES = [
  'commands',
  'chat:write',
  'im:write',
  'users:read',
  'users:read.email',
  'usergroups:read',
  'channels:read',
  'groups:read',
]

const examineToken = async (web: WebClient): Promise<readonly string[]> => {
  const { scopes } = await readInstallation(web)
  const lacking = scopes ? SCOPES.filter((scope) => !scopes.includes(scope)) : []
  if (lacking.length === 0) return []
  const names = lacking.join(', ')
  return [
    `The Slack app lacks the scopes ${names}: add them under "OAuth & Permissions" and install the app again.`,
  ]
}

const examineChannel = async (web: WebClient, id: string): Promise<readonly string[]> => {
  const answer = await translate({ writes: false, about: id }, () => web.conversations.info({ channel: id }))
  const channel = answer.channel ?? {}
  const named = channel.name ? `#${channel.name} (${id})` : id
  const lines: string[] = []
  if (channel.is_archived) lines.push(`Channel ${named} is archived: unarchive it, or name another one.`)
  else if (!channel.is_member) {
    lines.push(`Curfew is not in channel ${named}: type \`/invite @curfew\` in that channel.`)
  }
  if (channel.is_ext_shared || channel.is_pending_ext_shared) {
    lines.push(sayShared(named))
  }
  return lines
}

/** Asks for the address of a socket and opens none: whoever opens one takes gestures away from the bot. */
const examineAppToken = async (web: WebClient): Promise<readonly string[]> => {
  await translate({ writes: false, asApp: true }, () => web.apps.connections.open())
  return []
}

/** One line per problem, each saying what to do; faults become lines, too. */
export const examine = async (
  { api, asApp }: Apis,
  places: readonly Place[],
  call: Call,
): Promise<readonly string[]> => {
  const web = api(call.signal)
  const asLine = (thrown: unknown): readonly string[] => [asFault(thrown).message]
  try {
    const token = await examineToken(web)
    const appToken = asApp ? await examineAppToken(asApp(call.signal)).catch(asLine) : []
    const channels = new Set(places.flatMap((place) => (place.kind === 'dm' ? [] : [place.to])))
    const lines = await Promise.all([...channels].map((id) => examineChannel(web, id).catch(asLine)))
    return [...new Set([...token, ...appToken, ...lines.flat()])]
  } catch (thrown) {
    return asLine(thrown)
  }
}
