/**
 * The one who does not believe the bot: a process of its own that reads Redis, PostgreSQL and the chat over the wire, and
 * tries the access as the person. It also watches who holds access all the while.
 */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Bench } from '../../fixtures/run-bot.ts'
import type { Observed } from './observed.ts'

const PROGRAM = fileURLToPath(new URL('./observe.ts', import.meta.url))

export interface Checker {
  /** One more person, and how they get into the database. */
  know(name: string, person: Person): void
  /** Everything as it stands now, read on fresh connections. */
  observe(): Promise<Observed>
  stop(): void
}

export interface Person {
  /** With their own password. */
  readonly databaseUrl: string
  readonly slackId: string
}

/** What the checker is told, one line of JSON each. */
export type Order =
  | { readonly do: 'know'; readonly name: string; readonly person: Person }
  | { readonly do: 'observe' }

/** What it needs to know to look for itself. */
export interface Whereabouts {
  readonly redisPath: string
  /** The administrator's, to the orders database. */
  readonly databaseUrl: string
  readonly slackApi: string
  readonly slackToken: string
  readonly channels: Readonly<Record<string, string>>
}

export const startChecker = async (bench: Bench): Promise<Checker> => {
  const url = new URL(bench.postgres.url)
  url.pathname = '/orders'
  const whereabouts: Whereabouts = {
    redisPath: bench.redis.path,
    databaseUrl: url.href,
    slackApi: bench.slack.apiUrl,
    slackToken: bench.slack.botToken,
    channels: bench.channels,
  }
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM], {
    env: { PATH: process.env.PATH ?? '', WHEREABOUTS: JSON.stringify(whereabouts) },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const waiting: ((line: string) => void)[] = []
  const fail: ((error: Error) => void)[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    fail.shift()
    waiting.shift()?.(line)
  })
  child.once('exit', () => {
    for (const reject of fail.splice(0)) reject(new Error('the checker is gone'))
  })
  const answer = (): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting.push(resolve)
      fail.push(reject)
    })
  const order = (what: Order): void => void child.stdin.write(`${JSON.stringify(what)}\n`)
  await answer()
  return {
    know: (name, person) => order({ do: 'know', name, person }),
    observe: async () => {
      order({ do: 'observe' })
      const said = JSON.parse(await answer()) as Observed | { failed: string }
      if ('failed' in said) throw new Error(`the checker: ${said.failed}`)
      return said
    },
    stop: () => void child.stdin.end(),
  }
}
