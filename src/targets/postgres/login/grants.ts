/**
 * What an operator writes under `grants:` as a small grammar: privileges, one kind of object, names. Called by
 * `settings.ts`, the recipe and `doctor`; what it does not know it refuses, so nothing but these words reaches SQL.
 */
import { escapeIdentifier } from 'pg'
import { z } from 'zod'

/** What may be given on which kind of object. Without those that run code for others, or give rights on. */
const KINDS = {
  TABLE: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'],
  SEQUENCE: ['USAGE', 'SELECT', 'UPDATE'],
  FUNCTION: ['EXECUTE'],
  SCHEMA: ['USAGE', 'CREATE'],
  DATABASE: ['CONNECT', 'TEMPORARY'],
} as const

export type Kind = keyof typeof KINDS

export interface Grant {
  readonly privileges: readonly string[]
  readonly kind: Kind
  /** All of this kind that stand in the schema. */
  readonly all: boolean
  /** A schema, a database, or a schema and what stands in it. */
  readonly names: readonly string[]
}

const NAME = String.raw`(?:[a-z_][a-z0-9_$]*|"(?:[^"\p{Cc}]|"")+")`
const SHAPE = new RegExp(
  String.raw`^(?<privileges>[a-z]+(?:\s*,\s*[a-z]+)*)\s+ON\s+(?:ALL\s+(?<many>TABLES|SEQUENCES|FUNCTIONS)\s+IN\s+SCHEMA|(?<one>TABLE|SEQUENCE|SCHEMA|DATABASE))\s+(?<names>${NAME}(?:\s*\.\s*${NAME})?)$`,
  'iu',
)

const EXAMPLES = 'like “SELECT ON ALL TABLES IN SCHEMA public” or “SELECT, INSERT ON TABLE public.orders”'

/** What it says, or what is wrong with it in a sentence that says what would help. */
export const parseGrant = (text: string): Grant | string => {
  const found = SHAPE.exec(text.trim())?.groups
  if (found === undefined) return explain(text)
  const kind = (found.one ?? found.many?.slice(0, -1) ?? '').toUpperCase() as Kind
  const all = found.many !== undefined
  const names = [...(found.names ?? '').matchAll(new RegExp(NAME, 'giu'))].map(([name]) => readName(name))
  const parts = all || kind === 'SCHEMA' || kind === 'DATABASE' ? 1 : 2
  if (names.length !== parts)
    return parts === 2 ? NEEDS_SCHEMA : `names one ${all ? 'schema' : kind.toLowerCase()}, without a dot`
  const privileges = (found.privileges ?? '')
    .toUpperCase()
    .split(/\s*,\s*/)
    .map((one) => (one === 'TEMP' ? 'TEMPORARY' : one))
  const known: readonly string[] = KINDS[kind]
  const unknown = privileges.find((one) => !known.includes(one))
  return unknown === undefined ? { privileges, kind, all, names } : explainPrivilege(unknown, kind)
}

const NEEDS_SCHEMA =
  'needs the schema as well, like “public.orders”: which one is meant must not depend on a search path'

/** Unquoted names are lower case in PostgreSQL. */
const readName = (written: string): string =>
  written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase()

const explain = (text: string): string => {
  if (/^\s*GRANT\b/i.test(text)) return `leave out GRANT and whom it is for: ${EXAMPLES}`
  if (/\bWITH\s+(GRANT|ADMIN)\b/i.test(text))
    return 'nobody may give on what was given: leave out WITH … OPTION'
  if (/\bTO\s+\S+\s*$/i.test(text)) return `leave out whom it is for: ${EXAMPLES}`
  if (/\bALL(\s+PRIVILEGES)?\s+ON\b/i.test(text))
    return 'name the privileges one by one, like “SELECT, INSERT”, not ALL'
  if (/;/.test(text)) return 'one privilege list on one object per line, without “;”'
  if (/\(/.test(text))
    return 'columns and arguments are not understood here: make a role for it and name it under `memberOf`'
  return `is not understood; write it ${EXAMPLES}, or make a role for it and name it under \`memberOf\``
}

const explainPrivilege = (unknown: string, kind: Kind): string => {
  if (unknown === 'ALL') return 'name the privileges one by one, like “SELECT, INSERT”, not ALL'
  const may = `on a ${kind.toLowerCase()} there is ${KINDS[kind].join(', ')}`
  if (unknown === 'TRIGGER') return `TRIGGER would let people run code as whoever writes to the table; ${may}`
  return `${unknown} is not given here; ${may}`
}

export const grantText = z.string().transform((text, context): Grant => {
  const parsed = parseGrant(text)
  if (typeof parsed !== 'string') return parsed
  context.addIssue({ code: 'custom', message: `“${text.slice(0, 80)}”: ${parsed}` })
  return z.NEVER
})

/** As SQL, without its end. `quote` leaves plain names as they are. */
export const showGrant = (
  { privileges, kind, all, names }: Grant,
  quote: (name: string) => string = escapeIdentifier,
): string =>
  `${privileges.join(', ')} ON ${all ? `ALL ${kind}S IN SCHEMA` : kind} ${names.map(quote).join('.')}`
