/**
 * SIGKILL at every boundary between two outside calls of whole lives: the boundaries are recorded from a run, then one bot
 * dies at each, is started again, and the life goes on to its end. A call that changes nothing outside makes no boundary:
 * what is left behind by a death after it is the same as before it.
 */
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { composeScripts } from '../../src/journal/scripts.ts'
import { inTurns } from '../bench/figures.ts'
import type { Ack, Verdict } from './support/invariants.ts'
import { SHA_SHOWN } from './support/name-call.ts'
import { type Lane, live, type Way } from './support/people.ts'
import { dba, openRig, type Rig, type RigOptions } from './support/rig.ts'
import { untilSound } from './support/until-sound.ts'

export interface Point {
  readonly way: Way
  readonly point: string
}

/** Before the call is made, or after it was answered. */
type When = 'before' | 'after'

/** What goes on without anybody asking is looked at for so long. */
const IDLE_MS = 11_000

/** Scripts that only read, by the beginning of their digest. */
const READING = new Set(
  Object.values(composeScripts())
    .filter(({ lua }) => lua.startsWith('#!lua flags=no-writes'))
    .map(({ sha }) => sha.slice(0, SHA_SHOWN)),
)

const nameOf = (point: string): string => point.replace(/^.* > /, '').replace(/ #\d+$/, '')

/** By what Redis itself says of the command; all that is not Redis may change something. */
const changesSomething = async (redis: Redis, name: string): Promise<boolean> => {
  const [, command = '', first = ''] = name.split(' ')
  if (!name.startsWith('redis ')) return true
  if (command === 'script') return !READING.has(first)
  if (command === 'commit') return true
  const [info] = (await redis.command('INFO', command)) as [unknown, unknown, string[]][]
  return info?.[2].includes('write') ?? true
}

const record = async (rig: Rig, life: () => Promise<unknown>): Promise<readonly string[]> => {
  const file = join(tmpdir(), `curfew-calls-${randomBytes(6).toString('hex')}`)
  const [bot] = rig.bots()
  if (bot === undefined) throw new Error('no bot runs')
  await rig.arm(bot, { record: file })
  await life()
  await rig.arm(bot, {})
  const text = await readFile(file, 'utf8').catch(() => '')
  await rm(file, { force: true })
  return text.split('\n').filter((line) => line !== '')
}

/**
 * The boundaries of these lives, in order: those that two runs have in common, each once. What also happens in a
 * bot that nobody asks for anything counts once in each phase of a life.
 */
export const findPoints = async (rig: Rig, ways: readonly Way[]): Promise<readonly Point[]> => {
  const redis = new Redis({ path: rig.bench.redis.path })
  try {
    const idle = await record(rig, () => new Promise((resolve) => setTimeout(resolve, IDLE_MS)))
    const always = new Set(idle.map(nameOf))
    const found = new Map<string, Way>()
    for (const way of ways) {
      const run = () => record(rig, () => live(rig, { approver: dba(0), acks: [] }, way))
      const [first, second] = [await run(), new Set(await run())]
      for (const point of first)
        if (second.has(point) && !found.has(point) && !(always.has(nameOf(point)) && !point.endsWith(' #1')))
          found.set(point, way)
    }
    const points: Point[] = []
    for (const [point, way] of found)
      if (await changesSomething(redis, nameOf(point))) points.push({ way, point })
    return points
  } finally {
    redis.disconnect()
  }
}

export interface Crashed {
  /** Points at which a bot died. */
  readonly died: number
  /** Points that this run did not come to. */
  readonly missed: readonly Point[]
  readonly verdict: Verdict
}

/** Dies at each of these points in turn, in one company. */
export const crashAtEach = async (
  rig: Rig,
  points: readonly Point[],
  when: When,
  progress?: (done: number, point: string) => void,
): Promise<Crashed> => {
  const lane: Lane = { approver: dba(0), acks: [] }
  const missed: Point[] = []
  for (const [n, { way, point }] of points.entries()) {
    progress?.(n, point)
    const [bot] = rig.bots()
    if (bot === undefined) throw new Error('no bot runs')
    await rig.arm(bot, { strike: { when, point, signal: 'SIGKILL' } })
    const again = rig.died(bot).then(() => rig.startBot())
    await live(rig, lane, way)
    if (rig.bots().includes(bot)) {
      missed.push({ way, point })
      await rig.kill(bot)
    }
    await again
  }
  const verdict = await untilSound(rig, lane.acks)
  return { died: points.length - missed.length, missed, verdict }
}

const SOUND_MS = 40_000

/** The short form: such lives again and again, while one bot after another dies at such a call, counted from when the last one died. */
export const crashAtCalls = async (
  rig: Rig,
  ways: readonly Way[],
  calls: readonly { readonly call: string; readonly nth: number }[],
): Promise<Verdict> => {
  const acks: Ack[] = []
  let left = calls.length
  const lane = async (way: Way, n: number): Promise<void> => {
    do await live(rig, { approver: dba(n), acks }, way)
    while (left > 0)
  }
  const lives = Promise.all(ways.map(lane))
  // A life that fails is told at the end, not in the middle of a death.
  lives.catch(() => undefined)
  for (const one of calls) {
    const { died } = await rig.strikeOne({ when: 'after', signal: 'SIGKILL', ...one })
    await died
    await rig.startBot()
    left -= 1
  }
  await lives
  return untilSound(rig, acks, { withinMs: SOUND_MS })
}

/** What is not come to in one pass, since chats and sweeps have their own pace, may be in the next. */
const PASSES = 3

/** Over several companies at once, each with its share; after and before each. */
export const crashEverywhere = async (
  points: readonly Point[],
  atOnce: number,
  options: RigOptions & { readonly progress?: (done: number, point: string) => void },
): Promise<readonly Crashed[]> => {
  const results: Crashed[] = []
  let left: Readonly<Record<When, readonly Point[]>> = { after: points, before: points }
  for (let pass = 1; pass <= PASSES; pass += 1) {
    const missed: Record<When, Point[]> = { after: [], before: [] }
    const jobs = (['after', 'before'] as const).flatMap((when) =>
      Array.from({ length: atOnce }, (_, n) => ({
        when,
        share: left[when].filter((_, i) => i % atOnce === n),
      })).filter(({ share }) => share.length > 0),
    )
    await inTurns(jobs, atOnce, async ({ when, share }) => {
      const rig = await openRig({ ...options, approvers: 1 })
      try {
        const crashed = await crashAtEach(rig, share, when, options.progress)
        missed[when].push(...crashed.missed)
        // Told as missed only by the last pass.
        results.push(pass < PASSES ? { ...crashed, missed: [] } : crashed)
      } finally {
        await rig.close()
      }
    })
    left = missed
  }
  return results
}
