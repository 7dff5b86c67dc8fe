/**
 * `${NAME}`, `${NAME:-default}` and `${file:path}` in the values of a parsed file. Called once per file; what it
 * found stays in the vault and appears in no problem.
 */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { type At, type Source, showPath, under } from './problem.ts'
import { placeholder, type Reporter } from './reporter.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** What was put in place of variables: hidden from problems and logs. */
export interface Vault {
  /** Value to the name it goes by in the file. */
  readonly secrets: Map<string, string>
  /** `optional`: what is missing becomes a placeholder, for checking a file where no secrets are. */
  readonly mode: 'required' | 'optional'
}

const SECRET_FILE_MAX_BYTES = 64_000
const HINT = `Write \`\${NAME}\`, \`\${NAME:-default}\` or \`\${file:path}\`.`
const VARIABLE = /\$\{([^{}]*)\}/g

interface Lookup {
  readonly env: Env
  readonly vault: Vault
  readonly reporter: Reporter
}

type Search = Lookup & { readonly found: Map<string, string> }

/** The same source with every variable replaced. */
export const replaceVariables = (source: Source, lookup: Lookup): Source => {
  const found = new Map<string, string>()
  const data = replaceIn(source.data, { source, path: [] }, { ...lookup, found }) as Source['data']
  return { ...source, data, variables: found }
}

const replaceIn = (value: unknown, at: At, lookup: Search): unknown => {
  if (typeof value === 'string') return replaceText(value, at, lookup)
  if (Array.isArray(value)) return value.map((item, i) => replaceIn(item, under(at, i), lookup))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, replaceIn(item, under(at, key), lookup)]),
  )
}

const replaceText = (text: string, at: At, lookup: Search): string => {
  const replaced = text.replace(VARIABLE, (_, inner: string) => find(inner, at, lookup))
  if (!text.replace(VARIABLE, '').includes('${')) return replaced
  complain(at, 'A variable is never closed.', HINT, lookup)
  return placeholder()
}

const find = (inner: string, at: At, lookup: Search): string => {
  if (inner.startsWith('file:')) return readSecretFile(inner.slice('file:'.length), at, lookup)
  const [, name, fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inner) ?? []
  if (name === undefined) {
    complain(at, 'This is not how a variable is written.', HINT, lookup)
    return placeholder()
  }
  const value = lookup.env[name]
  if (value !== undefined && value !== '') return keep(value, `\${${name}}`, at, lookup)
  if (fallback !== undefined) return fallback
  return miss(`\`${name}\` is not set in the environment.`, `Set ${name}.`, at, lookup)
}

const readSecretFile = (path: string, at: At, lookup: Search): string => {
  const full = resolve(at.source.folder, path)
  try {
    if (statSync(full).size > SECRET_FILE_MAX_BYTES)
      return miss(`The file \`${path}\` is too large.`, 'Put one secret into it.', at, lookup)
    return keep(readFileSync(full, 'utf8').replace(/\r?\n$/, ''), `\${file:${path}}`, at, lookup)
  } catch {
    return miss(`The file \`${path}\` cannot be read.`, 'Create it, readable for Curfew.', at, lookup)
  }
}

const keep = (value: string, name: string, at: At, { vault, found }: Search): string => {
  vault.secrets.set(value, name)
  found.set(showPath(at.path), name)
  return value
}

const miss = (says: string, hint: string, at: At, lookup: Search): string => {
  if (lookup.vault.mode === 'required') complain(at, says, hint, lookup)
  return placeholder()
}

/** Not by way of {@link Reporter.at}, which keeps silent about values with variables. */
const complain = (at: At, says: string, hint: string, { reporter }: Search): void => {
  const message = `\`${showPath(at.path)}\`: ${says}`
  reporter.add({ file: at.source.file, line: at.source.lineOf(at.path), message, hint })
}

/** Names that a file cannot do without: written without a default. In the order of the alphabet. */
export const namesNeeded = (written: unknown): readonly string[] => {
  const text = JSON.stringify(written)
  const names = [...text.matchAll(VARIABLE)].flatMap(([, inner = '']) =>
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(inner) ? [inner] : [],
  )
  return [...new Set(names)].sort()
}
