/**
 * A Slack workspace on this machine, over real HTTP: the production bot talks to it through `SLACK_API_URL`
 * unchanged. Started by `npm run sandbox` and by chat tests. It must never be kinder to the bot than Slack is.
 */
import { createDrivers, type Drivers } from './drive.ts'
import { createFaults, type Faults } from './faults.ts'
import { type Call, startHttpServer } from './http-server.ts'
import type { Bot, Team } from './model.ts'
import { createRateLimits } from './rate-limits.ts'
import { type Live, liveTokens, type Readable, type Reader, renderText } from './render-text.ts'
import { createResponseUrls } from './response-urls.ts'
import { createSockets, type Sockets } from './sockets.ts'
import { type AppMethods, answerApi } from './web-api.ts'
import { createWorkspace, type Workspace } from './workspace.ts'

export interface LocalSlackOptions {
  readonly team?: Partial<Team>
  readonly botToken?: string
  readonly signingSecret?: string
  /** The app is in Socket Mode: everything travels through sockets that the bot opens. Default off. */
  readonly socketMode?: boolean
  /** ms since 1970; stamps messages, ends response urls and triggers. Requests are signed by the machine's own clock. */
  readonly now?: () => number
  /** Slack's real rate limits. Default off. */
  readonly rateLimits?: boolean
}

export interface LocalSlack extends Workspace, Drivers, Omit<Faults, 'take'> {
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string
  readonly botToken: string
  readonly appToken: string
  readonly signingSecret: string
  /** Of an app in Socket Mode. */
  readonly sockets: Pick<Sockets, 'count' | 'recycle'>
  /** Calls the bot made, oldest first; response urls count as `response_url`. */
  calls(method?: string): readonly Call[]
  /** A message or a view as plain lines, with names and, given a zone, dates. */
  renderText(shown: Readable, reader?: Reader): string
  /** Whom a message or a view really calls and where it really links: what is escaped is not among it. */
  live(shown: Readable): readonly Live[]
  stop(): Promise<void>
}

const BOT: Bot = { userId: 'U0CURFEW00', botId: 'B0CURFEW00', appId: 'A0CURFEW00' }

/** Listens on 127.0.0.1 and a free port until stopped. Nobody but the bot is in the workspace yet. */
export const startLocalSlack = async (options: LocalSlackOptions = {}): Promise<LocalSlack> => {
  const { now = Date.now, botToken = 'xoxb-local-bot', signingSecret = 'local-signing-secret' } = options
  const team: Team = { id: 'T0ACME0000', name: 'Acme', domain: 'acme', ...options.team }
  const slack = createWorkspace(team, BOT, now)
  const { take, ...faults } = createFaults()
  const urls = createResponseUrls(slack)
  const calls: Call[] = []
  const appMethods: AppMethods = {
    'apps.connections.open': () => ({ url: sockets.newAddress(http.origin) }),
  }
  const tokens = { bot: botToken, app: 'xapp-local-app' }
  const http = await startHttpServer({
    api: (method, args, authorization) =>
      answerApi({ method, args, authorization }, tokens, slack, appMethods),
    responseUrl: urls.take,
    rateLimit: options.rateLimits ? createRateLimits(now) : () => 0,
    record: (call) => {
      calls.push(call)
      slack.changed()
    },
    take,
  })
  const sockets = createSockets(http.server, slack.changed)
  const drivers = createDrivers({
    slack,
    urls,
    origin: http.origin,
    signingSecret,
    sockets: options.socketMode ? sockets : undefined,
  })
  return {
    ...slack,
    ...drivers,
    ...faults,
    appToken: tokens.app,
    sockets,
    apiUrl: `${http.origin}/api/`,
    botToken,
    signingSecret,
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    renderText: (shown, reader) => renderText(shown, slack, reader),
    live: liveTokens,
    stop: async () => {
      slack.close()
      sockets.stop()
      await http.stop()
    },
  }
}
