/** A value as written, with every default of its shape in its place: also as written, so that it can be read again. */
import type { z } from 'zod'
import { partsOf } from './shape-parts.ts'

/** The same value twice: as it stands in the file, and with its variables replaced. */
export interface Written {
  readonly as: unknown
  readonly value: unknown
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** The part of both under a key. */
const partOf = ({ as, value }: Written, key: string): Written => ({
  as: isObject(as) ? as[key] : undefined,
  value: isObject(value) ? value[key] : undefined,
})

const fillObject = (shape: Readonly<Record<string, z.ZodType>>, written: Written): unknown => {
  if (!isObject(written.as)) return written.as
  const keys = new Set([...Object.keys(shape), ...Object.keys(written.as)])
  const filled = [...keys].map((key) => [key, fillDefaults(shape[key], partOf(written, key))] as const)
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined))
}

const fillEach = (shape: z.ZodType | undefined, written: Written): unknown => {
  if (!isObject(written.as)) return written.as
  const filled = Object.keys(written.as).map(
    (key) => [key, fillDefaults(shape, partOf(written, key))] as const,
  )
  return Array.isArray(written.as) ? filled.map(([, value]) => value) : Object.fromEntries(filled)
}

/** Where a variable is missing nothing fits quite; the right one has the least to say against it. */
const nearest = (options: readonly z.ZodType[], value: unknown): z.ZodType | undefined => {
  const against = (option: z.ZodType): number => option.safeParse(value).error?.issues.length ?? 0
  return options.toSorted((a, b) => against(a) - against(b))[0]
}

/** Keys come out in the order of the shape. What no shape knows, or does not fit, stays as it is. */
export const fillDefaults = (schema: z.ZodType | undefined, written: Written): unknown => {
  if (schema === undefined) return written.as
  const { type, innerType, defaultValue, in: before, element, valueType, shape, options } = partsOf(schema)
  if (written.as === undefined)
    return defaultValue === undefined
      ? undefined
      : fillDefaults(innerType, { as: defaultValue, value: defaultValue })
  if (innerType !== undefined || before !== undefined) return fillDefaults(innerType ?? before, written)
  if (shape !== undefined) return fillObject(shape, written)
  if (options !== undefined) return fillDefaults(nearest(options, written.value), written)
  return type === 'array' || type === 'record' ? fillEach(element ?? valueType, written) : written.as
}
