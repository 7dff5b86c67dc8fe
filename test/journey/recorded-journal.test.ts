/** What earlier versions wrote must still be read, be believed, and come to its end. */
import { afterEach, describe, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { canonical, digestText, firstBroken } from '../../src/domain/entry.ts'
import type { RecordKey, Request, Seat, SeatKey, TextDigest } from '../../src/domain/model.ts'
import { evolveRequest, PHASES, phaseOf, type RequestEvent } from '../../src/domain/request.ts'
import { evolveSeat, type SeatEvent } from '../../src/domain/seat.ts'
import { makeLog } from '../../src/infra/log.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import {
  playJournal,
  RECORDED_CONFIG,
  RECORDED_KEY,
  recordedChains,
  recordedStates,
  recordedVersions,
} from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

/** Later than anything that was recorded may last. */
const DAY_MS = 24 * 3_600_000
const A_DAY_ON = `
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + ${DAY_MS}
end`

const EVENTS = [
  'requested approved denied lapsed withdrawn voided unclear posted',
  'armed cleared confirmed ending late ended',
  'opened held released attempted answered looked',
  'owned refused',
  'came back',
].flatMap((line) => (line === 'came back' ? [line] : line.split(' ')))

const requestsIn = (states: ReadonlyMap<RecordKey, { state: unknown }>): readonly Request[] =>
  [...states].flatMap(([key, { state }]) => (key.startsWith('r:') ? [state as Request] : []))

const seatsIn = (states: ReadonlyMap<RecordKey, { state: unknown }>): readonly Seat[] =>
  [...states].flatMap(([key, { state }]) => (key.startsWith('s:') ? [state as Seat] : []))

describe.each(recordedVersions())('the journal that version %s wrote', (version) => {
  const chains = recordedChains(version)
  const states = recordedStates(version)
  let redis: TestRedis | undefined
  let app: App | undefined
  afterEach(async () => {
    await app?.stop()
    await redis?.stop()
  })

  it('holds every state and every kind of event', () => {
    const phases = new Set(requestsIn(states).map(phaseOf))
    expect([...phases].sort()).toEqual(PHASES.filter((phase) => phase !== 'none').sort())
    const events = new Set([...chains.values()].flat().map(({ event }) => (event as { type: string }).type))
    expect([...events].sort()).toEqual(EVENTS.sort())
  })

  it('bears its marks, from the first entry to the last', () => {
    const numbers = [...chains.values()].flat().map(({ n }) => n)
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, i) => i + 1))
    for (const [record, chain] of chains) {
      // A refusal changes nothing, so it stands alone.
      const links = record.startsWith('p:') ? [] : chain
      expect(firstBroken(RECORDED_KEY, record, links), record).toBeUndefined()
      if (links.length > 0)
        expect(states.get(record)).toMatchObject({ v: links.length, mark: links.at(-1)?.mark })
    }
  })

  it('folds to the states that were stored', () => {
    const fold = <S>(record: RecordKey, evolve: (state: S | null, event: never) => S): S | null =>
      (chains.get(record) ?? []).reduce<S | null>((state, { event }) => evolve(state, event as never), null)
    for (const [record, { state }] of states) {
      if (record.startsWith('r:'))
        expect(
          canonical(fold<Request>(record, (was, event: RequestEvent) => evolveRequest(was, event))),
        ).toBe(canonical(state))
      if (record.startsWith('s:'))
        expect(canonical(fold<Seat>(record, (was, event: SeatEvent) => evolveSeat(was, event)))).toBe(
          canonical(state),
        )
    }
  })

  it(
    'is brought to its end by this version: nothing stays live, and nobody keeps access',
    { timeout: 60_000 },
    async () => {
      redis = await startRedis()
      await playJournal(redis.client, version)
      const held = seatsIn(states).flatMap(({ key, seen }) => (seen?.ours === 'present' ? [key] : []))
      const local = makeInProcess()
      for (const seat of held) local.held.add(seat as SeatKey)
      expect(held.length).toBeGreaterThan(3)

      const env = { REDIS_URL: redis.url, CURFEW_KEY: RECORDED_KEY, PORT: '0', HOST: '127.0.0.1' }
      const read = readConfig({ text: RECORDED_CONFIG, env, kinds: local.kinds })
      if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
      app = await assemble({
        config: read.config,
        overrides: { kinds: local.kinds, log: makeLog({ level: 'silent' }), prelude: A_DAY_ON },
      })
      expect(app.doubts()).toEqual([])

      const client = redis.client
      const phases = async (): Promise<Record<string, string>> =>
        Object.fromEntries(
          await Promise.all(
            requestsIn(states).map(async ({ id }) => {
              const text = (await client.get(`{curfew}:r:${id}`)) ?? 'null'
              return [id, phaseOf((JSON.parse(text) as { state: Request }).state)] as const
            }),
          ),
        )
      const ends: Record<string, string> = {
        pending: 'lapsed',
        approved: 'void',
        provisioning: 'ended',
        active: 'ended',
        ending: 'ended',
      }
      const expected = Object.fromEntries(
        requestsIn(states).map((request) => [request.id, ends[phaseOf(request)] ?? phaseOf(request)]),
      )
      await expect.poll(phases, { timeout: 30_000 }).toEqual(expected)
      await expect.poll(() => client.scard('{curfew}:live'), { timeout: 10_000 }).toBe(0)
      expect([...local.held]).toEqual([])
    },
  )

  it('still has the words that people typed', async () => {
    redis = await startRedis()
    await playJournal(redis.client, version)
    for (const { id, reason } of requestsIn(states)) {
      const texts = await redis.client.hgetall(`{curfew}:text:r:${id}`)
      const kept = JSON.parse(texts[String(reason)] ?? '{}') as { text: string; salt: string }
      expect(kept.text).toBe('INC-42')
      expect(digestText(kept.salt, kept.text)).toBe(reason as TextDigest)
    }
  })
})
