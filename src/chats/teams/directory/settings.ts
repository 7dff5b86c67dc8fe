/** What the directory needs to know beyond what the chat does: where Microsoft Graph is. Called before anything connects. */
import type { FromEnv } from '../../../ports.ts'
import { fromEnv as chatFromEnv, type TeamsSettings } from '../settings.ts'

export interface DirectorySettings extends TeamsSettings {
  /** Without a version and without a `/` at the end. */
  readonly graphUrl: string
}

const PUBLIC = 'https://graph.microsoft.com'
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Tokens travel there: nothing but https, or this machine. */
const isSafe = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, search, hash } = new URL(url)
  return (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) && search + hash === ''
}

export const fromEnv = (env: Readonly<Record<string, string | undefined>>): FromEnv<DirectorySettings> => {
  const found = chatFromEnv(env)
  if (found === undefined) return undefined
  const graphUrl = env.TEAMS_GRAPH_URL?.trim() || PUBLIC
  const wrong = isSafe(graphUrl)
    ? []
    : ['TEAMS_GRAPH_URL (an https address, such as https://graph.microsoft.us)']
  if (!('settings' in found)) return { missing: [...found.missing, ...wrong] }
  if (wrong.length > 0) return { missing: wrong }
  return { settings: { ...found.settings, graphUrl: graphUrl.replace(/\/+$/, '') } }
}
