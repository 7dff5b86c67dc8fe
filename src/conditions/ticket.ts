/**
 * The condition `ticket`: the reason must contain a match of a pattern, written `ticket: "INC-\\d+"`. Patterns
 * run on RE2 (https://github.com/google/re2/wiki/Syntax), so that no reason can keep the bot busy.
 */
import { RE2JS } from 're2js'
import { z } from 'zod'
import type { Condition } from '../domain/condition.ts'

export interface TicketParams {
  readonly pattern: string
}

const PATTERN_MAX = 200

/** What is wrong with a pattern; an empty one, or one that the empty text matches, would ask for nothing. */
const findFault = (pattern: string): string | undefined => {
  if (pattern.length > PATTERN_MAX) return `This pattern is longer than ${PATTERN_MAX} characters.`
  try {
    return RE2JS.compile(pattern).matcher('').find() ? 'This pattern matches any reason.' : undefined
  } catch {
    return 'This is not a pattern that can be used.'
  }
}

const HINT = 'Write a regular expression without look-around and back-references, such as "INC-\\\\d+".'

const pattern = z.string().superRefine((text, context) => {
  const message = findFault(text)
  if (message !== undefined) context.addIssue({ code: 'custom', message, params: { hint: HINT } })
})

export const ticket: Condition<TicketParams> = {
  kind: 'ticket',
  params: z
    .union([pattern, z.strictObject({ pattern: pattern.describe('A regular expression, by RE2.') })])
    .transform((written) => (typeof written === 'string' ? { pattern: written } : written))
    .describe('What the reason must contain, like "INC-\\\\d+".'),
  asksFor: ({ pattern }) => ({ label: 'Ticket', hint: `Like ${pattern}` }),
  check: ({ pattern }, { reason }) =>
    RE2JS.compile(pattern).matcher(reason).find()
      ? { result: 'satisfied' }
      : {
          result: 'unsatisfied',
          says: `The reason names no ticket like ${pattern}.`,
          hint: 'Add the ticket to the reason.',
        },
}
