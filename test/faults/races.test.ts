/** The short form of the races: sixty-four at once from four processes, a few rounds of each kind. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { judgeRaces, RACED, runRaces } from './races.ts'
import { type Fleet, openFleet } from './support/fleet.ts'
import { seeded } from './support/random.ts'

const SEED = Number(process.env.SEED ?? 20_261_125)
const ROUNDS = 14

let fleet: Fleet
beforeAll(async () => {
  fleet = await openFleet({ bots: 4, policy: RACED })
}, 120_000)
afterAll(() => fleet?.close())

it('one winner each, whoever presses what at the same time', { timeout: 120_000 }, async () => {
  const races = await runRaces(fleet, seeded(SEED), { rounds: ROUNDS, atOnce: ROUNDS })
  expect(await judgeRaces(fleet, races)).toEqual([])
  expect(races).toHaveLength(ROUNDS)
  expect(races.reduce((sum, { won }) => sum + won.length, 0)).toBeGreaterThan(ROUNDS / 2)
})
