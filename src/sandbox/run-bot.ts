/** Keeps one bot of the sandbox running: one that ends, however it does, is started again. */
import { fileURLToPath } from 'node:url'
import { type BotProcess, startBot } from './bot-process.ts'

export interface KeptBot {
  state(): 'up' | 'starting' | 'down'
  /** Ends it, does this, and starts it again. */
  around(work: () => Promise<void>): Promise<void>
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

export interface BotSettings {
  readonly env: Readonly<Record<string, string>>
  /** Arguments for node that run `bot.ts`; by default as this process runs. */
  readonly command?: readonly string[]
  /** Told of every change of its state. */
  changed(): void
}

/** Rejects when the first one does not start. */
export const runBot = async ({ env, command = botCommand(), changed }: BotSettings): Promise<KeptBot> => {
  let bot: BotProcess | undefined
  let state: ReturnType<KeptBot['state']> = 'starting'
  /** It ends because somebody here wants it to. */
  let expected = false
  let timer: NodeJS.Timeout | undefined

  const become = (next: typeof state): void => {
    state = next
    changed()
  }
  const start = async (): Promise<void> => {
    become('starting')
    bot = await startBot({ args: command, env })
    become('up')
    void bot.gone.then(again)
  }
  const again = (): void => {
    if (expected) return
    become('down')
    timer = setTimeout(() => void start().catch(again), AGAIN_MS)
  }
  await start()
  return {
    state: () => state,
    around: async (work) => {
      expected = true
      clearTimeout(timer)
      await bot?.end('SIGTERM')
      await work()
      expected = false
      await start()
    },
    crash: async () => void (await bot?.end('SIGKILL')),
    stop: async () => {
      expected = true
      clearTimeout(timer)
      await bot?.end('SIGTERM')
    },
  }
}
