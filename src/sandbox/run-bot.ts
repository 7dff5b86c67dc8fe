/** Keeps one bot of the sandbox running: one that ends, however it does, is started again. */
import { fileURLToPath } from 'node:url'
import { type BotProcess, startBot } from './bot-process.ts'

export interface KeptBot {
  state(): 'up' | 'starting' | 'down'
  /** Moves its clock and that of Redis ahead. Rejects while it is down. */
  move(ms: number): Promise<void>
  /** SIGKILL, as when a machine dies. */
  crash(): Promise<void>
  stop(): Promise<void>
}

const AGAIN_MS = 1_500

/** The same program as this one: built, or run through a loader. */
const botCommand = (): readonly string[] => [
  ...process.execArgv,
  fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './bot.ts' : './bot.js', import.meta.url)),
]

/** Rejects when the first one does not start. `changed` is told of every change of its state. */
export const runBot = async (
  env: Readonly<Record<string, string>>,
  changed: () => void,
): Promise<KeptBot> => {
  let bot: BotProcess | undefined
  let state: ReturnType<KeptBot['state']> = 'starting'
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  const become = (next: typeof state): void => {
    state = next
    changed()
  }
  const start = async (): Promise<void> => {
    become('starting')
    bot = await startBot({ args: botCommand(), env, listens: true })
    become('up')
    void bot.gone.then(again)
  }
  const again = (): void => {
    if (stopped) return
    become('down')
    timer = setTimeout(() => void start().catch(again), AGAIN_MS)
  }
  await start()
  return {
    state: () => state,
    move: async (ms) => {
      if (bot === undefined || state !== 'up') throw new Error('The bot is not running right now.')
      await bot.ask({ move: ms })
    },
    crash: async () => void (await bot?.end('SIGKILL')),
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await bot?.end('SIGTERM')
    },
  }
}
