/**
 * A Slack workspace on this machine, over real HTTP: the production bot talks to it through `SLACK_API_URL`
 * unchanged. Started by `npm run sandbox` and by chat tests. It must never be kinder to the bot than Slack is.
 */
import { createDrivers, type Drivers } from './drive.ts'
import { createFaults, type Faults } from './faults.ts'
import { type Call, startHttpServer } from './http-server.ts'
import type { Bot, Message, Team } from './model.ts'
import { createRateLimits } from './rate-limits.ts'
import { type Live, liveTokens, type Reader, renderMessage } from './render-text.ts'
import { createResponseUrls } from './response-urls.ts'
import { answerApi } from './web-api.ts'
import { createWorkspace, type Workspace } from './workspace.ts'

export interface LocalSlackOptions {
  readonly team?: Partial<Team>
  readonly botToken?: string
  readonly signingSecret?: string
  /** ms since 1970; stamps messages and ends response urls. Requests are signed by the machine's own clock. */
  readonly now?: () => number
  /** Slack's real rate limits. Default off. */
  readonly rateLimits?: boolean
}

export interface LocalSlack extends Workspace, Drivers, Omit<Faults, 'take'> {
  /** For `SLACK_API_URL`. */
  readonly apiUrl: string
  readonly botToken: string
  readonly signingSecret: string
  /** Calls the bot made, oldest first; response urls count as `response_url`. */
  calls(method?: string): readonly Call[]
  /** A message as plain lines, with names and, given a zone, dates. */
  renderText(message: Pick<Message, 'text' | 'blocks'>, reader?: Reader): string
  /** Whom a message really calls and where it really links: what is escaped is not among it. */
  live(message: Pick<Message, 'text' | 'blocks'>): readonly Live[]
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
  const http = await startHttpServer({
    api: (method, args, authorization) => answerApi({ method, args, authorization }, botToken, slack),
    responseUrl: urls.take,
    rateLimit: options.rateLimits ? createRateLimits(now) : () => 0,
    record: (call) => {
      calls.push(call)
      slack.changed()
    },
    take,
  })
  return {
    ...slack,
    ...createDrivers({ slack, urls, origin: http.origin, signingSecret }),
    ...faults,
    apiUrl: `${http.origin}/api/`,
    botToken,
    signingSecret,
    calls: (method) => calls.filter((call) => method === undefined || call.method === method),
    renderText: (message, reader) => renderMessage(message, slack, reader),
    live: liveTokens,
    stop: async () => {
      slack.close()
      await http.stop()
    },
  }
}
