/** zod's issues as sentences that an operator can act on; never with the value that was found. */
import type { z } from 'zod'
import { suggest } from '../domain/suggest.ts'
import type { Path } from './problem.ts'
import { valueAt } from './reporter.ts'
import { partsOf } from './shape-parts.ts'

export interface Explained {
  /** Within the parsed value. */
  readonly path: Path
  readonly says: string
  readonly hint: string
}

const NAMES: Readonly<Record<string, string>> = {
  array: 'a list',
  int: 'a whole number',
  number: 'a number',
  object: 'a block of settings',
  record: 'a block of settings',
  string: 'text',
  boolean: 'true or false',
}

/** Where nobody knows better. */
const SEE_SCHEMA = '`curfew schema` says what can stand here.'

const SHOW: Readonly<Record<string, string>> = {
  array: 'Write it as a list: [one, another].',
  string: 'Put it in quotes.',
  object: 'Write `name: value` lines below it, further in.',
  record: 'Write `name: value` lines below it, further in.',
  boolean: 'Write true or false, without quotes.',
  number: 'Write a number, without quotes.',
  int: 'Write a whole number, without quotes.',
}

/** The keys an object may have at a path of a schema, for hints; empty where it cannot be told. */
const knownKeys = (schema: z.ZodType | undefined, path: Path): readonly string[] => {
  if (schema === undefined) return []
  const def = partsOf(schema)
  const inner = def.innerType ?? def.in
  if (inner !== undefined) return knownKeys(inner, path)
  if (def.type === 'union') return (def.options ?? []).flatMap((option) => knownKeys(option, path))
  const [step, ...rest] = path
  if (step === undefined) return Object.keys(def.shape ?? {})
  return knownKeys(def.shape?.[String(step)] ?? def.element ?? def.valueType, rest)
}

/** “Did you mean …”, else all there is to choose from. */
export const hintFrom = (word: string, known: readonly string[]): string => {
  const near = suggest(word, known)
  if (near !== undefined) return `Did you mean \`${near}\`?`
  return known.length === 0 ? 'Remove it.' : `Known here: ${[...new Set(known)].sort().join(', ')}.`
}

const hintOf = (issue: z.core.$ZodIssue): string | undefined => {
  const hint = issue.code === 'custom' ? issue.params?.hint : undefined
  return typeof hint === 'string' ? hint : undefined
}

const wrongType = (expected: string): Omit<Explained, 'path'> => ({
  says: `Should be ${NAMES[expected] ?? expected}.`,
  hint: SHOW[expected] ?? SEE_SCHEMA,
})

/** Schemas of plug-ins may say it in a few words. */
const asSentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1)}${/[.!?]$/.test(words) ? '' : '.'}`

const sizeWord = (origin: string): string => (origin === 'string' ? ' characters' : '')

const explainOne = (issue: z.core.$ZodIssue, written: unknown): Omit<Explained, 'path'> => {
  switch (issue.code) {
    case 'invalid_type':
      return wrongType(issue.expected)
    case 'invalid_value':
      return {
        says: `Should be ${issue.values.map(String).join(' or ')}.`,
        hint: hintFrom(String(written), issue.values.map(String)),
      }
    case 'too_small':
      if (issue.origin === 'array') return { says: 'Should not be empty.', hint: 'Name at least one.' }
      return {
        says: `Should be at least ${issue.minimum}${sizeWord(issue.origin)}.`,
        hint: 'Make it larger.',
      }
    case 'too_big':
      return {
        says: `Should be at most ${issue.maximum}${sizeWord(issue.origin)}.`,
        hint: 'Make it smaller.',
      }
    default:
      return { says: asSentence(issue.message), hint: hintOf(issue) ?? SEE_SCHEMA }
  }
}

const explain = (issue: z.core.$ZodIssue, schema: z.ZodType, written: unknown): readonly Explained[] => {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)))
  const last = path.at(-1)
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, path)
    return issue.keys.map((key) => ({
      path: [...path, key],
      says: 'Unknown setting.',
      hint: hintFrom(key, known),
    }))
  }
  const value = valueAt(written, path)
  if (value === undefined && typeof last === 'string')
    return [{ path, says: 'Is missing.', hint: `Add \`${last}:\` here.` }]
  // Of several possible shapes the one that came furthest says most.
  const deepest =
    issue.code === 'invalid_union' ? issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] : undefined
  if (deepest !== undefined && deepest.length > 0)
    return deepest.flatMap((one) => explain({ ...one, path: [...path, ...one.path] }, schema, written))
  return [{ path, ...explainOne(issue, value) }]
}

/** Wrong types say little about what was meant. */
const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(...issues.map((issue) => issue.path.length * 2 + (issue.code === 'invalid_type' ? 0 : 1)))

/** All that a failed parse of `written` says. */
export const explainIssues = (error: z.ZodError, schema: z.ZodType, written: unknown): readonly Explained[] =>
  error.issues.flatMap((issue) => explain(issue, schema, written))
