/** `curfew sandbox`: the product with no chat account; its code is only loaded here. */
import { parseArgs } from 'node:util'
import { type CliCommand, REFUSED } from './cli-command.ts'

const PORT = 4040
const FOLDER = '.curfew/sandbox'

export const run: CliCommand = async (input) => {
  const { err, env } = input
  if (env.NODE_ENV === 'production') {
    err.write('The sandbox is not for production: unset NODE_ENV.\n')
    return REFUSED
  }
  const options = readOptions(input.args)
  if (typeof options === 'string') {
    err.write(`${options}\nUsage: curfew sandbox [--fresh] [--port PORT] [--play]\n`)
    return REFUSED
  }
  if (options.play) return (await import('../sandbox/play-journey.ts')).playJourney(input)
  const { runSandbox } = await import('../sandbox/open-sandbox.ts')
  return runSandbox(input, { folder: FOLDER, ...options })
}

/** Or what is wrong with them. */
const readOptions = (args: readonly string[]): { fresh: boolean; port: number; play: boolean } | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        fresh: { type: 'boolean', default: false },
        port: { type: 'string', default: String(PORT) },
        play: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port)
    if (!/^\d{1,5}$/.test(values.port) || port > 65_535)
      return `--port takes a number up to 65535, not ${values.port}.`
    return { fresh: values.fresh, play: values.play, port }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown)
  }
}
