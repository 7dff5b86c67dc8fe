/**
 * SIGKILL at random moments under the load of many requests at once: of bots, one or two of them, and of Redis. Who dies
 * when is the same for the same seed; what they are doing then is not.
 */
import { inTurns } from '../bench/figures.ts'
import type { Ack, Verdict } from './support/invariants.ts'
import { live, type Way } from './support/people.ts'
import { type Random, seeded } from './support/random.ts'
import { dba, openRig, type Rig, type RigOptions } from './support/rig.ts'
import { untilSound } from './support/until-sound.ts'

export interface KillOptions extends Pick<RigOptions, 'built'> {
  readonly seed: number
  readonly replicas: 1 | 2
  readonly botKills: number
  readonly redisKills: number
  /** People who live one life after another. */
  readonly lanes: number
  /** Every so many kills nobody dies for longer than the bound: what is due by then has to end. For so long, ms; 0: never. */
  readonly quietMs?: number
  /** Told after each kill. */
  readonly progress?: (kills: number) => void
}

export interface Killed {
  readonly lives: number
  readonly kills: number
  readonly verdict: Verdict
}

const WAYS: readonly Way[] = [
  'expires',
  'expires',
  'extended',
  'given back',
  'denied',
  'withdrawn',
  'revoked',
]
/** From one start to the next kill, at most; and how long Redis is away, at most. */
const BETWEEN_MS = 1_500
const AWAY_MS = 1_000
const QUIET_EVERY = 5
const QUIET_MS = 7_000
/** One of so many has the same role by other hands, and keeps it. */
const HAVE_IT_ANYWAY = 8

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const killAtRandom = async (options: KillOptions): Promise<Killed> => {
  const { seed, replicas, lanes, built } = options
  const random = seeded(seed)
  const rig = await openRig({ replicas, approvers: lanes, ...(built && { built }) })
  try {
    const acks: Ack[] = []
    let lives = 0
    let going = true
    const lane = async (n: number): Promise<void> => {
      const ways = seeded(seed + 1 + n)
      do {
        const who = await rig.newPerson()
        if (ways.below(HAVE_IT_ANYWAY) === 0) await rig.giveByHand(who)
        await live(rig, { approver: dba(n), acks }, ways.pick(WAYS), who)
        lives += 1
      } while (going)
    }
    const living = Promise.all(Array.from({ length: lanes }, (_, n) => lane(n)))
    // A life that fails is told at the end, not in the middle of a kill.
    living.catch(() => undefined)
    await killAll(rig, random, options)
    going = false
    await living
    const kills = options.botKills + options.redisKills
    return { lives, kills, verdict: await untilSound(rig, acks) }
  } finally {
    await rig.close()
  }
}

const killAll = async (
  rig: Rig,
  random: Random,
  { botKills, redisKills, quietMs = QUIET_MS, progress }: KillOptions,
): Promise<void> => {
  const victims: ('bot' | 'redis')[] = [
    ...Array.from({ length: botKills }, () => 'bot' as const),
    ...Array.from({ length: redisKills }, () => 'redis' as const),
  ]
  for (let kills = 1; victims.length > 0; kills += 1) {
    await pause(random.below(BETWEEN_MS) + (random.below(QUIET_EVERY) === 0 ? quietMs : 0))
    const [victim] = victims.splice(random.below(victims.length), 1)
    if (victim === 'redis') {
      await rig.killRedis()
      await pause(random.below(AWAY_MS))
      await rig.startRedis()
    } else {
      await rig.kill(random.pick(rig.bots()))
      await rig.startBot()
    }
    progress?.(kills)
  }
}

/** Over several companies at once, each with a seed of its own. */
export const killOverMany = async (
  shares: readonly KillOptions[],
  atOnce: number,
): Promise<readonly Killed[]> => {
  const results: Killed[] = []
  await inTurns(shares, atOnce, async (share) => {
    results.push(await killAtRandom(share))
  })
  return results
}
