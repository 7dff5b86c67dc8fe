import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { CliInput } from './cli-command.ts'
import { optionOf } from './option-of.ts'

/** The environment, with what a file says where it is silent: `--env-file FILE`. Else a sentence about what is wrong. */
export const readEnvironment = (args: readonly string[], env: CliInput['env']): CliInput['env'] | string => {
  const file = optionOf(args, '--env-file')
  if (file === undefined) return env
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env }
  } catch {
    return `The file “${file}” cannot be read. Is the path after --env-file right?\n`
  }
}
