/**
 * `npm run test:faults [-- crash random random-two late take-over races downgrade long-forms outstanding]`: the promises under attack, in their long form, on the built
 * bot. Prints a table and what did not hold; `SEED` for other moments, `SCALE=0.1` for a tenth of it, `COMPANIES` for how many at a time.
 */
import { fileURLToPath } from 'node:url'
import { describeFigures } from '../bench/figures.ts'
import { crashEverywhere, findPoints, neverDiedAt, type Point } from './crash-points.ts'
import { bringDown } from './downgrade.ts'
import { landInVault, pauseOnPostgres, violationsOf } from './late-calls.ts'
import { runLongForms, runOutstanding } from './long-forms.ts'
import { measureQueueTakeOvers } from './queue-take-over.ts'
import { judgeRaces, RACED, runRaces } from './races.ts'
import { type KillOptions, killOverMany } from './random-kills.ts'
import { lifeOf, START } from './support/courses.ts'
import type { Death } from './support/deaths.ts'
import { openFleet } from './support/fleet.ts'
import type { Way } from './support/people.ts'
import { seeded } from './support/random.ts'
import { openRig, type Rig } from './support/rig.ts'
import { describeStalled, drawTable, type Row, sumUp } from './support/table.ts'
import { measureTakeOvers } from './take-over.ts'

const BUILT = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
const SEED = Number(process.env.SEED ?? 20_261_125)
const SCALE = Number(process.env.SCALE ?? 1)
const COMPANIES = Number(process.env.COMPANIES ?? 2)
const scaled = (count: number): number => Math.max(1, Math.round(count * SCALE))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const BOT_KILLS = scaled(1_000)
const REDIS_KILLS = scaled(200)
/** Kills of bots in one company; each has a seed of its own. */
const SHARE = 100
const LANES = 5
const TAKE_OVERS = scaled(100)
const QUEUE_TAKE_OVERS = 20
const TAKE_OVER_MS = 5_000
const ROUNDS = scaled(1_000)
const RACES_AT_ONCE = 12
const LIVES: readonly Way[] = ['extended', 'given back', 'denied', 'withdrawn', 'revoked', 'expires']

/** A start begins in the same words as a life, and is looked at by itself. */
const findAll = async (rig: Rig): Promise<readonly Point[]> => [
  ...(await findPoints(rig, LIVES.map(lifeOf))),
  ...(await findPoints(rig, [START])),
]

const crash = async (): Promise<Row[]> => {
  const rig = await openRig({ approvers: 1, built: BUILT })
  const all = await findAll(rig).finally(() => rig.close())
  const random = seeded(SEED)
  const points = SCALE >= 1 ? all : all.filter(() => random.below(1_000) < SCALE * 1_000)
  say(
    `crash points: ${all.length} boundaries in ${[...LIVES, START.name].join(', ')}; each after and before its call`,
  )
  const progress = (left: number): void => {
    if (left > 0 && left % 20 === 0) say(`crash points: ${left} left`)
  }
  // Such a life mostly waits.
  const { hit, missed, verdicts } = await crashEverywhere(points, COMPANIES * 3, { built: BUILT, progress })
  const show = ({ course, point, when }: Death): string => `not come to: ${when} ${course.name}: ${point}`
  const never = neverDiedAt({ hit, missed })
  const row = sumUp('a bot killed at each outside call', hit.length, verdicts)
  const notes = [...(row.notes ?? []), ...missed.filter((one) => !never.includes(one)).map(show)]
  return [{ ...row, notes, violations: [...row.violations, ...never.map(show)] }]
}

/** Half of the kills each. */
const killSome = async (replicas: 1 | 2): Promise<Row> => {
  const companies = Math.ceil(BOT_KILLS / SHARE / 2)
  const shares = Array.from({ length: companies }, (_, n): KillOptions => {
    const part = (all: number): number => Math.ceil(all / 2 / companies)
    const progress = (kills: number): void => {
      if (kills % 20 === 0) say(`${replicas} bots, company ${n}: ${kills} kills`)
    }
    const [botKills, redisKills] = [part(BOT_KILLS), part(REDIS_KILLS)]
    const seed = SEED + replicas * 1_000 + n
    return { seed, replicas, botKills, redisKills, lanes: LANES, built: BUILT, progress }
  })
  const results = await killOverMany(shares, COMPANIES)
  const count = (of: 'botKills' | 'redisKills'): number => shares.reduce((sum, share) => sum + share[of], 0)
  return sumUp(
    `at random, ${replicas === 1 ? 'one bot' : 'two bots'}: ${count('botKills')} of them, ${count('redisKills')} of Redis`,
    results.reduce((sum, { kills }) => sum + kills, 0),
    results.map(({ verdict }) => verdict),
  )
}

const late = async (): Promise<Row[]> => {
  const violations: string[] = []
  const backMs: number[] = []
  const rig = await openRig({ replicas: 2, slackBy: 'http', built: BUILT })
  try {
    for (const wake of ['when refused', 'when ended'] as const) {
      const paused = await pauseOnPostgres(rig, wake)
      say(`PostgreSQL, woken ${wake}: ${paused.refused ?? 'landed'}, there once more for ${paused.backMs} ms`)
      violations.push(...violationsOf(paused, wake))
      backMs.push(paused.backMs)
    }
  } finally {
    await rig.close()
  }
  for (const how of ['paused', 'slow'] as const) {
    const landed = await landInVault(how)
    say(
      `no deadline, ${how}: landed ${landed.late} times after "ended", gone again ${landed.backMs} ms later`,
    )
    if (landed.held > 0) violations.push(`no deadline, ${how}: still there`)
  }
  return [{ faults: 'late calls', cycles: 4, revocations: 4, worstMs: Math.max(...backMs), violations }]
}

const takeOver = async (): Promise<Row[]> => {
  const [queue, all] = await Promise.all([
    measureQueueTakeOvers(QUEUE_TAKE_OVERS),
    measureTakeOvers({ cycles: TAKE_OVERS, seed: SEED, built: BUILT }),
  ])
  const own = all.filter(({ stalled }) => !stalled)
  const goesOn = own.map(({ goesOnMs }) => goesOnMs)
  const ended = own.map(({ endedMs }) => endedMs)
  say(describeFigures('killed in the middle of a revocation: another bot goes on after', goesOn))
  say(describeFigures('the access is read back as gone after', ended))
  say(describeFigures('beside it, a job of BullMQ with its defaults: another worker gets it after', queue))
  const slow = [...goesOn].sort((a, b) => a - b)[Math.ceil(0.99 * goesOn.length) - 1] ?? 0
  const violations = slow > TAKE_OVER_MS ? [`take-over: ${slow} ms at the 99th percentile`] : []
  const stalled = all.filter((one) => one.stalled).map(({ endedMs }) => endedMs)
  if (own.length < all.length / 2) violations.push('take-over: the machine had no time for half of them')
  const worst = own.length > 0 && { worstMs: Math.max(...ended) }
  return [
    {
      faults: 'take-over',
      cycles: own.length,
      revocations: all.length,
      ...worst,
      notes: describeStalled(stalled),
      violations,
    },
  ]
}

const races = async (): Promise<Row[]> => {
  const fleet = await openFleet({ bots: 4, policy: RACED })
  try {
    const run = await runRaces(fleet, seeded(SEED), { rounds: ROUNDS, atOnce: RACES_AT_ONCE })
    const violations = await judgeRaces(fleet, run)
    const won = run.reduce((sum, one) => sum + one.won.length, 0)
    const revocations = (await fleet.entries()).filter(({ event }) => event.type === 'ended').length
    return [{ faults: 'races of 64', cycles: run.length, acknowledged: won, revocations, violations }]
  } finally {
    await fleet.close()
  }
}

const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  crash,
  random: async () => [await killSome(1)],
  'random-two': async () => [await killSome(2)],
  late,
  'take-over': takeOver,
  races,
  downgrade: async () => [await bringDown()],
  'long-forms': () => runLongForms(SEED),
  outstanding: async () => [await runOutstanding(SEED)],
}

/** What mostly waits goes beside what mostly works; the next group begins when all of one are through. */
const TOGETHER = [
  ['crash', 'races'],
  ['random'],
  ['random-two'],
  ['take-over', 'late', 'downgrade', 'long-forms'],
  ['outstanding'],
] as const

const tell = (found: readonly Row[]): void => {
  say(drawTable(found))
  for (const note of found.flatMap(({ notes = [] }) => notes)) say(note)
  for (const violation of found.flatMap(({ violations }) => violations)) say(`DOES NOT HOLD: ${violation}`)
}

// Each company stops its servers when this process ends.
process.setMaxListeners(0)
const [, , ...named] = process.argv
say(`SEED=${SEED} SCALE=${SCALE} COMPANIES=${COMPANIES}`)
const rows: Row[] = []
for (const name of named)
  if (parts[name] === undefined)
    throw new Error(`there is no part called ${name}; there are ${Object.keys(parts)}`)
for (const group of TOGETHER) {
  const wanted = group.filter((name) => named.length === 0 || named.includes(name))
  await Promise.all(
    wanted.map(async (name) => {
      const found = (await parts[name]?.()) ?? []
      rows.push(...found)
      // Whoever stops a run of hours has what was found until then.
      tell(found)
    }),
  )
}
tell(rows)
if (rows.some(({ violations, lost = 0, duplicates = 0 }) => violations.length + lost + duplicates > 0))
  process.exitCode = 1
