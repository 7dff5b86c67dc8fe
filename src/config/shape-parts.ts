import type { z } from 'zod'

/** What a schema is made of, whatever it is: the parts of zod's own that are walked through here. */
export interface ShapeParts {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly defaultValue?: unknown
  readonly in?: z.ZodType
  readonly element?: z.ZodType
  readonly valueType?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly options?: readonly z.ZodType[]
}

export const partsOf = (schema: z.ZodType): ShapeParts => schema.def as unknown as ShapeParts
