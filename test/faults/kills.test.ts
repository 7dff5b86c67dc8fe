/** The short form of what `npm run test:faults` does for hours: bots that die or stand still in the middle of what they do. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { crashAtCalls } from './crash-points.ts'
import { pauseOnPostgres } from './late-calls.ts'
import { seeded } from './support/random.ts'
import { openRig, type Rig } from './support/rig.ts'
import { takeOver } from './take-over.ts'

const SEED = Number(process.env.SEED ?? 20_261_125)
/** Where a death hurts most, and anywhere at all: calls by a part of their names, and how many of them at most before. */
const CALLS = [
  { call: 'http POST /api/chat.postMessage', most: 4 },
  { call: 'redis commit [attempted', most: 1 },
  { call: 'sql ', most: 8 },
  { call: '', most: 200 },
]
const TAKE_OVER_MS = 5_000
const TIMES = { timeout: 120_000 }

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
    expect(verdict.violations).toEqual([])
    expect(verdict.figures).toMatchObject({ lost: 0, late: 0, duplicates: 0 })
    expect(verdict.figures.acknowledged).toBeGreaterThan(0)
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
    const { reads, types } = await pauseOnPostgres(rig, 'when refused')
    expect(reads).toBe(false)
    expect(types.filter((type) => type !== 'posted')).toEqual([
      ...['requested', 'approved', 'armed', 'cleared', 'confirmed', 'ending', 'ended'],
    ])
  },
)
