import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { openAlarms } from '../../src/alarms/bullmq-alarms.ts'
import type { Alarms } from '../../src/ports.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { listeningLog, realClock, until } from '../journal/support.ts'

let redis: TestRedis
const opened: Alarms[] = []
const said: string[] = []

beforeAll(async () => {
  redis = await startRedis({ appendfsync: 'everysec' })
})
afterAll(() => redis?.stop())
beforeEach(() => redis.client.flushall())
afterEach(async () => {
  vi.restoreAllMocks()
  for (const alarms of opened.splice(0)) await alarms.close()
})

const open = (wake: () => void = () => undefined): Alarms => {
  const log = { ...listeningLog(), said }
  said.length = 0
  const say = (_: object, message: string) => void said.push(message)
  const listening = { ...log, warn: say, error: say, child: () => listening }
  const alarms = openAlarms({ redis: redis.address, log: listening, clock: realClock, wake })
  opened.push(alarms)
  return alarms
}

const redisNow = async (): Promise<number> => {
  const [seconds, micros] = await redis.client.time()
  return Number(seconds) * 1_000 + Number(micros) / 1_000
}
const delayed = () => redis.client.zrange('{curfew}:alarms:delayed', '0', '-1')
const leftovers = async () =>
  (await redis.client.keys('{curfew}:alarms:*')).filter((key) =>
    /:(at-|completed|failed|delayed|wait$|active)/.test(key),
  )

describe('an alarm', () => {
  test('wakes within a second of its second, never before it, and leaves nothing behind', async () => {
    const woken: number[] = []
    const alarms = open(() => void redisNow().then((at) => woken.push(at)))
    const instant = (await redisNow()) + 1_200
    const second = Math.ceil(instant / 1_000) * 1_000
    await alarms.at(instant)
    expect(await delayed()).toEqual([`at-${second / 1_000}`])
    await until('it wakes', () => woken.length > 0)
    expect(woken[0]).toBeGreaterThanOrEqual(second)
    expect(woken[0]).toBeLessThan(second + 1_000)
    await until('it is gone', async () => (await leftovers()).length === 0)
    expect(woken).toHaveLength(1)
  })

  test('in the past wakes now', async () => {
    const wake = vi.fn()
    await open(wake).at((await redisNow()) - 3_600_000)
    await until('it wakes', () => wake.mock.calls.length === 1)
  })

  test('is shared: a thousand in one second are one job, for two replicas too', async () => {
    const wake = vi.fn()
    const [one, two] = [open(wake), open(wake)]
    const second = Math.ceil(((await redisNow()) + 2_000) / 1_000)
    await Promise.all(Array.from({ length: 1_000 }, (_, i) => (i % 2 ? one : two).at(second * 1_000 - i / 2)))
    expect(await delayed()).toEqual([`at-${second}`])
    await until('it wakes', () => wake.mock.calls.length > 0)
    await until('it is gone', async () => (await leftovers()).length === 0)
    expect(wake).toHaveBeenCalledTimes(1)
  })

  test('can be set again after it rang, and after the keys of the queue were lost', async () => {
    const wake = vi.fn()
    const alarms = open(wake)
    const past = (await redisNow()) - 5_000
    await alarms.at(past)
    await until('it wakes', () => wake.mock.calls.length === 1)
    await until('it is gone', async () => (await leftovers()).length === 0)
    await alarms.at(past)
    await until('it wakes again', () => wake.mock.calls.length === 2)

    const later = (await redisNow()) + 1_500
    await alarms.at(later)
    await redis.client.del(...(await redis.client.keys('{curfew}:alarms:*')))
    await alarms.at(later)
    await until('it wakes after the loss', () => wake.mock.calls.length === 3)
  })

  test('counts by the clock of Redis: a wrong clock of this process changes nothing', async () => {
    const alarms = open()
    await alarms.at((await redisNow()) + 50_000)
    const real = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => real() - 7_200_000)
    const instant = (await redisNow()) + 60_000
    await alarms.at(instant)
    const id = `at-${Math.ceil(instant / 1_000)}`
    const delay = Number(await redis.client.hget(`{curfew}:alarms:${id}`, 'delay'))
    expect(delay).toBeGreaterThan(58_000)
    expect(delay).toBeLessThanOrEqual(61_000)
  })

  test('keeps no data, and all its keys share the journal’s hash tag', async () => {
    await open().at((await redisNow()) + 60_000)
    const keys = await redis.client.keys('*')
    expect(keys.filter((key) => !key.startsWith('{curfew}:alarms:'))).toEqual([])
    const [id] = await delayed()
    expect(await redis.client.hget(`{curfew}:alarms:${id}`, 'data')).toBe('null')
  })
})

describe('when Redis is away', () => {
  test('an alarm is logged, not thrown; afterwards they work again', async () => {
    const wake = vi.fn()
    const alarms = open(wake)
    await alarms.at((await redisNow()) + 60_000)
    await redis.kill()
    const startedMs = performance.now()
    await alarms.at(Date.now() + 70_000)
    expect(performance.now() - startedMs).toBeLessThan(2_000)
    expect(said).toContain('an alarm was not set; the sweep will see to it')

    await redis.start()
    await alarms.at((await redisNow()) - 1_000)
    await until('it wakes', () => wake.mock.calls.length > 0, 12_000)
  })

  test('closing ends within its deadline', async () => {
    const alarms = open()
    await alarms.at((await redisNow()) + 60_000)
    await redis.kill()
    const startedMs = performance.now()
    await alarms.close()
    expect(performance.now() - startedMs).toBeLessThan(4_500)
    await redis.start()
  })

  test('opening does not wait for it', async () => {
    await redis.kill()
    const wake = vi.fn()
    const alarms = open(wake)
    await alarms.at(Date.now() - 1_000)
    await redis.start()
    await alarms.at(Date.now() - 1_000)
    await until('it wakes', () => wake.mock.calls.length > 0, 12_000)
  })
})

test('closing journal and alarms leaves nothing open: the process ends by itself', async () => {
  const script = fileURLToPath(new URL('../journal/closer.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, redis.address.path], { stdio: 'inherit' })
  const deadline = setTimeout(() => child.kill('SIGKILL'), 15_000)
  const [code, signal] = await once(child, 'exit')
  clearTimeout(deadline)
  expect({ code, signal }).toEqual({ code: 0, signal: null })
})
