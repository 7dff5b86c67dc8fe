/**
 * What a typed question costs the processor beside a Bolt app that does nothing, and beside the same app with one commit: all
 * three take turns in one run, so that whatever else the machine does slows them alike. Linux only.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Bench, READONLY } from '../fixtures/run-bot.ts'
import { inTurns } from './figures.ts'
import { processorMs } from './processor-ms.ts'

const TURNS = 9
const COMMANDS = 2_000
/** In which everything is compiled; they do not count. */
const WARM_UP = 3_000
/** Whole requests; their cards are waited for. */
const REQUESTS = 200
const NOOP = fileURLToPath(new URL('./bolt-noop.ts', import.meta.url))

interface Subject {
  readonly pid: number
  readonly url: string
}

/** Processor time of one process a command: medians of several turns, and the most that a turn had. */
export const processorTime = async (bench: Bench): Promise<string[]> => {
  const curfew = { pid: bench.bot().pid(), url: `${bench.bot().origin}/slack/events` }
  const noop = await startNoop(bench)
  const committing = await startNoop(bench, 'commit')
  try {
    const subjects = [noop, committing, curfew]
    for (const subject of subjects) await costOf(bench, subject, 'mine', WARM_UP)
    const turns: number[][] = []
    for (let turn = 0; turn < TURNS; turn += 1) {
      const costs: number[] = []
      for (const subject of subjects) costs.push(await costOf(bench, subject, 'mine', COMMANDS))
      turns.push(costs)
    }
    const asked = await costOf(bench, curfew, `request ${READONLY} 1h because of INC-42`, REQUESTS)
    return [...describeTurns(turns), `a whole request, its cards in three places included: ${show(asked)}`]
  } finally {
    noop.end()
    committing.end()
  }
}

const describeTurns = (turns: readonly (readonly number[])[]): string[] => {
  const of = (pick: (turn: readonly number[]) => number): readonly number[] =>
    turns.map(pick).sort((a, b) => a - b)
  const bolt = of(([noop = 0]) => noop)
  const commit = of(([noop = 0, committing = 0]) => committing - noop)
  const question = of(([, , curfew = 0]) => curfew)
  const goal = of(([noop = 0, committing = 0, curfew = 0]) => curfew / (1.1 * noop + committing - noop))
  const figures = (costs: readonly number[]): string =>
    `median ${show(median(costs))}, worst ${show(costs.at(-1) ?? 0)}`
  return [
    `n ${turns.length} turns of ${COMMANDS} commands each`,
    `bolt alone: ${figures(bolt)}`,
    `one commit in that app: ${figures(commit)}`,
    `a question to Curfew: ${figures(question)}, ${(median(question) / median(bolt)).toFixed(2)} times bolt alone`,
    `a question, as a share of 1.1 times bolt and one commit: median ${median(goal).toFixed(2)}`,
  ]
}

const show = (ms: number): string => `${ms.toFixed(3)} ms`
const median = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? Number.NaN

/** ms a command. */
const costOf = async (bench: Bench, { pid, url }: Subject, text: string, count: number): Promise<number> => {
  bench.slack.connectBot(url)
  const before = processorMs(pid)
  await inTurns([...Array(count).keys()], 10, async () => {
    const { status } = await bench.slack.slashCommand({ user: 'ana', text })
    if (status !== 200) throw new Error(`HTTP ${status}`)
  })
  return (processorMs(pid) - before) / count
}

const startNoop = async (bench: Bench, ...args: readonly string[]): Promise<Subject & { end(): void }> => {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', NOOP, ...args], {
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
