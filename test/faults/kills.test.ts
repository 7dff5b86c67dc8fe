/** The short form of what `npm run test:faults` does for hours: bots that die or stand still in the middle of what they do. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { crashAtCalls } from './crash-points.ts'
import { pauseOnPostgres, violationsOf } from './late-calls.ts'
import { killAtRandom } from './random-kills.ts'
import { START } from './support/courses.ts'
import type { Verdict } from './support/invariants.ts'
import type { Lane } from './support/people.ts'
import { seeded } from './support/random.ts'
import { dba, openRig, type Rig } from './support/rig.ts'
import { untilSound } from './support/until-sound.ts'
import { takeOver } from './take-over.ts'

const SEED = Number(process.env.SEED ?? 20_261_125)
/** Where a death hurts most, and anywhere at all: calls by a part of their names, and how many of them at most before. */
const CALLS = [
  { call: 'http POST /api/chat.postMessage', most: 4 },
  { call: 'redis commit [attempted', most: 1 },
  { call: 'sql ', most: 8 },
  { call: '', most: 200 },
]
/** A start with an end to make up for has made more calls than these before it hears anybody. */
const START_CALLS = 60
const TAKE_OVER_MS = 5_000
const TIMES = { timeout: 120_000 }

const expectSound = ({ violations, figures }: Verdict): void => {
  expect(violations).toEqual([])
  expect(figures).toMatchObject({ lost: 0, late: 0, duplicates: 0 })
  expect(figures.acknowledged).toBeGreaterThan(0)
}

let rig: Rig
beforeAll(async () => {
  rig = await openRig({ replicas: 2, approvers: 3, slackBy: 'http' })
})
afterAll(() => rig?.close())

it(
  'bots that die at any of their calls lose nothing, give nothing more, and repeat nothing',
  TIMES,
  async () => {
    const random = seeded(SEED)
    const calls = CALLS.map(({ call, most }) => ({ call, nth: 1 + random.below(most) }))
    const verdict = await crashAtCalls(rig, ['given back', 'denied', 'revoked'], calls)
    expectSound(verdict)
  },
)

it('a bot dies in the middle of a revocation: the other one goes on', TIMES, async () => {
  const { goesOnMs, endedMs } = await takeOver(rig, { call: 'sql REVOKE', when: 'before' })
  expect(goesOnMs).toBeLessThan(TAKE_OVER_MS)
  expect(endedMs).toBeLessThan(2 * TAKE_OVER_MS)
})

it(
  'a bot stands still right before its GRANT and wakes after the end: the access does not stay',
  TIMES,
  async () => {
    const paused = await pauseOnPostgres(rig, 'when refused')
    expect(violationsOf(paused, 'when refused')).toEqual([])
    expect(paused.types.filter((type) => type !== 'posted')).toEqual([
      ...['requested', 'approved', 'armed', 'cleared', 'confirmed', 'ending', 'ended'],
    ])
  },
)

/** Mostly they wait, so they do it at the same time. */
describe.concurrent('one bot', () => {
  it('it and Redis die at any time under load: nothing is lost, and everything ends', TIMES, async () => {
    const options = { seed: SEED, replicas: 1, lanes: 2, botKills: 4, redisKills: 2, quietMs: 0 } as const
    const { kills, verdict } = await killAtRandom(options)
    expect(kills).toBe(6)
    expectSound(verdict)
  })

  it(
    'it dies in the middle of a start, with an end to make up for: the next start does it',
    TIMES,
    async () => {
      const rig = await openRig({ approvers: 1 })
      try {
        const lane: Lane = { approver: dba(0), acks: [] }
        const { arm, goOn } = await START.prepare(rig, lane)
        const nth = 1 + seeded(SEED).below(START_CALLS)
        const bot = await arm({ strike: { when: 'after', call: '', nth, signal: 'SIGKILL' } })
        // It may have been up already; a bot that never dies is a test that never ends.
        if (bot !== undefined) await rig.died(bot)
        await rig.startBot()
        await goOn()
        expectSound(await untilSound(rig, lane.acks))
      } finally {
        await rig.close()
      }
    },
  )
})
