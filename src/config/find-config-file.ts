import type { Env } from './replace-variables.ts'

export const DEFAULT_FILE = 'curfew.yaml'

/** Which file to read: `--config FILE` or `--config=FILE`, else `CURFEW_CONFIG`, else `curfew.yaml` right here. */
export const findConfigFile = (args: readonly string[], env: Env): string => {
  const at = args.indexOf('--config')
  const after = at < 0 ? undefined : args[at + 1]
  const inline = args.find((arg) => arg.startsWith('--config='))?.slice('--config='.length)
  return after || inline || env.CURFEW_CONFIG || DEFAULT_FILE
}
