/** Version 0.1.0 had one lane for each chat: what waits there is still delivered, and in its turn. */
import { afterEach, describe, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Delivery } from '../../src/domain/delivery.ts'
import { makeLog } from '../../src/infra/log.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { playJournal, RECORDED_CONFIG, RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

const OLD = '{curfew}:due:chat:local'
const AUDIT = `${OLD}:audit`
/** The thread of a request that is pending there, with both its lines told. */
const THREAD = 'd:R-36975K/local:thread:channel-audit'
/** Longer than a first look takes, and shorter than anybody waits here. */
const PUT_OFF_MS = 4_000

let redis: TestRedis
let app: App | undefined
afterEach(async () => {
  await app?.stop()
  await redis.stop()
})

/** The journal of 0.1.0, and the moment it was left at. */
const recorded = async (): Promise<number> => {
  redis = await startRedis()
  await playJournal(redis.client, '0.1.0')
  return Number(await redis.client.hget('{curfew}:head', 'at'))
}

const start = async (at: number): Promise<void> => {
  const local = makeInProcess()
  const env = { REDIS_URL: redis.url, CURFEW_KEY: RECORDED_KEY, PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: RECORDED_CONFIG, env, kinds: local.kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const prelude = `
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) - ${Date.now() - at}
end`
  const overrides = { kinds: local.kinds, log: makeLog({ level: 'silent' }), prelude }
  app = await assemble({ config: read.config, overrides })
}

const stored = async (): Promise<{ v: number; state: Delivery }> =>
  JSON.parse((await redis.client.get(`{curfew}:${THREAD}`)) ?? 'null')

/** As 0.1.0 leaves it, in one step: a line behind, due in the one lane it knew. */
const fallBehind = async (due: number): Promise<void> => {
  const { v, ...record } = await stored()
  const state = { ...record.state, v: v + 1, lines: 1 }
  const text = { v: v + 1, live: true, mark: null, state }
  await redis.client
    .multi()
    .set(`{curfew}:${THREAD}`, JSON.stringify(text))
    .zadd(OLD, String(due), THREAD)
    .hincrby('{curfew}:head', 'due:chat:local', 1)
    .exec()
}

const caughtUp = async (): Promise<void> => {
  await expect.poll(async () => (await stored()).state.lines).toBe(2)
  const due = () => Promise.all([OLD, AUDIT].map((lane) => redis.client.zscore(lane, THREAD)))
  await expect.poll(due).toEqual([null, null])
}

describe('a thread that waits in the lane of version 0.1.0', { timeout: 30_000 }, () => {
  it('is told by the version that comes after it', async () => {
    const at = await recorded()
    await fallBehind(at)
    await start(at)
    await caughtUp()
  })

  it('is told while a bot of that version still runs beside this one', async () => {
    const at = await recorded()
    await start(at)
    await expect.poll(() => redis.client.zcard(AUDIT)).toBe(0)
    await fallBehind(at)
    await caughtUp()
  })

  it('is told when its time has come, where it was put off', async () => {
    const at = await recorded()
    await fallBehind(at + PUT_OFF_MS)
    const startedMs = Date.now()
    await start(at)
    await caughtUp()
    expect(Date.now() - startedMs).toBeGreaterThanOrEqual(PUT_OFF_MS)
  })
})
