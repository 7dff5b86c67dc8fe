/** `curfew check`: everything that is wrong with the config, with file, line and hint; no secrets, no network. */
import { type CliCommand, DONE, FAILED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

export const run: CliCommand = async (input) => {
  const result = loadConfig(input, 'optional')
  if (!result.ok) {
    input.err.write(showProblems(result))
    return FAILED
  }
  const { targets, policies } = result.config
  input.out.write(
    `The config is fine: ${Object.keys(targets).length} targets, ${policies.length} policies.\n`,
  )
  return DONE
}
