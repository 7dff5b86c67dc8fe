/**
 * Several bots as processes on one Redis before one vault, told what people do without any chat in between: for what needs
 * very many gestures at once, or a target without deadlines. Whoever opens a fleet closes it.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startRedis, type TestRedis } from '../../fixtures/redis.ts'
import { until } from '../../fixtures/until.ts'
import type { Entry } from './observed.ts'
import type { Plan } from './plan.ts'
import { startVault, type Vault } from './vault.ts'
import { writePlan } from './write-plan.ts'

const BOT = fileURLToPath(new URL('./fleet-bot.ts', import.meta.url))
const TAP = fileURLToPath(new URL('./tap-calls.ts', import.meta.url))
const START_MS = 120_000

/** What somebody does: words or a press. */
export type Does = { readonly text: string } | { readonly verb: string; readonly value: string }
export type Wish = Does & { readonly n: number; readonly who: string }

export interface Said {
  readonly title: string
  /** The whole card, as JSON. */
  readonly text: string
}

export interface FleetBot {
  pid(): number
  /** Undefined: no answer; what was done may have happened all the same. */
  act(who: string, does: Does): Promise<Said | undefined>
  arm(plan: Plan): Promise<void>
  end(signal: NodeJS.Signals): Promise<void>
}

export interface Fleet {
  readonly redis: TestRedis
  readonly vault: Vault
  readonly bots: readonly FleetBot[]
  entries(): Promise<readonly Entry[]>
  close(): Promise<void>
}

export interface FleetOptions {
  readonly bots: number
  /** Lines of the vault's settings. */
  readonly vault?: string
  /** Lines of the policy. */
  readonly policy?: string
}

const yaml = (url: string, { vault = '', policy = '' }: FleetOptions): string => `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault:
    kind: vault
    url: ${url}
    account: "{email.local}"
    roles: { readonly: {}, auto: {}, glass: {} }
${vault}
policies:
  - entitlements: ["*/readonly"]
    requesters: [everyone]
    approvers: [olga@acme.test, bob@acme.test, cy@acme.test]
    channels: ["local:channel-dbas"]
${policy}
`

export const openFleet = async (options: FleetOptions): Promise<Fleet> => {
  const [redis, vault] = await Promise.all([startRedis(), startVault()])
  const bots: FleetBot[] = []
  const close = async (): Promise<void> => {
    await Promise.all(bots.map((bot) => bot.end('SIGKILL')))
    await vault.stop()
    await redis.stop()
  }
  try {
    const file = join(redis.folder, 'curfew.yaml')
    await writeFile(file, yaml(vault.url, options))
    const env = {
      PATH: process.env.PATH ?? '',
      CURFEW_CONFIG: file,
      REDIS_URL: redis.url,
      CURFEW_KEY: 'fleet'.repeat(8),
      PORT: '0',
      HOST: '127.0.0.1',
      LOG_LEVEL: 'warn',
    }
    bots.push(...(await Promise.all(Array.from({ length: options.bots }, () => startBot(env, redis.folder)))))
    const entries = async (): Promise<Entry[]> =>
      (await redis.client.xrange('{curfew}:journal', '-', '+')).map(([id, fields]) => ({
        n: Number(id.split('-')[0]),
        ...(JSON.parse(fields[1] ?? '{}') as Omit<Entry, 'n'>),
      }))
    return { redis, vault, bots, entries, close }
  } catch (thrown) {
    await close()
    throw thrown
  }
}

const startBot = async (env: Readonly<Record<string, string>>, folder: string): Promise<FleetBot> => {
  const child = fork(BOT, {
    execArgv: ['--import', 'tsx', '--import', TAP],
    env,
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const waiting = new Map<number, (answer: Answer) => void>()
  let up = false
  let plans = 0
  child.on('message', (message: Answer | { up: true }) => {
    if ('up' in message) up = true
    else waiting.get(message.n)?.(message)
  })
  child.stdout?.on('data', (data: Buffer) => {
    plans += data.toString().split('plan taken').length - 1
  })
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null
  await until('a bot of the fleet', START_MS, () => up || isGone())
  if (isGone()) throw new Error('a bot of the fleet did not start')
  let n = 0
  return {
    pid: () => child.pid ?? 0,
    act: (who, does) =>
      new Promise((resolve) => {
        n += 1
        const wish: Wish = { ...does, n, who }
        waiting.set(n, (answer) => {
          waiting.delete(wish.n)
          resolve('card' in answer ? answer.card : undefined)
        })
        child.send(wish)
      }),
    arm: async (plan) => {
      await writePlan(folder, plan, 'plan')
      const before = plans
      child.kill('SIGUSR2')
      await until('the plan was taken', START_MS, () => plans > before)
    },
    end: (signal) => endChild(child, signal),
  }
}

type Answer = { readonly n: number; readonly card: Said } | { readonly n: number; readonly failed: string }

const endChild = async (child: ChildProcess, signal: NodeJS.Signals): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill(signal)
  await gone
}
