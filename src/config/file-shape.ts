/**
 * The whole of a config file as one shape, with the settings of every plug-in in its place. For what looks at all of
 * it at once, the schema and the effective config; files themselves are read section by section.
 */
import { z } from 'zod'
import type { Kinds } from './kinds.ts'
import { digestShape, listSections, mainSections, personShape, policyShape } from './shapes.ts'

/** Of several shapes the one that fits; a list of none would fit nothing. */
const oneOf = (shapes: readonly z.ZodType[]): z.ZodType => z.union([...shapes])

/** One condition per item, `{ kind: parameters }`. */
const conditionsShape = (conditions: Kinds['conditions']): z.ZodType =>
  z.array(oneOf(conditions.map(({ kind, params }) => z.strictObject({ [kind]: params }))))

/** May be left out; what then counts, its own default says. */
const orNothing = (shape: z.ZodType): z.ZodType =>
  shape.safeParse(undefined).success ? shape : shape.optional()

const described = (shape: z.ZodType, like: z.ZodType): z.ZodType => shape.describe(like.description ?? '')

/** Every key that a file may have; none is required, as several files make one config. */
export const fileShape = ({ targets, chats, conditions }: Kinds): z.ZodObject<Record<string, z.ZodType>> => {
  const sections: Readonly<Record<string, z.ZodType>> = { ...mainSections, ...listSections }
  const ofConditions = conditionsShape(conditions)
  const { when, require } = policyShape.shape
  const items: Readonly<Record<string, z.ZodType>> = {
    digests: z.array(digestShape),
    people: z.array(personShape(chats.map(({ kind }) => kind))),
    targets: z.record(z.string(), oneOf(targets.map(({ settings }) => settings))),
    policies: z.array(
      policyShape.extend({
        when: described(ofConditions.optional(), when),
        require: described(ofConditions.optional(), require),
      }),
    ),
  }
  return z.strictObject(
    Object.fromEntries(
      Object.entries(sections).map(([key, shape]) => [key, orNothing(described(items[key] ?? shape, shape))]),
    ),
  )
}
