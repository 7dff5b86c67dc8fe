/** Reads the config that a command was pointed at, and says what is wrong with it. */
import { findConfigFile } from '../config/find-config-file.ts'
import { showProblem } from '../config/problem.ts'
import { type ConfigResult, readConfig } from '../config/read-config.ts'
import { registry } from '../registry.ts'
import type { CliInput } from './cli-command.ts'

export const loadConfig = (
  { args, env }: CliInput,
  secrets: 'required' | 'optional' = 'required',
): ConfigResult => readConfig({ path: findConfigFile(args, env), env, kinds: registry, secrets })

/** One line each. */
export const showProblems = (result: Extract<ConfigResult, { ok: false }>): string =>
  result.problems.map((problem) => `${showProblem(problem)}\n`).join('')
