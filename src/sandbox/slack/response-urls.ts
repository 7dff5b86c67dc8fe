/**
 * `response_url` of the local Slack: five uses within thirty minutes, private unless said otherwise. Made for
 * every gesture by the drivers, called by the bot. https://docs.slack.dev/interactivity/handling-user-interaction
 */
import { randomBytes } from 'node:crypto'
import { ApiError } from './api-error.ts'
import { RESPONSE_URL_MS, RESPONSE_URL_USES } from './limits.ts'
import type { Content, Ephemeral } from './model.ts'
import { checkContent } from './validate-blocks.ts'
import { parseArgs } from './web-api.ts'
import type { Workspace } from './workspace.ts'

export interface Origin {
  readonly kind: 'commands' | 'actions'
  readonly user: string
  readonly channel: string
  /** The message that was pressed; `isEphemeral` if only this person sees it. */
  readonly ts?: string
  readonly isEphemeral?: boolean
}

export interface ResponseUrls {
  /** A new path, below the server's own address. */
  issue(origin: Origin): string
  /** What the bot sent to such a path. */
  take(path: string, body: string): { status: number; body: string }
  /** An answer as if sent to the url of this gesture: also how an acknowledgement's body is shown. */
  show(origin: Origin, body: string, from: Ephemeral['from']): void
}

/** Slack's answers here are documented only in part: the names are known, the status codes are a guess. */
const refuse = (status: number, error: string) => ({ status, body: JSON.stringify({ ok: false, error }) })

const replaceOriginal = (slack: Workspace, { channel, ts, isEphemeral }: Origin, content: Content): void => {
  if (ts === undefined) return
  if (isEphemeral) slack.retell(ts, content)
  else if (slack.find(channel, ts))
    slack.edit(channel, ts, { text: content.text, blocks: content.blocks ?? null })
}

const deleteOriginal = (slack: Workspace, { channel, ts, isEphemeral }: Origin): void => {
  if (ts === undefined) return
  if (isEphemeral) slack.untell(ts)
  else slack.remove(channel, ts)
}

const showAnswer = (slack: Workspace, origin: Origin, body: string, from: Ephemeral['from']): void => {
  const args = parseArgs(body, 'application/json')
  if (args.delete_original === 'true') {
    deleteOriginal(slack, origin)
    return
  }
  const content = checkContent(args)
  if (content.blocks && content.text.trim() === '') slack.warn({ method: from, says: 'blocks without text' })
  if (args.replace_original === 'true' && origin.ts !== undefined) {
    replaceOriginal(slack, origin, content)
    return
  }
  const thread = args.thread_ts ? { thread_ts: args.thread_ts } : {}
  const post = { channel: origin.channel, content, ...thread }
  if (args.response_type === 'in_channel') slack.post(post)
  else slack.tell(origin.user, from, post)
}

const toRefusal = (thrown: unknown) => {
  if (thrown instanceof ApiError) return refuse(400, thrown.message)
  if (thrown instanceof SyntaxError) return refuse(400, 'invalid_payload')
  throw thrown
}

export const createResponseUrls = (slack: Workspace): ResponseUrls => {
  const issued = new Map<string, { origin: Origin; uses: number; until: number }>()

  const take: ResponseUrls['take'] = (path, body) => {
    const found = issued.get(path)
    if (!found) return { status: 404, body: 'no_team' }
    if (slack.now() >= found.until) return refuse(404, 'expired_url')
    found.uses += 1
    if (found.uses > RESPONSE_URL_USES) return refuse(404, 'used_url')
    try {
      showAnswer(slack, found.origin, body, 'response_url')
    } catch (thrown) {
      return toRefusal(thrown)
    }
    return { status: 200, body: found.origin.kind === 'commands' ? 'ok' : '{"ok":true}' }
  }

  return {
    issue: (origin) => {
      const path = `/${origin.kind}/${slack.team.id}/${issued.size + 1}/${randomBytes(12).toString('hex')}`
      issued.set(path, { origin, uses: 0, until: slack.now() + RESPONSE_URL_MS })
      return path
    },
    take,
    show: (origin, body, from) => showAnswer(slack, origin, body, from),
  }
}
