/** What Curfew needs to know to talk to Slack, read from the environment. Called before anything connects. */
import type { FromEnv } from '../../ports.ts'

export interface SlackSettings {
  /** The bot token, `xoxb-…`. */
  readonly token: string
  readonly signingSecret: string
  /** Another Web API than slack.com's (GovSlack, a stand-in); ends in `/api/`. */
  readonly apiUrl?: string
}

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** The token travels there: nothing but https, or this machine. */
const isApiUrl = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, pathname, search, hash } = new URL(url)
  const secure = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
  return secure && pathname.endsWith('/api/') && search === '' && hash === ''
}

/** Settings when both secrets are there, the names of what is missing or wrong, `undefined` when nothing is set. */
export const fromEnv = (env: Readonly<Record<string, string | undefined>>): FromEnv<SlackSettings> => {
  const token = env.SLACK_BOT_TOKEN?.trim()
  const signingSecret = env.SLACK_SIGNING_SECRET?.trim()
  const apiUrl = env.SLACK_API_URL?.trim()
  if (!token && !signingSecret && !apiUrl) return undefined

  const missing: string[] = []
  if (!token) missing.push('SLACK_BOT_TOKEN')
  if (!signingSecret) missing.push('SLACK_SIGNING_SECRET')
  if (apiUrl && !isApiUrl(apiUrl)) {
    missing.push('SLACK_API_URL (an https address, or http on this machine, that ends in /api/)')
  }
  if (!token || !signingSecret || missing.length > 0) return { missing }
  return { settings: { token, signingSecret, ...(apiUrl && { apiUrl }) } }
}
