/**
 * A bot is killed in the middle of a revocation: how long until another one goes on, and until the access is gone. The call at
 * which it dies changes from cycle to cycle.
 */
import { seeded } from './support/random.ts'
import { openRig, type Rig, type RigOptions } from './support/rig.ts'
import { until } from './support/until.ts'

export interface TakeOver {
  /** Which call it was, and whether it had been answered. */
  readonly died: string
  /** From the death to the first thing another bot wrote down about this end, ms. */
  readonly goesOnMs: number
  /** From the death until "ended" was in the journal, ms. */
  readonly endedMs: number
}

/** What a revocation is made of, in this order; parts of the names of its calls. */
const CALLS = [
  { call: 'redis commit [attempted revoke]', when: 'after' },
  { call: 'sql REVOKE', when: 'before' },
  { call: 'sql REVOKE', when: 'after' },
  { call: 'sql SELECT pid, pg_terminate_backend', when: 'after' },
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
  const who = await rig.newPerson()
  const id = await bench.give(who)
  const both = [...rig.bots()]
  for (const bot of both) await rig.arm(bot, { strike: { call, when, nth: 1, signal: 'SIGKILL' } })
  // Whoever hears it may die before it answers.
  bench.type(who, `done ${id}`).catch(() => undefined)
  let diedAt = 0
  const dead = await Promise.race(
    both.map(async (bot) => {
      await bot.gone
      diedAt ||= Date.now()
      return bot
    }),
  )
  await rig.died(dead)
  for (const bot of rig.bots()) await rig.arm(bot, {})
  const ended = (): Promise<boolean> =>
    bench
      .events()
      .then((events) => events.some(({ type, record }) => type === 'ended' && record === `r:${id}`))
  await until(`the end of ${id}`, STEP_MS, ended)
  const { entries } = await rig.checker.observe()
  const since = entries.filter(({ at, event }) => at > diedAt && ENDING.has(event.type))
  const end = entries.find(({ record, event }) => record === `r:${id}` && event.type === 'ended')
  await rig.startBot()
  return {
    died: `${when} ${call}`,
    goesOnMs: (since[0]?.at ?? Number.NaN) - diedAt,
    endedMs: (end?.at ?? Number.NaN) - diedAt,
  }
}
