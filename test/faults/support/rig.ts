/**
 * A company whose bots are made to die: Redis, PostgreSQL and Slack as in every journey, bots that carry the tap, and a
 * checker in a process of its own. Whoever opens a rig closes it.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { BotEnded, type BotProcess } from '../../../src/sandbox/bot-process.ts'
import { type Bench, MAIN, startBench } from '../../fixtures/run-bot.ts'
import { until } from '../../fixtures/until.ts'
import { type Checker, startChecker } from './checker.ts'
import { FIRST_PLAN, type Plan, type Strike } from './plan.ts'
import { writePlan } from './write-plan.ts'

const TAP = fileURLToPath(new URL('./tap-calls.ts', import.meta.url))
const ARMED_MS = 10_000

/** When what was down, for the bound: an end counts from when somebody was there to do it. */
export interface Disturbance {
  readonly at: number
  readonly what: 'bot killed' | 'bot up' | 'redis killed' | 'redis up'
  /** From then on a bot and Redis are there. */
  readonly isUp: boolean
}

export interface Rig {
  readonly bench: Bench
  readonly checker: Checker
  readonly disturbances: readonly Disturbance[]
  /** Every bot there ever was. */
  readonly all: readonly BotProcess[]
  /** The bots that run, the oldest first. */
  bots(): readonly BotProcess[]
  startBot(): Promise<BotProcess>
  /** Starts one that has this plan from its first call on; undefined when it died before it was up. */
  startArmed(plan: Plan): Promise<BotProcess | undefined>
  /** SIGKILL. */
  kill(bot: BotProcess): Promise<void>
  /** From now on it does this to itself. */
  arm(bot: BotProcess, plan: Plan): Promise<void>
  /** Resolves once it is dead by its own hand, and takes it off the list. */
  died(bot: BotProcess): Promise<void>
  /** Every bot would do this to itself. `died` resolves, with the time of the first, once those that did not die of it are safe. */
  strikeOne(strike: Strike): Promise<{ readonly died: Promise<number> }>
  killRedis(): Promise<void>
  startRedis(): Promise<void>
  /** A member with a login who has done nothing yet. */
  newPerson(): Promise<string>
  /** Who has the role by other hands, and keeps it; somebody does from the beginning. */
  readonly standing: readonly string[]
  giveByHand(name: string): Promise<void>
  close(): Promise<void>
}

export interface RigOptions {
  /** How many bots; default one. */
  readonly replicas?: number
  /** Approvers besides Bob and Cy, so that each lane has one of its own: `dba0`, `dba1`, … */
  readonly approvers?: number
  readonly slackBy?: 'sockets' | 'http'
  /** `dist/main.js`: the built bot, which starts in half the time; by default its source. */
  readonly built?: string
}

export const dba = (n: number): string => `dba${n}`

/** Rejects when something does not start; nothing is left behind then. */
export const openRig = async (options: RigOptions = {}): Promise<Rig> => {
  const { replicas = 1, approvers = 0, slackBy, built } = options
  const names = Array.from({ length: approvers }, (_, n) => dba(n))
  const addApprovers = (yaml: string): string =>
    yaml.replaceAll(
      'approvers: [bob@acme.test',
      `approvers: [${['bob', ...names].map((name) => `${name}@acme.test`).join(', ')}`,
    )
  const tap = built === undefined ? undefined : await buildTap()
  const command =
    tap === undefined
      ? ['--import', 'tsx', '--import', TAP, MAIN, 'start']
      : ['--import', tap.url, built ?? '', 'start']
  const bench = await startBench({
    command,
    config: addApprovers,
    ...(slackBy && { slackBy }),
  })
  try {
    for (const name of names) bench.slack.addUser({ name })
    const checker = await startChecker(bench)
    const rig = run(bench, checker, async () => void (await tap?.remove()))
    while (rig.bots().length < replicas) await rig.startBot()
    await rig.giveByHand(await rig.newPerson())
    return rig
  } catch (thrown) {
    await bench.stop()
    throw thrown
  }
}

/** The tap for a bot that runs without a loader. */
const buildTap = async (): Promise<{ url: string; remove(): Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'curfew-tap-'))
  const outfile = join(folder, 'tap.mjs')
  await build({ entryPoints: [TAP], outfile, bundle: true, platform: 'node', format: 'esm' })
  return { url: pathToFileURL(outfile).href, remove: () => rm(folder, { recursive: true, force: true }) }
}

const run = (bench: Bench, checker: Checker, clear: () => Promise<void>): Rig => {
  const bots: BotProcess[] = [bench.bot()]
  const all = [...bots]
  const disturbances: Disturbance[] = []
  const standing: string[] = []
  let hasRedis = true
  const note = (what: Disturbance['what']): void =>
    void disturbances.push({ at: Date.now(), what, isUp: hasRedis && bots.length > 0 })
  const forget = (bot: BotProcess): void => {
    const at = bots.indexOf(bot)
    if (at >= 0) bots.splice(at, 1)
    note('bot killed')
    // Where Slack comes by HTTP, it comes to somebody who is there.
    const left = bots.at(-1)
    if (left !== undefined) bench.slack.connectBot(`${left.origin}/slack/events`)
  }
  const welcome = (bot: BotProcess): BotProcess => {
    bots.push(bot)
    all.push(bot)
    note('bot up')
    return bot
  }
  const arm: Rig['arm'] = async (bot, plan) => {
    await writePlan(bench.folder, plan, 'plan')
    const taken = (): number => bot.log.filter(({ msg }) => msg === 'plan taken').length
    const before = taken()
    process.kill(bot.pid(), 'SIGUSR2')
    await until('the plan was taken', ARMED_MS, () => taken() > before)
  }
  const firstOf = async (struck: readonly BotProcess[]): Promise<number> => {
    const dead = await Promise.race(struck.map((bot) => bot.gone.then(() => bot)))
    const diedAt = Date.now()
    forget(dead)
    for (const bot of [...bots]) {
      const safe = arm(bot, {}).then(() => true)
      // Where its own strike is quicker, nobody waits for it any more.
      safe.catch(() => undefined)
      if (!(await Promise.race([safe, bot.gone.then(() => false)]))) forget(bot)
    }
    return diedAt
  }
  return {
    bench,
    checker,
    disturbances,
    all,
    bots: () => bots,
    startBot: async () => welcome(await bench.startBot()),
    startArmed: async (plan) => {
      const file = await writePlan(bench.folder, plan, 'first-plan')
      try {
        return welcome(await bench.startBot({ [FIRST_PLAN]: file }))
      } catch (thrown) {
        if (!(thrown instanceof BotEnded) || thrown.code !== null) throw thrown
        return undefined
      }
    },
    kill: async (bot) => {
      process.kill(bot.pid(), 'SIGKILL')
      forget(bot)
      await bot.gone
    },
    arm,
    died: async (bot) => {
      await bot.gone
      forget(bot)
    },
    strikeOne: async (strike) => {
      const struck = [...bots]
      for (const bot of struck) await arm(bot, { strike })
      return { died: firstOf(struck) }
    },
    killRedis: async () => {
      hasRedis = false
      note('redis killed')
      await bench.redis.end('SIGKILL')
    },
    startRedis: async () => {
      await bench.redis.start()
      hasRedis = true
      note('redis up')
    },
    standing,
    giveByHand: async (name) => {
      await bench.orders.admin(`GRANT orders_reader TO "${name}"`)
      standing.push(name)
    },
    newPerson: async () => {
      const name = await bench.newPerson()
      checker.know(name, { databaseUrl: bench.orders.urlOf(name), slackId: bench.slack.user(name).id })
      return name
    },
    close: async () => {
      checker.stop()
      await bench.stop()
      await clear()
    },
  }
}
