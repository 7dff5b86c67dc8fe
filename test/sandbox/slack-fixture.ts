/** A local Slack with a few people for the tests of this folder; stopped after each test, also on failure. */
import { type Logger, LogLevel, WebAPIPlatformError, WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from '../../src/sandbox/slack/local-slack.ts'

export const startAcme = async (
  options: LocalSlackOptions = {},
): Promise<{ slack: LocalSlack; client: WebClient }> => {
  const slack = await startLocalSlack(options)
  onTestFinished(() => slack.stop())
  slack.addUser({ name: 'ana' })
  slack.addUser({ name: 'bob' })
  slack.addGroup({ handle: 'dbas', users: ['bob'] })
  slack.addChannel({ name: 'dba', members: ['ana', 'bob'] })
  return { slack, client: clientOf(slack) }
}

const nothing = () => {}
/** Refusals are what these tests are about: no need to print them. */
export const silent: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
}

/** The client that the bot uses, without retries, so that one call is one call. */
export const clientOf = (slack: LocalSlack, token: string = slack.botToken): WebClient =>
  new WebClient(token, {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  })

/** The vendor's error name of a refused call; `ok` if it was not refused. */
export const errorOf = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call
    return 'ok'
  } catch (thrown) {
    if (thrown instanceof WebAPIPlatformError) return thrown.data.error
    throw thrown
  }
}

export const DBA = 'C0DBA00000'
export const ANA = 'U0ANA00000'
export const BOB = 'U0BOB00000'

export const button = (action_id: string, label: string, value = 'R-7K3QX9') => ({
  type: 'button' as const,
  action_id,
  text: { type: 'plain_text' as const, text: label },
  value,
})

export const actions = (...elements: ReturnType<typeof button>[]) => ({ type: 'actions' as const, elements })
