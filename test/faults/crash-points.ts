/**
 * SIGKILL at every boundary between two outside calls of whole lives and of starts: the boundaries are recorded from a run, then one
 * bot dies at each, another is started, and what was begun goes on to its end. A call that changes nothing outside makes no boundary:
 * what is left behind by a death after it is the same as before it.
 */
import { randomBytes } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { composeScripts } from '../../src/journal/scripts.ts'
import { armRunning, type Course, type Prepared } from './support/courses.ts'
import { type Attempt, type Death, type Deaths, listDeaths } from './support/deaths.ts'
import type { Ack, Verdict } from './support/invariants.ts'
import { SHA_SHOWN } from './support/name-call.ts'
import { type Lane, live, type Way } from './support/people.ts'
import { type Moment, struckAt } from './support/plan.ts'
import { dba, openRig, type Rig, type RigOptions } from './support/rig.ts'
import { untilSound } from './support/until-sound.ts'

export interface Point {
  readonly course: Course
  readonly point: string
}

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

const recordFile = (): string => join(tmpdir(), `curfew-calls-${randomBytes(6).toString('hex')}`)

/** The lines of a record, which is removed. */
const readRecord = async (file: string): Promise<readonly string[]> => {
  const text = await readFile(file, 'utf8').catch(() => '')
  await rm(file, { force: true })
  return text.split('\n').filter((line) => line !== '')
}

/** The calls of a bot while this goes on, in order. */
const record = async (rig: Rig, { arm, goOn }: Prepared): Promise<readonly string[]> => {
  const file = recordFile()
  const bot = await arm({ record: file })
  if (bot === undefined) throw new Error('a bot died that nobody killed')
  await goOn()
  await rig.arm(bot, {})
  return readRecord(file)
}

/**
 * The boundaries of these courses, in order: those that two runs have in common, each once. What also happens in a
 * bot that nobody asks for anything counts once in each phase of a life.
 */
export const findPoints = async (rig: Rig, courses: readonly Course[]): Promise<readonly Point[]> => {
  const redis = new Redis({ path: rig.bench.redis.path })
  const lane: Lane = { approver: dba(0), acks: [] }
  const run = async (course: Course) => record(rig, await course.prepare(rig, lane))
  const pause = () => new Promise((resolve) => setTimeout(resolve, IDLE_MS))
  try {
    const always = new Set((await record(rig, { arm: armRunning(rig), goOn: pause })).map(nameOf))
    const found = new Map<string, Course>()
    for (const course of courses) {
      const [first, second] = [await run(course), new Set(await run(course))]
      for (const point of first)
        if (second.has(point) && !found.has(point) && !(always.has(nameOf(point)) && !point.endsWith(' #1')))
          found.set(point, course)
    }
    const points: Point[] = []
    for (const [point, course] of found)
      if (await changesSomething(redis, nameOf(point))) points.push({ course, point })
    return points
  } finally {
    redis.disconnect()
  }
}

const SOUND_MS = 40_000

/** The short form: such lives again and again, while one bot after another dies at such a call, counted from when the last one died. */
export const crashAtCalls = async (
  rig: Rig,
  ways: readonly Way[],
  calls: readonly { readonly call: string; readonly nth: number }[],
): Promise<Verdict> => {
  const acks: Ack[] = []
  const replicas = rig.bots().length
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
    while (rig.bots().length < replicas) await rig.startBot()
    left -= 1
  }
  await lives
  return untilSound(rig, acks, { withinMs: SOUND_MS })
}

/** Chats and sweeps have their own pace: what one run does not come to, the next may. */
const TRIES = 20

export interface Crashed {
  /** Moments at which a bot died. */
  readonly hit: readonly Death[]
  /** Moments that no try came to. */
  readonly missed: readonly Death[]
  readonly verdicts: readonly Verdict[]
}

/** After and before each of these points, over several companies at once. */
export const crashEverywhere = async (
  points: readonly Point[],
  atOnce: number,
  options: RigOptions & { readonly progress?: (left: number) => void },
): Promise<Crashed> => {
  const all = (['after', 'before'] as const).flatMap((when) =>
    points.map((point): Death => ({ ...point, when })),
  )
  const deaths = listDeaths(all, TRIES)
  const inOne = async (): Promise<Verdict> => {
    const rig = await openRig({ ...options, approvers: 1 })
    try {
      return await crashInOne(rig, deaths, options.progress)
    } finally {
      await rig.close()
    }
  }
  const verdicts = await Promise.all(Array.from({ length: atOnce }, inOne))
  return { hit: deaths.hit(), missed: deaths.missed(), verdicts }
}

/** One death after another, until there is none left to die. */
const crashInOne = async (rig: Rig, deaths: Deaths, progress?: (left: number) => void): Promise<Verdict> => {
  const lane: Lane = { approver: dba(0), acks: [] }
  for (let attempt = deaths.take(); attempt !== undefined; attempt = deaths.take()) {
    deaths.settle(attempt, await dieAt(rig, lane, attempt))
    progress?.(deaths.left())
  }
  return untilSound(rig, lane.acks)
}

/** One run in which the bot dies once, and another one goes on. Answers where it died; undefined: it came to none of the moments. */
const dieAt = async (rig: Rig, lane: Lane, { course, watched }: Attempt): Promise<Death | undefined> => {
  const { arm, goOn } = await course.prepare(rig, lane)
  const file = recordFile()
  const moments = watched.map(({ when, point }): Moment => ({ when, point }))
  const bot = await arm({ record: file, strike: { moments, signal: 'SIGKILL' } })
  const again = bot === undefined ? rig.startBot() : rig.died(bot).then(() => rig.startBot())
  await goOn()
  const isMissed = bot !== undefined && rig.bots().includes(bot)
  if (isMissed) await rig.kill(bot)
  await again
  const last = (await readRecord(file)).at(-1)
  if (isMissed) return undefined
  const died = watched.find((moment) => struckAt(moment) === last)
  if (died === undefined) throw new Error(`a bot died that nobody killed, after ${last}`)
  return died
}

/** The call without its moment, and without which messages of a chat are told in one commit: that is as the chat answers. */
const callOf = ({ when, point }: Death): string => `${when} ${nameOf(point).replace(/(?: d:\S+)+/g, ' d:')}`

/**
 * Of those that were not come to, the ones whose very call no bot died at anywhere. The others are that call in a moment that no
 * later run came to again: which message of a chat goes first differs from run to run.
 */
export const neverDiedAt = ({ hit, missed }: Pick<Crashed, 'hit' | 'missed'>): readonly Death[] => {
  const calls = new Set(hit.map(callOf))
  return missed.filter((death) => !calls.has(callOf(death)))
}
