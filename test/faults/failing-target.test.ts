/**
 * Targets that fail to take access away, each in its own manner, for days of simulated time: it is tried again at least once
 * a minute, it is said within a minute, and it lands within a minute after the target has healed.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import { BACKOFF_CAP_MS } from '../../src/domain/limits.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { wordsOf } from '../fixtures/replicas.ts'
import { openSimulation, type Simulation } from './support/simulation.ts'
import { approve, CONFIG, endOf, eventsOf, IS_LONG } from './support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const ILL_MS = IS_LONG ? 7 * 24 * HOUR : HOUR
/** A call, and a look, take no time here; a step of simulated time may. */
const SLACK_MS = 1_000

const conflict = async (): Promise<never> => {
  throw new Fault('retry', '409: somebody else changes it')
}
const throttled = (afterMs: number) => async (): Promise<never> => {
  throw new Fault('retry', '429: too many requests', { afterMs })
}

/** What the revoke of an account comes to while its target is ill, by the account's name. */
const ILLS: Readonly<Record<string, () => Promise<unknown>>> = {
  conflict,
  throttled: throttled(20_000),
  shut: throttled(6 * HOUR),
  forbidden: async () => {
    throw new Fault('permanent', '403: not yours')
  },
  hanging: () => new Promise(() => undefined),
  lying: async () => 'not done',
}

interface Revoke {
  readonly account: string
  readonly at: number
}

let world: Simulation
afterEach(() => world?.close())

/** A world in which revokes fail as `fails` says. */
const open = async (fails: (account: string) => Promise<unknown>): Promise<readonly Revoke[]> => {
  const revokes: Revoke[] = []
  world = await openSimulation({
    call: async (does, account) => {
      if (does !== 'revoke') return
      revokes.push({ account, at: world.now() })
      return fails(account)
    },
  })
  await world.start(1, CONFIG)
  return revokes
}

const giveAll = async (accounts: readonly string[]): Promise<ReadonlyMap<string, RequestId>> => {
  const ids = new Map<string, RequestId>()
  for (const account of accounts) ids.set(account, await approve(world, account, 'vault/readonly 1h'))
  await world.untilQuiet()
  expect(world.held.size).toBe(accounts.length)
  return ids
}

/** When it was first said there that this one is late, by the clock of the replica; NaN when it never was. */
const saidLateMs = (to: string, id: RequestId): number =>
  world.sent.find(
    (one) => one.to === to && one.key?.startsWith(`${id}/`) && wordsOf(one.card).includes('Late by'),
  )?.atMs ?? Number.NaN

const longestPauseMs = (times: readonly number[]): number =>
  Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)))

describe('a target that does not take access away', () => {
  it(
    'is asked at least once a minute, told about in time, and done once it can',
    { timeout: 30 * MINUTE },
    async () => {
      let ill = true
      const revokes = await open((account) => (ill ? ILLS[account]?.() : undefined) ?? Promise.resolve())
      const ids = await giveAll(Object.keys(ILLS))
      const started = world.now()
      await world.pass(HOUR)
      const endsAt = started + HOUR
      await world.pass(ILL_MS)

      for (const [account, id] of ids) {
        const times = revokes.filter((one) => one.account === account).map(({ at }) => at)
        expect(times[0], account).toBe(endsAt)
        expect(longestPauseMs(times), account).toBeLessThanOrEqual(BACKOFF_CAP_MS + SLACK_MS)
        // Whoever has it reads it, and so do those who watch.
        for (const to of [`local:${account}`, 'local:channel-audit']) {
          const afterMs = started + saidLateMs(to, id) - endsAt
          expect(afterMs, `${account} in ${to}`).toBeGreaterThan(0)
          expect(afterMs, `${account} in ${to}`).toBeLessThan(MINUTE)
        }
      }
      expect(world.held.size).toBe(ids.size)

      ill = false
      const healedAt = world.now()
      await world.pass(BACKOFF_CAP_MS + SLACK_MS)
      expect([...world.held]).toEqual([])
      for (const [account, id] of ids) {
        const ended = (await eventsOf(world, id)).filter(({ type }) => type === 'ended')
        expect(ended, account).toHaveLength(1)
        // Not before it could land: what is said to have ended while the target was ill is still there.
        expect((ended[0]?.at ?? 0) - healedAt, account).toBeGreaterThanOrEqual(0)
        expect((ended[0]?.at ?? 0) - healedAt, account).toBeLessThanOrEqual(BACKOFF_CAP_MS + SLACK_MS)
      }
      await world.pass(HOUR)
      expect(world.held.size).toBe(0)
    },
  )

  it.each(IS_LONG ? [1, 10, 100, 1_000, 10_000] : [1, 10, 100])(
    'not for the first %i times: it lands with the next',
    { timeout: 30 * MINUTE },
    async (times) => {
      let left = times
      const revokes = await open(async () => {
        left -= 1
        if (left >= 0) await conflict()
      })
      const ids = await giveAll(['ana'])
      const id = ids.get('ana') ?? ''
      const endsAt = await endOf(world, id)
      await world.pass(HOUR)
      while (world.held.size > 0) await world.pass(10 * MINUTE)
      expect(revokes).toHaveLength(times + 1)
      expect(longestPauseMs(revokes.map(({ at }) => at))).toBeLessThanOrEqual(BACKOFF_CAP_MS)
      const ended = (await eventsOf(world, id)).filter(({ type }) => type === 'ended')
      expect(ended).toMatchObject([{ at: revokes.at(-1)?.at, lateMs: (revokes.at(-1)?.at ?? 0) - endsAt }])
    },
  )
})
