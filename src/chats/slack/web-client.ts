/**
 * Makes clients of Slack's Web API the way Curfew needs them: no retries of their own (a post that was taken
 * and timed out would be posted twice), a time limit, and a real abort. Used by everything that asks Slack.
 */
import { type FetchFunction, type Logger, LogLevel, WebClient, type WebClientOptions } from '@slack/web-api'
import type { Log } from '../../ports.ts'
import type { SlackSettings } from './settings.ts'

/** One call to Slack, ms. */
export const CALL_MS = 10_000
/** For a 429 that does not say how long, s. */
export const LIMITED_S = 30

/** A client for one call; the signal ends that call. */
export type Api = (signal?: AbortSignal) => WebClient

/** Fetches until `signal`, and gives a 429 without `Retry-After` one, as the SDK takes it for a bug otherwise. */
const fetchUntil =
  (signal?: AbortSignal): FetchFunction =>
  async (url, init) => {
    const signals = [init?.signal, signal].filter((one) => one != null)
    const response = await fetch(url, { ...init, signal: AbortSignal.any(signals) })
    const says = response.headers.get('retry-after') ?? ''
    if (response.status !== 429 || /^\d+$/.test(says)) return response
    await response.body?.cancel()
    return new Response(null, { status: 429, headers: { 'retry-after': String(LIMITED_S) } })
  }

/** A new object each time: the SDK writes into what it is given. */
export const clientOptions = (
  settings: Pick<SlackSettings, 'apiUrl'>,
  log: Log,
  signal?: AbortSignal,
): WebClientOptions & { logger: Logger } => ({
  retryConfig: { retries: 0 },
  timeout: CALL_MS,
  rejectRateLimitedCalls: true,
  allowAbsoluteUrls: false,
  fetch: fetchUntil(signal),
  logger: bridgeLogger(log),
  ...(settings.apiUrl !== undefined && { slackApiUrl: settings.apiUrl }),
})

export const createApi =
  (settings: Pick<SlackSettings, 'token' | 'apiUrl'>, log: Log): Api =>
  (signal) =>
    new WebClient(settings.token, clientOptions(settings, log, signal))

const inWords = (parts: readonly unknown[]): string =>
  parts
    .map((part) => (part instanceof Error ? `${part.name}: ${part.message}` : String(part)))
    .join(' ')
    .replace(/x(?:ox[a-z]+|app)-[\w-]+/g, '[token]')
    .slice(0, 500)

/** The SDK's logger on ours. Its debug lines hold whole messages and are dropped, its errors keep no bodies. */
export const bridgeLogger = (log: Log): Logger => ({
  debug: () => {},
  info: (...parts) => log.debug({ says: inWords(parts) }, 'slack sdk'),
  warn: (...parts) => log.warn({ says: inWords(parts) }, 'slack sdk warns'),
  error: (...parts) => log.error({ says: inWords(parts) }, 'slack sdk failed'),
  setLevel: () => {},
  getLevel: () => LogLevel.INFO,
  setName: () => {},
})
