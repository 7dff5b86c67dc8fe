/** One value against one schema, with every problem reported at its line. Called by all readers of sections. */
import type { z } from 'zod'
import { explainIssues } from './explain-issue.ts'
import { type At, under } from './problem.ts'
import { hasPlaceholder, type Reporter, valueAt } from './reporter.ts'

/** `undefined` when it does not fit. */
export const parseShape = <T>(
  value: unknown,
  schema: z.ZodType<T>,
  at: At,
  reporter: Reporter,
): T | undefined => {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  for (const { path, says, hint } of explainIssues(parsed.error, schema, value))
    if (!hasPlaceholder(valueAt(value, path))) reporter.at(under(at, ...path), says, hint)
  return undefined
}
