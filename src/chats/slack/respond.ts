/**
 * Private answers: the form of a message that only one person sees, and posting it to the `response_url` of
 * a gesture (up to five times within 30 minutes, docs.slack.dev). Bolt's own `respond` has no time limit.
 */
import { Fault } from '../../domain/fault.ts'
import type { Clock } from '../../ports.ts'
import type { Message } from './render-card.ts'

export interface PrivateMessage extends Partial<Message> {
  readonly text: string
  readonly response_type: 'ephemeral'
  /** The card that was pressed stays as it is; it is redrawn from state. */
  readonly replace_original: false
}

export const inPrivate = (message: { readonly text: string } | Message): PrivateMessage => ({
  response_type: 'ephemeral',
  replace_original: false,
  ...message,
})

const RESPOND_MS = 5_000
/** With "Working on it…" before it this stays below Slack's five uses. */
const RESPOND_TRIES = 3
const BETWEEN_TRIES_MS = 1_000

const post = async (url: string, message: PrivateMessage): Promise<void> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(message),
    redirect: 'error',
    signal: AbortSignal.timeout(RESPOND_MS),
  })
  await response.body?.cancel()
  if (!response.ok) throw new Fault('retry', `the response url answered with HTTP ${response.status}`)
}

/** Posts a private answer; tried again, as one that comes twice does no harm. Rejects when the last try fails. */
export const respond = async (url: string, message: PrivateMessage, clock: Clock): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await post(url, message)
    } catch (thrown) {
      if (tries === RESPOND_TRIES) throw thrown
    }
    await new Promise<void>((resolve) => clock.after(BETWEEN_TRIES_MS, resolve))
  }
}
