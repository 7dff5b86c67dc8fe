/**
 * How long Slack waits for an acknowledgement while fifty people ask at once, and what a request costs the processor beside
 * a Bolt app that does nothing and one bare commit. The bot is the built one; every answer is the real one.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { type Bench, READONLY } from '../fixtures/run-bot.ts'
import { describeFigures, inTurns } from './figures.ts'

const AT_ONCE = 50
const ROUNDS = 20
const COMMANDS = 2_000
const NOOP = fileURLToPath(new URL('./bolt-noop.ts', import.meta.url))
/** Of a clock tick in /proc/PID/stat on Linux, ms. */
const TICK_MS = 10

/** Requests, each acknowledged with its id: decided, resolved in PostgreSQL, committed. */
export const acknowledgeMany = async (bench: Bench, people: readonly string[]): Promise<string[]> => {
  const tookMs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const who = people.slice(0, AT_ONCE)
    const words = `request ${READONLY} 1h because of INC-${round}`
    const answers = await Promise.all(who.map((user) => bench.slack.slashCommand({ user, text: words })))
    for (const { ms, status, body } of answers) {
      if (status !== 200) throw new Error(`HTTP ${status}`)
      if (!/R-[0-9A-Z]{6}|Working on it/.test(body)) throw new Error(body)
      tookMs.push(ms)
    }
  }
  return [describeFigures(`acknowledged, ${AT_ONCE} requests at once`, tookMs)]
}

/** Processor time of one process per command; Linux only. */
export const processorTime = async (bench: Bench): Promise<string[]> => {
  const curfew = await costOf(bench, bench.bot().pid(), 'mine')
  const noop = await startNoop(bench)
  try {
    bench.slack.connectBot(noop.url)
    const bolt = await costOf(bench, noop.pid, 'mine')
    const commit = await costOfCommit(bench)
    bench.slack.connectBot(`${bench.bot().origin}/slack/events`)
    const asked = await costOf(bench, bench.bot().pid(), `request ${READONLY} 1h because of INC-42`, 200)
    const show = (ms: number): string => `${ms.toFixed(2)} ms`
    return [
      `processor time a command: bolt alone ${show(bolt)}, a question ${show(curfew)} (${(curfew / bolt).toFixed(2)} times)`,
      `processor time of a script of one key in the client: ${show(commit)}`,
      `processor time of a whole request, its cards in three places included: ${show(asked)}`,
    ]
  } finally {
    noop.end()
  }
}

const numbers = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** ms a command; the first ones, in which everything is compiled, do not count. */
const costOf = async (bench: Bench, pid: number, text: string, count = COMMANDS): Promise<number> => {
  const send = (n: number) =>
    inTurns(numbers(n), 10, async () => {
      const { status } = await bench.slack.slashCommand({ user: 'ana', text })
      if (status !== 200) throw new Error(`HTTP ${status}`)
    })
  await send(Math.round(count / 4))
  const before = cpuMs(pid)
  await send(count)
  return (cpuMs(pid) - before) / count
}

/** The smallest change of a record that there could be: one script, one key, of the size of a request. */
const costOfCommit = async (bench: Bench): Promise<number> => {
  const redis = new Redis({ path: bench.redis.path })
  const record = 'x'.repeat(2_000)
  const run = (n: number) =>
    inTurns(numbers(n), 10, async (i) => {
      await redis.eval("return redis.call('SET', KEYS[1], ARGV[1])", 1, `{bench}:${i % 10}`, record)
    })
  await run(COMMANDS)
  const before = process.cpuUsage()
  await run(COMMANDS)
  const { user, system } = process.cpuUsage(before)
  redis.disconnect()
  return (user + system) / 1_000 / COMMANDS
}

const startNoop = async (bench: Bench) => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', NOOP], {
    env: { PATH, HOME, ...bench.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return {
    url: `http://127.0.0.1:${String(port).trim()}/slack/events`,
    pid: child.pid ?? 0,
    end: () => void child.kill(),
  }
}
