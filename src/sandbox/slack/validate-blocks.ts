/**
 * Checks what a message consists of as Slack does, with Slack's error names. Called wherever the local Slack
 * takes a message: the chat methods, the response urls and the body of an acknowledgement.
 */
import { z } from 'zod'
import { ApiError } from './api-error.ts'
import { blocksSchema } from './block-schemas.ts'
import { SLACK_LIMITS } from './limits.ts'
import type { Block, Content, Fields, Metadata } from './model.ts'

/** A form field with JSON in it, or undefined where it is absent or empty. Throws `error` if it is no JSON. */
export const parseJson = (text: string | undefined, error: string): unknown => {
  if (text === undefined || text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new ApiError(error)
  }
}

/** One complaint, `[ERROR] what [json-pointer:/blocks/0/text]`. */
export type Problem = { readonly at: string; readonly says: string }

const twice = (ids: readonly unknown[]): unknown =>
  ids.find((id, n) => id !== undefined && ids.indexOf(id) !== n)

/** Ids are unique where the schema, which sees one block at a time, cannot tell. */
export const findTwins = (blocks: readonly Block[], at = '/blocks'): Problem[] => {
  const twin = twice(blocks.map((block) => block.block_id))
  const problems = twin === undefined ? [] : [{ at, says: `duplicate block_id: ${twin}` }]
  for (const [n, block] of blocks.entries()) {
    if (block.type !== 'actions' || !Array.isArray(block.elements)) continue
    const action = twice(block.elements.map((element: Fields) => element.action_id))
    if (action !== undefined) problems.push({ at: `${at}/${n}`, says: `duplicate action_id: ${action}` })
  }
  return problems
}

/** What a schema complains about, below `at`. */
export const problemsOf = (error: z.ZodError, at: string): Problem[] =>
  error.issues.map((issue) => ({ at: [at, ...issue.path.map(String)].join('/'), says: issue.message }))

/** The complaints as the Web API words them. */
export const wordProblems = (problems: readonly Problem[]): string[] =>
  problems.map(({ at, says }) => `[ERROR] ${says} [json-pointer:${at}]`)

/** Refuses with `invalid_blocks_format`, `invalid_blocks` or `msg_blocks_too_long`. */
const checkBlocks = (blocks: unknown): Block[] => {
  if (!Array.isArray(blocks)) throw new ApiError('invalid_blocks_format')
  const parsed = blocksSchema.safeParse(blocks)
  const problems = parsed.success ? findTwins(blocks as Block[]) : problemsOf(parsed.error, '/blocks')
  if (problems.length > 0) {
    const messages = wordProblems(problems)
    const errors = problems.map(({ at, says }) => `${says} [json-pointer:${at}]`)
    throw new ApiError('invalid_blocks', { errors, response_metadata: { messages } })
  }
  const { max, error } = SLACK_LIMITS.blocksTotal
  if (JSON.stringify(blocks).length > max) throw new ApiError(error)
  return blocks as Block[]
}

/** The words and blocks of a message from form fields. Refuses also with `no_text`. */
export const checkContent = (args: Readonly<Record<string, string | undefined>>): Content => {
  const blocks = parseJson(args.blocks, 'invalid_blocks_format')
  const attachments = parseJson(args.attachments, 'invalid_attachments')
  if (attachments !== undefined && !Array.isArray(attachments)) throw new ApiError('invalid_attachments')
  const checked = blocks === undefined ? undefined : checkBlocks(blocks)
  const text = args.text ?? ''
  if (text.trim() === '' && !checked?.length && !attachments?.length) throw new ApiError('no_text')
  const { max } = SLACK_LIMITS.messageText
  return {
    text: text.slice(0, max),
    ...(checked ? { blocks: checked } : {}),
    ...(attachments ? { attachments } : {}),
    truncated: text.length > max,
  }
}

const metadataSchema = z.strictObject({
  event_type: z.string().min(1),
  event_payload: z.record(z.string(), z.unknown()),
})

/**
 * Metadata from a form field; `null` for `{}`, which takes it away on an update.
 * Refuses with `invalid_metadata_format` or `metadata_too_large`.
 */
export const checkMetadata = (field: string | undefined): Metadata | null | undefined => {
  const raw = parseJson(field, 'invalid_metadata_format')
  if (raw === undefined) return undefined
  if (typeof raw === 'object' && raw !== null && Object.keys(raw).length === 0) return null
  const parsed = metadataSchema.safeParse(raw)
  if (!parsed.success) throw new ApiError('invalid_metadata_format')
  const { max, error } = SLACK_LIMITS.metadata
  if (JSON.stringify(raw).length > max) throw new ApiError(error)
  return parsed.data
}
