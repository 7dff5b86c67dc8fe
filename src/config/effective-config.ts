/**
 * What a config comes to, as somebody could have written it in one file: includes merged, defaults filled in, variables
 * by their names. `curfew check --print` shows it; read again it says the same.
 */
import { relative, resolve } from 'node:path'
import { parseDuration } from '../domain/duration.ts'
import { isRefusal } from '../domain/refusal.ts'
import { fileShape } from './file-shape.ts'
import { fillDefaults, type Written } from './fill-defaults.ts'
import type { Kinds } from './kinds.ts'
import type { Source } from './problem.ts'
import { GRANTING } from './read-policies.ts'
import { defaultsShape, policyShape } from './shapes.ts'

type Section = Readonly<Record<string, unknown>>

/** All texts of a value changed alike. */
const mapTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapTexts(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]))
}

/** Secret files of an included file elsewhere, as the main file would call them. */
const seenFrom = (folder: string, source: Source): Section =>
  mapTexts(source.written, (text) =>
    source.folder === folder
      ? text
      : text.replace(/\$\{file:([^{}]*)\}/g, (_, path: string) => {
          const here = relative(folder, resolve(source.folder, path))
          return `\${file:${here}}`
        }),
  ) as Section

const join = (values: readonly unknown[]): unknown => {
  if (values.length === 1) return values[0]
  return values.every(Array.isArray) ? values.flat() : Object.assign({}, ...values)
}

/** Sections of the same name become one: lists go on, blocks grow. */
const merge = (parts: readonly Section[]): Section => {
  const keys = [...new Set(parts.flatMap((part) => Object.keys(part)))]
  const all = (key: string) => parts.map((part) => part[key]).filter((value) => value !== undefined)
  return Object.fromEntries(keys.map((key) => [key, join(all(key))]))
}

/** `provisionWithin` is no part of it: a policy that is silent leaves it to the role and the target. */
const INHERITED = Object.keys(policyShape.shape).filter(
  (key) => key in defaultsShape.shape && key !== 'provisionWithin',
)

const lengthOf = (text: unknown): number => {
  const ms = parseDuration(String(text))
  return isRefusal(ms) ? Number.NaN : ms
}

interface Pair {
  readonly as: Section
  readonly value: Section
}

/** What a policy says by itself and what `defaults:` say where it is silent. */
const inherit = (policy: Pair, defaults: Pair): Section => {
  const isDeny = policy.value.effect === 'deny'
  const taken = INHERITED.filter((key) => !isDeny || !(GRANTING as readonly string[]).includes(key))
  const known = (of: 'as' | 'value', key: string) => policy[of][key] ?? defaults[of][key]
  // What is asked for by default is never more than the most that can be asked for.
  const isCut =
    !isDeny && lengthOf(known('value', 'defaultDuration')) > lengthOf(known('value', 'maxDuration'))
  const all: Section = {
    name: (policy.as.entitlements as readonly string[]).join(', '),
    requesters: ['everyone'],
    ...Object.fromEntries(taken.map((key) => [key, known('as', key)])),
    ...policy.as,
    ...(isCut && { defaultDuration: known('as', 'maxDuration') }),
  }
  const order = Object.keys(policyShape.shape)
  return Object.fromEntries(
    Object.entries(all)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)),
  )
}

/** A password that stands in the file itself is no less secret for it. */
const hidePassword = (text: string): string =>
  text.includes('${') || !URL.canParse(text) || new URL(text).password === ''
    ? text
    : text.replace(/^([^:]+:\/\/[^:@]*):.*@/s, '$1:***@')

/** Of a config without problems. Deterministic, in the order of the settings' own shape. */
export const effectiveConfig = (sources: readonly Source[], kinds: Kinds): Section => {
  const folder = sources[0]?.folder ?? '.'
  const as = merge(sources.map((source) => seenFrom(folder, source)))
  const value = merge(sources.map(({ data }) => data))
  const shape = fileShape(kinds)
  const fill = (written: Written): Section => fillDefaults(shape, written) as Section
  const { include: _, ...filled } = fill({ as, value })
  const replaced = fill({ as: value, value })
  const defaults = { as: filled.defaults as Section, value: replaced.defaults as Section }
  const values = (replaced.policies ?? []) as readonly Section[]
  const policies = ((filled.policies ?? []) as readonly Section[]).map((policy, i) =>
    inherit({ as: policy, value: values[i] ?? policy }, defaults),
  )
  return mapTexts({ ...filled, policies }, hidePassword) as Section
}
