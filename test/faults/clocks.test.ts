/**
 * Clocks that are wrong, that step, and that change with the seasons: by the time of Redis nothing ends early, and nothing
 * ends later than without.
 */
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { SWEEP_MS } from '../../src/domain/limits.ts'
import type { SeatKey } from '../../src/domain/model.ts'
import { openJournal } from '../../src/journal/redis-journal.ts'
import type { BotProcess } from '../../src/sandbox/bot-process.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { openReplicas, type Replicas } from '../fixtures/replicas.ts'
import { type Bench, MAIN, READONLY, startBench } from '../fixtures/run-bot.ts'
import { listeningLog, realClock, until } from '../journal/support.ts'
import { makeJumpingClock } from './support/jumping-clock.ts'
import { shiftDate } from './support/shifted-date.ts'
import { SIMULATED } from './support/simulated-clock.ts'
import { openSimulation, type Simulation } from './support/simulation.ts'
import { approve, ask, CONFIG, endOf, eventsOf, IS_LONG, readEntries } from './support/world.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** How long after its end it was over, by the record; throws when it is not. */
const latenessOf = async (world: Pick<Replicas, 'redis'>, id: string): Promise<number> => {
  const ended = (await eventsOf(world, id)).filter(({ type }) => type === 'ended')
  if (ended.length !== 1) throw new Error(`${id} ended ${ended.length} times`)
  return Number(ended[0]?.at) - (await endOf(world, id))
}

describe('the clock of a bot', () => {
  it(
    'is ten minutes fast, and steps to ten minutes slow in between: it is never asked',
    { timeout: 60_000 },
    async () => {
      const date = shiftDate(10 * MINUTE)
      closers.push(() => date.restore())
      const clock = makeJumpingClock()
      const world = await openReplicas({}, { overrides: { clock, prelude: MOVED, log: listeningLog() } })
      closers.push(() => world.close())
      await world.start(2, CONFIG)
      for (const [round, step] of [-10 * MINUTE, 10 * MINUTE].entries()) {
        const given = [
          await approve(world, 'ana', 'vault/readonly 10s'),
          await approve(world, 'ben', 'vault/readonly 11s'),
        ]
        await until('access is given', () => world.held.size === given.length)
        if (!IS_LONG) {
          const aheadMs = (round + 1) * 8_000
          await world.redis.client.set('test:ahead', aheadMs)
          clock.jump(8_000)
        }
        date.step(step)
        await until('access is gone', () => world.held.size === 0, 15_000)
        for (const id of given) {
          await until('it is recorded', async () =>
            (await eventsOf(world, id)).some(({ type }) => type === 'ended'),
          )
          const lateMs = await latenessOf(world, id)
          expect(lateMs).toBeGreaterThanOrEqual(0)
          expect(lateMs).toBeLessThan(1_000)
        }
      }
      expect([world.doubts(0), world.doubts(1)]).toEqual([[], []])
    },
  )
})

describe('two bots, of which one is ten minutes fast', () => {
  const AHEAD = fileURLToPath(new URL('./support/date-ahead.ts', import.meta.url))

  /** Given while both are there; one of them is killed, and what stands in PostgreSQL is watched until it is gone. */
  const expectInTime = async (bench: Bench, killed: BotProcess): Promise<void> => {
    const who = await bench.newPerson()
    const id = await bench.give(who, `${READONLY} 10s because of INC-42`)
    await killed.end('SIGKILL')
    const find = async (what: string) =>
      (await bench.events()).find(({ record, type }) => record === `r:${id}` && type === what)
    const confirmed = await find('confirmed')
    const endsAt = Number(confirmed?.endsAt)
    expect(endsAt - Number(confirmed?.at)).toBeGreaterThanOrEqual(10_000)
    expect(await bench.orders.canRead(who)).toBe(true)
    await expect.poll(() => bench.orders.canRead(who), { timeout: 20_000, interval: 20 }).toBe(false)
    // Redis and PostgreSQL go by the clock of this machine, and so does this process.
    const afterMs = Date.now() - endsAt
    expect(afterMs).toBeGreaterThanOrEqual(0)
    expect(afterMs).toBeLessThanOrEqual(SWEEP_MS)
    await bench.untilLine(id, 'Ended')
    const lateMs = Number((await find('ended'))?.lateMs)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    expect(lateMs).toBeLessThanOrEqual(SWEEP_MS)
  }

  it('what they gave ends on time, whichever of them is left to end it', { timeout: 120_000 }, async () => {
    const bench = await startBench({ command: ['--import', 'tsx', '--import', AHEAD, MAIN, 'start'] })
    closers.push(() => bench.stop())
    const right = bench.bot()
    const fast = await bench.startBot({ DATE_AHEAD_MS: String(10 * MINUTE) })
    expect(Date.parse(String(fast.log.at(-1)?.time)) - Date.now()).toBeGreaterThan(9 * MINUTE)
    await expectInTime(bench, right)
    await bench.startBot()
    await expectInTime(bench, fast)
  })
})

describe('the clock of Redis', () => {
  const open = async (): Promise<Simulation> => {
    const world = await openSimulation()
    closers.push(() => world.close())
    await world.start(1, CONFIG)
    return world
  }
  /** As `curfew accept`, by the time of this world. */
  const accept = async ({ redis }: Simulation): Promise<void> => {
    const journal = await openJournal({
      redis: redis.address,
      log: listeningLog(),
      clock: realClock,
      prelude: SIMULATED,
    })
    await journal.accept()
    await journal.close()
  }
  const gives = async (world: Simulation): Promise<boolean> => {
    const before = world.held.size
    await approve(world, 'eve', 'vault/writer 1h').catch(() => undefined)
    await world.untilQuiet()
    return world.held.size > before
  }

  it.each([
    ['forwards, by less than a minute', 30_000, false],
    ['backwards, by less than a minute', -30_000, false],
    ['forwards, by ten minutes', 10 * MINUTE, true],
    ['backwards, by ten minutes', -10 * MINUTE, true],
    ['forwards, over the end', 2 * HOUR, true],
  ])('steps %s', { timeout: 60_000 }, async (_, byMs, isDoubted) => {
    const world = await open()
    const id = await approve(world, 'ana', 'vault/readonly 1h')
    await world.untilQuiet()
    const endsAt = await endOf(world, id)
    await world.pass(20 * MINUTE)
    await ask(world, 'cy', 'vault/readonly 1h')
    await world.stepRedis(byMs)
    const steppedAt = world.now()
    if (!isDoubted) await ask(world, 'dan', 'vault/readonly 1h')
    const times = (await readEntries(world)).map(({ at }) => at)
    expect(times, 'a commit lets no time go back').toEqual([...times].sort((a, b) => a - b))
    // The step shows with the next look, which is a sweep away at most. A doubt stops only what would be given: what is due
    // by the new time ends with that look, before anybody has accepted it.
    await world.pass(SWEEP_MS, 1_000)
    expect(world.held.has('memory/vault/readonly/ana' as SeatKey)).toBe(world.now() < endsAt)
    expect(world.doubts().length > 0).toBe(isDoubted)
    expect(world.said.join().includes('nothing will be given')).toBe(isDoubted)
    expect(await gives(world)).toBe(!isDoubted)

    while (world.now() < endsAt - 1_000) {
      await world.pass(Math.min(MINUTE, endsAt - 1_000 - world.now()))
      expect([...world.held]).toContain('memory/vault/readonly/ana')
    }
    await world.pass(1_000 + SWEEP_MS, 1_000)
    const lateMs = await latenessOf(world, id)
    expect(lateMs).toBeGreaterThanOrEqual(0)
    if (byMs < HOUR) expect(lateMs).toBeLessThanOrEqual(Math.max(0, -byMs < MINUTE ? -byMs : 0) + 1_000)
    expect([...world.held]).not.toContain('memory/vault/readonly/ana')
    // What a clock jumped over is late by the jump, and by no more than a sweep beyond it.
    expect(endsAt + lateMs - Math.max(endsAt, steppedAt)).toBeLessThanOrEqual(SWEEP_MS)

    await accept(world)
    await world.pass(SWEEP_MS, 1_000)
    expect(world.doubts()).toEqual([])
    expect(isDoubted ? await gives(world) : true).toBe(true)
  })
})

describe('the calendar', () => {
  const NIGHTS = [
    ['the night in which clocks go forward', '2026-03-28T21:00:00Z', 'Europe/Berlin', '05:00', 6],
    ['the night in which clocks go back', '2026-10-24T20:00:00Z', 'Europe/Berlin', '05:00', 8],
    ['leap day', '2028-02-28T22:30:00Z', 'Europe/Berlin', '05:00', 5.5],
    ['a day that is skipped by half an hour', '2026-10-03T13:00:00Z', 'Australia/Lord_Howe', '05:00', 5],
  ] as const
  it.each(
    NIGHTS,
  )('%s: as long as was asked for, and until when was said', async (_, from, zone, until, hours) => {
    const world = await openSimulation({}, { from, zone })
    closers.push(() => world.close())
    await world.start(1, CONFIG)
    const started = world.now()
    const ids = [
      await approve(world, 'ana', 'vault/readonly 3h'),
      await approve(world, 'ben', `vault/readonly until ${until}`),
      await approve(world, 'cy', 'vault/readonly 2d'),
    ]
    await world.untilQuiet()
    const lasts = await Promise.all(ids.map(async (id) => (await endOf(world, id)) - started))
    expect(lasts).toEqual([3 * HOUR, hours * HOUR, 48 * HOUR])
    for (const ms of lasts) {
      const holders = world.held.size
      await world.pass(started + ms - 1 - world.now(), HOUR)
      expect(world.held.size).toBe(holders)
      await world.pass(1)
      expect(world.held.size).toBe(holders - 1)
    }
    for (const id of ids) expect(await latenessOf(world, id)).toBe(0)
    expect(world.doubts()).toEqual([])
  })
})
