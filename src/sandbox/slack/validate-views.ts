/**
 * Checks a view as Slack does, with Slack's error names. Called wherever the local Slack takes one: the view
 * methods and the acknowledgement of a submission.
 */
import { ApiError } from './api-error.ts'
import { SLACK_LIMITS } from './limits.ts'
import type { Block, Fields, ViewContent } from './model.ts'
import { elementsOf } from './name-blocks.ts'
import { findTwins, type Problem, parseJson, problemsOf, wordProblems } from './validate-blocks.ts'
import { homeSchema, modalSchema } from './view-schemas.ts'

const refuse = (problems: readonly Problem[]): ApiError =>
  new ApiError('invalid_arguments', { response_metadata: { messages: wordProblems(problems) } })

const findFocused = (blocks: readonly Block[]): Problem[] => {
  const focused = blocks.flatMap(elementsOf).filter((element) => element.focus_on_load === true)
  return focused.length > 1 ? [{ at: '/view/blocks', says: 'more than one focus_on_load' }] : []
}

/** Refuses with `invalid_arguments`, naming each place, or `view_too_large`. */
export const checkView = (view: unknown, type: ViewContent['type']): ViewContent => {
  const { max, error } = SLACK_LIMITS.viewTotal
  if (Buffer.byteLength(JSON.stringify(view) ?? '') > max) throw new ApiError(error)
  const parsed = (type === 'modal' ? modalSchema : homeSchema).safeParse(view)
  if (!parsed.success) throw refuse(problemsOf(parsed.error, '/view'))
  const content = view as ViewContent
  const problems = [...findTwins(content.blocks, '/view/blocks'), ...findFocused(content.blocks)]
  if (problems.length > 0) throw refuse(problems)
  return content
}

/** As {@link checkView}, from a form field. */
export const parseView = (field: string, type: ViewContent['type']): ViewContent =>
  checkView(parseJson(field, 'invalid_arguments') as Fields, type)
