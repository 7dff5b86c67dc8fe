/** A length of time as an operator writes it, for the schemas of whoever reads settings. */
import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { isRefusal } from './refusal.ts'

/** `15m` to ms. Takes numbers too, so that they get the sentence that durations get; editors are told of texts only. */
export const durationShape = z
  .union([z.string(), z.number()])
  .transform((written, context) => {
    const ms = parseDuration(String(written))
    if (!isRefusal(ms)) return ms
    context.addIssue({ code: 'custom', message: ms.says, params: { hint: ms.hint } })
    return z.NEVER
  })
  .meta({ type: 'string' })
