/**
 * A bot is killed in the middle of a revocation: how long until another one goes on, and until the access is gone. The call at
 * which it dies changes from cycle to cycle.
 */

import { until } from '../fixtures/until.ts'
import { approve, askFor, giveBack, type Lane } from './support/people.ts'
import { seeded } from './support/random.ts'
import { openRig, type Rig, type RigOptions } from './support/rig.ts'

export interface TakeOver {
  /** Which call it was, and whether it had been answered. */
  readonly died: string
  /** From the death to the first thing another bot wrote down about this end, ms. */
  readonly goesOnMs: number
  /** From the death until "ended" was in the journal, ms. */
  readonly endedMs: number
  /** Meanwhile the machine had no time for its processes: no measure of anything. */
  readonly stalled: boolean
}

/** What a revocation is made of, in this order; parts of the names of its calls. */
const CALLS = [
  { call: 'redis commit [attempted revoke]', when: 'after' },
  { call: 'sql REVOKE', when: 'before' },
  { call: 'sql REVOKE', when: 'after' },
  { call: 'sql WITH RECURSIVE paths', when: 'after' },
  { call: 'redis commit [answered ok, looked', when: 'before' },
] as const

const STEP_MS = 60_000
const ENDING = new Set(['ending', 'attempted', 'answered', 'looked', 'ended'])

export interface TakeOverOptions extends Pick<RigOptions, 'built'> {
  readonly cycles: number
  readonly seed: number
}

/** In one company with two bots, one cycle after another. */
export const measureTakeOvers = async ({
  cycles,
  seed,
  ...options
}: TakeOverOptions): Promise<readonly TakeOver[]> => {
  const rig = await openRig({ replicas: 2, ...options })
  try {
    const random = seeded(seed)
    const found: TakeOver[] = []
    for (let n = 0; n < cycles; n += 1) found.push(await takeOver(rig, random.pick(CALLS)))
    return found
  } finally {
    await rig.close()
  }
}

/** One of the two bots dies at this call while it takes access away; another one takes its place afterwards. */
export const takeOver = async (rig: Rig, { call, when }: (typeof CALLS)[number]): Promise<TakeOver> => {
  const { bench } = rig
  const lane: Lane = { approver: 'bob', acks: [] }
  const life = await askFor(rig, lane, 3_600)
  await approve(rig, lane, life)
  const { id } = life
  const { died } = await rig.strikeOne({ call, when, nth: 1, signal: 'SIGKILL' })
  // Whoever hears it may die before it answers.
  const gaveBack = giveBack(rig, lane, life)
  const diedAt = await died
  const ended = (): Promise<boolean> =>
    bench
      .events()
      .then((events) => events.some(({ type, record }) => type === 'ended' && record === `r:${id}`))
  await until(`the end of ${id}`, STEP_MS, ended)
  const { entries, stalls } = await rig.checker.observe()
  const since = entries.filter(({ at, event }) => at > diedAt && ENDING.has(event.type))
  const end = entries.find(({ record, event }) => record === `r:${id}` && event.type === 'ended')
  await gaveBack
  await rig.startBot()
  return {
    died: `${when} ${call}`,
    goesOnMs: (since[0]?.at ?? Number.NaN) - diedAt,
    endedMs: (end?.at ?? Number.NaN) - diedAt,
    stalled: stalls.some(({ from, to }) => to >= diedAt && from <= (end?.at ?? 0)),
  }
}
