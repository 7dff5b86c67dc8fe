/** The main file and what it includes, variables replaced. The only part of config that reads files of settings. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { matchesGlob } from '../domain/glob.ts'
import type { At, Source } from './problem.ts'
import { FILE_MAX, readSource } from './read-source.ts'
import { type Env, replaceVariables, type Vault } from './replace-variables.ts'
import type { Reporter } from './reporter.ts'

export interface Reading {
  readonly env: Env
  readonly vault: Vault
  readonly reporter: Reporter
}

const INCLUDES_MAX = 100
/** Of UTF-8 at most four bytes make a character. */
const BYTES_MAX = 4 * FILE_MAX

const readText = (file: string, reporter: Reporter): string | undefined => {
  try {
    if (statSync(file).size <= BYTES_MAX) return readFileSync(file, 'utf8')
    reporter.add({ file, message: `This file has more than ${FILE_MAX} characters.`, hint: 'Split it up.' })
  } catch {
    reporter.add({
      file,
      message: 'This file cannot be read.',
      hint: 'Is the path right, and readable for Curfew?',
    })
  }
  return undefined
}

/** One file; `text` where it was given instead of read. */
export const readFile = (file: string, text: string | undefined, reading: Reading): Source | undefined => {
  const content = text ?? readText(file, reading.reporter)
  const source = content === undefined ? undefined : readSource(content, file, reading.reporter)
  return source === undefined ? undefined : replaceVariables(source, reading)
}

const listFolder = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}

/** Files of one pattern; `*` may stand in the last part of the path, and means no hidden file. */
const expand = (pattern: string, { folder, file: main }: Source): readonly string[] => {
  const inside = dirname(pattern)
  const glob = basename(pattern)
  return listFolder(resolve(folder, inside))
    .filter((name) => matchesGlob(glob, name) && name.startsWith('.') === glob.startsWith('.'))
    .map((name) => (isAbsolute(inside) ? join(inside, name) : join(folder, inside, name)))
    .filter((file) => resolve(file) !== resolve(main))
}

/** Included files in the order of the patterns, then by name; each once. */
export const readIncludes = (patterns: readonly string[], at: At, reading: Reading): readonly Source[] => {
  const { reporter } = reading
  const files = patterns.flatMap((pattern, i) => {
    const found = expand(pattern, at.source)
    const here = { source: at.source, path: [...at.path, i] }
    if (found.length === 0)
      reporter.at(here, 'No file matches.', 'Write it relative to this file, `*` in the last part.')
    return found
  })
  if (files.length > INCLUDES_MAX)
    reporter.at(at, `More than ${INCLUDES_MAX} files are included.`, 'Put several policies into one file.')
  return [...new Set(files)]
    .slice(0, INCLUDES_MAX)
    .flatMap((file) => readFile(file, undefined, reading) ?? [])
}
