/**
 * `curfew check`: everything that is wrong with the config, with file, line and hint; no secrets, no network. `--print`
 * shows what it comes to instead, `--env` wants the environment to be complete as well.
 */
import { stringify } from 'yaml'
import { effectiveConfig } from '../config/effective-config.ts'
import type { ConfigResult } from '../config/read-config.ts'
import { namesNeeded } from '../config/replace-variables.ts'
import { VARIABLES } from '../config/variables.ts'
import { registry } from '../registry.ts'
import { type CliCommand, type CliInput, DONE, FAILED } from './cli-command.ts'
import { countOf } from './count-of.ts'
import { loadConfig, showProblems } from './load-config.ts'

type Fine = Extract<ConfigResult, { ok: true }>

export const run: CliCommand = async (input) => {
  const result = loadConfig(input, input.args.includes('--env') ? 'required' : 'optional')
  if (!result.ok) {
    input.err.write(`${showProblems(result)}\n${countOf(result.problems.length, 'problem')}.\n`)
    return FAILED
  }
  input.out.write(input.args.includes('--print') ? print(result) : sumUp(result, input))
  return DONE
}

const print = ({ sources }: Fine): string => stringify(effectiveConfig(sources, registry), { lineWidth: 0 })

const sumUp = ({ config, sources }: Fine, { env }: CliInput): string => {
  const counts = [
    countOf(Object.keys(config.targets).length, 'target'),
    countOf(config.policies.length, 'policy', 'policies'),
    ...(sources.length === 1 ? [] : [countOf(sources.length, 'file')]),
  ]
  const missing = needed(config, sources).filter((name) => !env[name])
  const needs = missing.length === 0 ? '' : `To start it needs what is not set here: ${missing.join(', ')}.\n`
  return `The config is fine: ${counts.join(', ')}.\n${needs}`
}

/** Names of Curfew's own, of the chats that the file writes to, and of the file. */
const needed = (config: Fine['config'], sources: Fine['sources']): readonly string[] => {
  const isWrittenTo = (kind: string) => config.auditChannels.some((channel) => channel.startsWith(`${kind}:`))
  const chats = registry.chats.filter(({ kind }) => isWrittenTo(kind))
  const all = [...VARIABLES, ...chats.flatMap(({ starter }) => starter?.variables ?? [])]
  const own = all.filter(({ optional }) => !optional).map(({ name }) => name)
  return [...new Set([...own, ...sources.flatMap(({ written }) => namesNeeded(written))])]
}
