/** The production bot as a child process, exactly as an operator starts it: a config file and an environment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { collectText } from './collect-text.ts'

export interface BotProcess {
  /** Where it listens for chats. */
  readonly origin: string
  pid(): number
  /** Every line it logged, parsed where it is JSON. */
  readonly log: readonly LogLine[]
  /** Everything it wrote to stderr. */
  errors(): string
  /** Sends a signal and answers the exit code (null: ended by the signal). */
  end(signal: NodeJS.Signals): Promise<number | null>
  /** Resolves when the process is gone, however it ended. */
  readonly gone: Promise<void>
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly msg?: string }

export interface BotOptions {
  /** The program: `node` with its arguments, up to and including `start`. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Where it is started; default: here. */
  readonly cwd?: string
}

/** What the bot ended with before it was up. */
export class BotEnded extends Error {
  readonly code: number | null

  constructor(code: number | null, said: string) {
    super(`The bot ended with ${code}: ${said}`)
    this.name = 'BotEnded'
    this.code = code
  }
}

/** Starts the bot on a free port and waits until it says that it has started. Rejects with {@link BotEnded}. */
export const startBot = async ({ args, env, cwd }: BotOptions): Promise<BotProcess> => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, args, {
    ...(cwd !== undefined && { cwd }),
    env: { PATH, HOME, HOST: '127.0.0.1', PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const killAtExit = (): void => void child.kill('SIGKILL')
  process.once('exit', killAtExit)
  const gone = once(child, 'exit').then(() => void process.off('exit', killAtExit))
  const errors = collectText(child.stderr)
  const log: LogLine[] = []
  const port = await untilStarted(child, log, errors)
  return {
    origin: `http://127.0.0.1:${port}`,
    pid: () => child.pid ?? 0,
    log,
    errors,
    end: async (signal) => {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      child.kill(signal)
      const [code] = (await once(child, 'exit')) as [number | null]
      return code
    },
    gone,
  }
}

const untilStarted = (child: ChildProcess, log: LogLine[], errors: () => string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => reject(new BotEnded(code, errors())))
    if (child.stdout === null) return
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = parseLine(line)
      log.push(parsed)
      if (parsed.msg === 'started' && typeof parsed.port === 'number') resolve(parsed.port)
    })
  })

const parseLine = (line: string): LogLine => {
  try {
    return JSON.parse(line) as LogLine
  } catch {
    return { msg: line }
  }
}
