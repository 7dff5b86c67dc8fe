/**
 * Stands before Bolt's receiver and refuses what Bolt would let pass. Called for every HTTP request on the
 * path; the signature itself is Bolt's business.
 */
import type { IncomingMessage } from 'node:http'

/** Slack's own rule for the past; Bolt has none for the future, where a signed request could be kept for later. */
const CLOCKS_DIFFER_MAX_S = 5 * 60
const FORM = 'application/x-www-form-urlencoded'

/** `nowMs` since 1970. A timestamp that is no number is left to Bolt, which refuses it. */
export const isFromTheFuture = (request: IncomingMessage, nowMs: number): boolean =>
  Number(request.headers['x-slack-request-timestamp']) > nowMs / 1_000 + CLOCKS_DIFFER_MAX_S

/** Bolt takes a form for JSON when a proxy appended a charset. */
export const normaliseContentType = (request: IncomingMessage): void => {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';')
  if (type.trim().toLowerCase() === FORM) request.headers['content-type'] = FORM
}
