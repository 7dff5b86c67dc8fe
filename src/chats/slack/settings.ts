/** What Curfew needs to know to talk to Slack, read from the environment. Called before anything connects. */
import type { FromEnv } from '../../ports.ts'

export interface SlackSettings {
  /** The bot token, `xoxb-…`. */
  readonly token: string
  /** How Slack reaches us: by sockets that we open (`xapp-…`), or by signed HTTP. */
  readonly receives:
    | { readonly by: 'sockets'; readonly appToken: string }
    | { readonly by: 'http'; readonly signingSecret: string }
  /** Another Web API than slack.com's (GovSlack, a stand-in); ends in `/api/`. */
  readonly apiUrl?: string
}

type Env = Readonly<Record<string, string | undefined>>

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The token travels there: nothing but https, or this machine. */
const isApiUrl = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, pathname, search, hash } = new URL(url)
  const secure = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
  return secure && pathname.endsWith('/api/') && search === '' && hash === ''
}

/** Settings when the secrets are there, the names of what is missing or wrong, `undefined` when nothing is set. */
export const fromEnv = (env: Env): FromEnv<SlackSettings> => {
  const token = env.SLACK_BOT_TOKEN?.trim()
  const receives = readReceives(env)
  const apiUrl = env.SLACK_API_URL?.trim()
  if (!token && !receives && !apiUrl) return undefined

  const missing: string[] = []
  if (!token) missing.push('SLACK_BOT_TOKEN')
  if (!receives) missing.push('SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET, for HTTP)')
  if (apiUrl && !isApiUrl(apiUrl)) {
    missing.push('SLACK_API_URL (an https address, or http on this machine, that ends in /api/)')
  }
  if (!token || !receives || missing.length > 0) return { missing }
  return { settings: { token, receives, ...(apiUrl && { apiUrl }) } }
}

/** Socket Mode is the default: where both are set, nothing has to be reachable from outside. */
const readReceives = (env: Env): SlackSettings['receives'] | undefined => {
  const appToken = env.SLACK_APP_TOKEN?.trim()
  const signingSecret = env.SLACK_SIGNING_SECRET?.trim()
  if (appToken) return { by: 'sockets', appToken }
  return signingSecret ? { by: 'http', signingSecret } : undefined
}
