import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import type { CliInput } from './cli-command.ts'
import { optionOf } from './option-of.ts'

const OPTION = '--env-file'

/**
 * Every command knows `--env-file FILE`, so it is taken out before: what the file says counts where the environment is
 * silent. Else a sentence about what is wrong.
 */
export const takeEnvFile = ({
  args,
  env,
}: Pick<CliInput, 'args' | 'env'>): Pick<CliInput, 'args' | 'env'> | string => {
  const file = optionOf(args, OPTION)
  if (file === undefined) return { args, env }
  try {
    const rest = args.filter(
      (arg, i) => arg !== OPTION && args[i - 1] !== OPTION && !arg.startsWith(`${OPTION}=`),
    )
    return { args: rest, env: { ...parseEnv(readFileSync(file, 'utf8')), ...env } }
  } catch {
    return `The file “${file}” cannot be read. Is the path after ${OPTION} right?\n`
  }
}
