/**
 * The one translator of what the connector answers into faults. Its sentences are for operators and never hold a token or
 * the body of an answer.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages and …/rate-limit
 */
import { Fault } from '../../domain/fault.ts'
import { mayHaveArrived } from '../../infra/may-have-arrived.ts'

export interface Errand {
  /** It may leave something behind when its answer is lost. */
  readonly writes: boolean
  /** The conversation or person it is about, for the sentence. */
  readonly about: string
}

/** What the connector refused, by its own name for it. */
export class ConnectorError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`HTTP ${status} ${code}`)
    this.name = 'ConnectorError'
    this.status = status
    this.code = code
  }
}

export const refusalOf = (thrown: unknown): ConnectorError | undefined => {
  const error = thrown instanceof Fault ? thrown.cause : thrown
  return error instanceof ConnectorError ? error : undefined
}

/** For a 429 that does not say how long, and for what has to be tried again a moment later. */
const AGAIN_MS = { 429: 5_000, 412: 1_000 }
/** Of a wait, on top: those who were refused together do not come back together. */
const JITTER = 0.5

const jittered = (ms: number): number => Math.round(ms * (1 + Math.random() * JITTER))

/** What an operator does about it, by the connector's error code. */
const MENDS: Readonly<Record<string, (about: string) => string>> = {
  BotNotInConversationRoster: (id) =>
    `The Curfew app is not in ${id}: add it to that team or chat (“Manage team”, “Apps”).`,
  ForbiddenOperationException: (id) =>
    `The Curfew app is not installed for ${id}: they add it under “Apps” in Teams, or an administrator installs it for everybody in the Teams admin center, “Setup policies”.`,
  BotDisabledByAdmin: () =>
    'An administrator has blocked the Curfew app: allow it in the Teams admin center, “Manage apps”.',
  MessageWritesBlocked: (id) =>
    `Teams lets Curfew write nothing in ${id}: it is archived, or its people have blocked the app.`,
  ConversationNotFound: (id) => `Teams shows Curfew no conversation ${id}: check the id.`,
  MessageSizeTooBig: (id) => `A message for ${id} is longer than Teams takes.`,
}

const sayRefused = ({ status, code }: ConnectorError, about: string): string => {
  if (status === 401)
    return 'Teams refuses the token of MicrosoftAppId: check MicrosoftAppType and MicrosoftAppTenantId.'
  const mend = MENDS[code]?.(about)
  return mend ?? `Teams refused ${about}: HTTP ${status}${code === '' ? '' : ` (${code})`}.`
}

/** `after`: the header of that name. */
export const fromStatus = (error: ConnectorError, after: string | null, { writes, about }: Errand): Fault => {
  const { status } = error
  const says = `Teams answered with HTTP ${status}.`
  if (status === 429 || status === 412) {
    const saidMs = /^\d{1,5}$/.test(after ?? '') ? Number(after) * 1_000 : AGAIN_MS[status]
    return new Fault('retry', 'Teams asks for fewer calls.', { afterMs: jittered(saidMs), cause: error })
  }
  if (status >= 500) return new Fault(writes ? 'unknown' : 'retry', says, { cause: error })
  return new Fault('permanent', sayRefused(error, about), { cause: error })
}

export const fromNetwork = (thrown: unknown, { writes }: Errand): Fault =>
  thrown instanceof Fault
    ? thrown
    : new Fault(
        writes && mayHaveArrived(thrown) ? 'unknown' : 'retry',
        'Teams cannot be reached, or did not answer in time.',
        { cause: thrown },
      )
