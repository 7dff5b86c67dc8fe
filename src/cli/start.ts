/** `curfew start`: runs the bot until a signal. SIGTERM and SIGINT drain and exit in time, SIGHUP reads the config again. */
import { type App, type AppOptions, assemble, StartRefused } from '../app.ts'
import { showProblem } from '../config/problem.ts'
import { asFault } from '../domain/fault.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'

/** Below what every file in `deploy/` allows until it kills. */
export const EXIT_WITHIN_MS = 15_000

export const run: CliCommand = async (input) => {
  // As the first process of a container nothing else would answer a signal, not even while this starts.
  const signal = untilSignal()
  const options = optionsFrom(input)
  if (options === undefined) return REFUSED
  try {
    const starting = assemble(options)
    void signal.then(() => setTimeout(() => process.exit(FAILED), EXIT_WITHIN_MS).unref())
    reloadOnHangup(starting, input)
    const app = await starting
    await stayUntil(signal)
    await app.stop()
    return DONE
  } catch (thrown) {
    return sayWhy(input, thrown)
  }
}

/** A config with problems may still end live access; whether there is any, only the journal knows. */
const optionsFrom = (input: CliInput): AppOptions | undefined => {
  const result = loadConfig(input)
  if (result.ok) return { config: result.config }
  if (result.endingOnly !== undefined)
    return { config: result.endingOnly, troubles: result.problems.map(showProblem) }
  input.err.write(showProblems(result))
  return undefined
}

const sayWhy = ({ err }: CliInput, thrown: unknown): number => {
  if (thrown instanceof StartRefused) {
    for (const reason of thrown.reasons) err.write(`${reason}\n`)
    return REFUSED
  }
  err.write(`Curfew could not start: ${showCause(thrown)}\n`)
  return asFault(thrown).kind === 'permanent' ? REFUSED : FAILED
}

/** A bug with where it came from. */
const showCause = (thrown: unknown): string => {
  const { message } = asFault(thrown)
  return message === 'internal' && thrown instanceof Error ? `${message}: ${thrown.stack}` : message
}

/** Once it has started: a SIGHUP that nobody hears ends the process. */
const reloadOnHangup = (starting: Promise<App>, input: CliInput): void => {
  const refuse = (reason: string): void =>
    void input.err.write(`Reload refused, the old config stays. ${reason}\n`)
  // Nobody waits for what a signal starts: if it rejected, the process would end, and with it all that is to be ended.
  const reloadNow = async (): Promise<void> => reload(await starting, input, refuse)
  process.on('SIGHUP', () => void reloadNow().catch((thrown) => refuse(showCause(thrown))))
}

const reload = async (app: App, input: CliInput, refuse: (reason: string) => void): Promise<void> => {
  const result = loadConfig(input)
  const reasons = result.ok ? await app.reload(result.config) : result.problems.map(showProblem)
  for (const reason of reasons) refuse(reason)
  if (reasons.length === 0) input.err.write('The config was read again.\n')
}

const untilSignal = (): Promise<void> =>
  new Promise((resolve) => {
    process.once('SIGTERM', resolve)
    process.once('SIGINT', resolve)
  })

/** Sockets keep the process alive; where there is none, this does. */
const stayUntil = async (end: Promise<void>): Promise<void> => {
  const alive = setInterval(() => undefined, 60_000)
  await end
  clearInterval(alive)
}
