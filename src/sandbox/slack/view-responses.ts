/**
 * What the local Slack does with the answer to a submission or a suggestion. Whatever Slack would not understand
 * changes nothing: the person sees an error, and a test a warning.
 */
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import type { Fields, View } from './model.ts'
import { failureOf, type Reply } from './send-signed.ts'
import { checkView } from './validate-views.ts'
import { suggestionSchema } from './view-schemas.ts'
import type { Workspace } from './workspace.ts'

/** https://docs.slack.dev/surfaces/modals#response_actions */
const responseSchema = z.discriminatedUnion('response_action', [
  z.strictObject({
    response_action: z.literal('errors'),
    errors: z.record(z.string(), z.string().min(1)).refine((errors) => Object.keys(errors).length > 0),
  }),
  z.strictObject({ response_action: z.literal('update'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('push'), view: z.unknown() }),
  z.strictObject({ response_action: z.literal('clear') }),
])

/** What an empty body means; no app can say it. */
const CLOSE = { response_action: 'close' } as const

const parse = <T extends z.ZodType>(schema: T, body: string): z.infer<T> | undefined => {
  try {
    return schema.safeParse(JSON.parse(body)).data
  } catch {
    return undefined
  }
}

const showErrors = (slack: Workspace, view: View, errors: Readonly<Record<string, string>>): void => {
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id)
  const stray = Object.keys(errors).find((blockId) => !inputs.includes(blockId))
  if (stray !== undefined) throw new ApiError(`errors: ${stray} is no input block`)
  slack.showErrors(view.id, errors)
}

const obey = (slack: Workspace, user: string, view: View, body: string): void => {
  const response = body === '' ? CLOSE : parse(responseSchema, body)
  if (!response) throw new ApiError('invalid response_action')
  switch (response.response_action) {
    case 'close':
      slack.closeView(view.id)
      return
    case 'errors':
      showErrors(slack, view, response.errors)
      return
    case 'update':
      slack.replaceView(view, checkView(response.view, 'modal'))
      return
    case 'push':
      slack.pushView(user, checkView(response.view, 'modal'))
      return
    case 'clear':
      slack.closeModals(user)
      return
    default:
      response satisfies never
  }
}

/** After a submission: closes, keeps, replaces or stacks the view, or says that the app failed. */
export const obeySubmission = (slack: Workspace, user: string, view: View, reply: Reply): void => {
  const failure = failureOf(reply)
  if (failure !== undefined) {
    slack.showTrouble(view.id, failure)
    return
  }
  try {
    obey(slack, user, view, reply.body)
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown
    const { messages } = (thrown.extra.response_metadata ?? {}) as { messages?: string[] }
    slack.warn({
      method: 'view_submission',
      says: [`not shown: ${thrown.message}`, ...(messages ?? [])].join(' '),
    })
    slack.showTrouble(view.id, 'invalid_response')
  }
}

/** An option of a menu. */
export interface Option {
  readonly text: Fields
  readonly value: string
}

/** The options that a bot offers, groups flattened; none where Slack would show none. */
export const readSuggestion = (slack: Workspace, reply: Reply): readonly Option[] => {
  const failure = failureOf(reply)
  const offered = failure === undefined ? parse(suggestionSchema, reply.body) : undefined
  if (!offered) {
    slack.warn({ method: 'block_suggestion', says: `no options shown: ${failure ?? 'invalid answer'}` })
    return []
  }
  return 'options' in offered ? offered.options : offered.option_groups.flatMap(({ options }) => options)
}
