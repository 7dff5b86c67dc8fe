/**
 * The Web API of the local Slack: who calls, is it allowed, which method, which answer. Called by the HTTP
 * server with a parsed form or JSON body; knows no sockets.
 */
import { ApiError } from './api-error.ts'
import type { Args } from './faults.ts'
import { chatMethods } from './methods/chat.ts'
import { conversationsMethods } from './methods/conversations.ts'
import type { Method } from './methods/method.ts'
import { peopleMethods } from './methods/people.ts'
import { viewMethods } from './methods/views.ts'
import type { Fields } from './model.ts'
import type { Workspace } from './workspace.ts'

const METHODS: Readonly<Record<string, Method>> = {
  ...peopleMethods,
  ...conversationsMethods,
  ...chatMethods,
  ...viewMethods,
}

export interface ApiRequest {
  readonly method: string
  readonly args: Args
  /** The `Authorization` header. */
  readonly authorization?: string | undefined
}

export interface Tokens {
  readonly bot: string
  /** Of the app itself; it opens sockets and does nothing else. */
  readonly app: string
}

/** What the app's own token can do. */
export type AppMethods = Readonly<Record<string, Method>>

/** Answers Slack's envelope; never throws but for a bug of the stand-in itself. */
export const answerApi = (
  request: ApiRequest,
  tokens: Tokens,
  slack: Workspace,
  appMethods: AppMethods = {},
): Fields => {
  const { method, args, authorization } = request
  const token = authorization?.replace(/^Bearer /i, '') ?? args.token
  if (!token) return { ok: false, error: 'not_authed' }
  if (token !== tokens.bot && token !== tokens.app) return { ok: false, error: 'invalid_auth' }
  const run = appMethods[method] ?? METHODS[method]
  if (!run) return { ok: false, error: 'unknown_method', req_method: method }
  if (token !== (method in appMethods ? tokens.app : tokens.bot))
    return { ok: false, error: 'not_allowed_token_type' }
  try {
    return { ok: true, ...run(args, slack) }
  } catch (thrown) {
    if (thrown instanceof ApiError) return thrown.toBody()
    throw thrown
  }
}

/** A body as fields of text: forms as they are, JSON with everything that is not text put back into JSON. */
export const parseArgs = (body: string, contentType: string): Args => {
  if (!contentType.startsWith('application/json')) return Object.fromEntries(new URLSearchParams(body))
  const fields = body === '' ? {} : (JSON.parse(body) as Fields)
  const asText = ([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]
  return Object.fromEntries(Object.entries(fields).map(asText))
}
