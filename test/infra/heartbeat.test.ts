/** The dead man's switch of a running bot: it beats while all is well, and only then. A minute is a moment here. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { Fault } from '../../src/domain/fault.ts'
import { HEARTBEAT_EVERY_MS } from '../../src/domain/limits.ts'
import { systemClock } from '../../src/infra/clock.ts'
import type { Clock } from '../../src/ports.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, startVaultBot } from '../fixtures/vault-bot.ts'

const CASE = { timeout: 40_000 }
const POLL = { timeout: 15_000, interval: 20 }
const BEAT_MS = 50

let redis: TestRedis
let listener: Server
const beats: string[] = []
let status = 200
let aheadMs = 0
let stuck = false
let log = ''
const local = makeInProcess({
  call: async (does) => {
    if (does === 'revoke' && stuck) throw new Fault('retry', 'the vault is shut')
  },
})
const apps: App[] = []

const clock: Clock = {
  monotonicMs: () => systemClock.monotonicMs() + aheadMs,
  after: (ms, run) => systemClock.after(ms === HEARTBEAT_EVERY_MS ? BEAT_MS : ms, run),
}

beforeAll(async () => {
  redis = await startRedis()
  listener = createServer((request, response) => {
    beats.push(`${request.method} ${request.url}`)
    response.writeHead(status).end('OK')
  })
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
})
afterEach(async () => {
  for (const app of apps.splice(0)) await app.stop()
})
afterAll(async () => {
  listener.close()
  await redis.stop()
})

const start = async (heartbeat: string, env: Readonly<Record<string, string>> = {}): Promise<void> => {
  const more = `heartbeat: ${heartbeat}\n`
  const hear = (line: string): void => {
    log += line
  }
  const overrides = { prelude: MOVED, clock }
  apps.push(await startVaultBot({ local, redisUrl: redis.url, more, env, hear, overrides }))
}
const address = (): string => `http://127.0.0.1:${(listener.address() as AddressInfo).port}/ping/secret-uuid`
const untilItBeats = async (): Promise<void> => {
  const before = beats.length
  await expect.poll(() => beats.length, POLL).toBeGreaterThan(before + 1)
}
/** For this reason, and not once more from then on. */
const untilItIsSilent = async (reason: RegExp): Promise<void> => {
  log = ''
  await expect.poll(() => log, POLL).toMatch(reason)
  const before = beats.length
  log = ''
  await expect.poll(() => log.match(/no heartbeat/g)?.length ?? 0, POLL).toBeGreaterThan(3)
  expect(beats).toHaveLength(before)
}

it('beats while nothing is late, falls silent while a revoke is, and comes back', CASE, async () => {
  await start(`\${HEARTBEAT_URL}`, { HEARTBEAT_URL: address() })
  await untilItBeats()
  expect(new Set(beats)).toEqual(new Set(['GET /ping/secret-uuid']))
  await approveVault(local, await askForVault(local))
  await expect.poll(() => local.held.size, POLL).toBe(1)
  await untilItBeats()

  stuck = true
  aheadMs = 50_000
  await redis.client.set('test:ahead', aheadMs)
  // Late, but not yet by a minute.
  await untilItBeats()
  aheadMs = 80_000
  await redis.client.set('test:ahead', aheadMs)
  await untilItIsSilent(/a grant is \d+ s past its end/)

  stuck = false
  aheadMs = 141_000
  await redis.client.set('test:ahead', aheadMs)
  await expect.poll(() => local.held.size, POLL).toBe(0)
  await untilItBeats()
})

it('falls silent while Redis is gone, and comes back with it', CASE, async () => {
  await start(address())
  await untilItBeats()
  await redis.kill()
  await untilItIsSilent(/"reason":"Redis cannot be reached"/)
  await redis.start()
  await untilItBeats()
})

it('falls silent when the journal came back emptier than it was', CASE, async () => {
  await start(address())
  await untilItBeats()
  await redis.client.flushall()
  await untilItIsSilent(/the journal lost entries/)
})

it('says that nobody listens, and never where', CASE, async () => {
  status = 500
  await start(address())
  await expect.poll(() => log, POLL).toContain('the heartbeat was not taken')
  await start('http://127.0.0.1:9/ping/secret-uuid')
  await expect.poll(() => log, POLL).toContain('the heartbeat did not arrive')
  expect(log).not.toContain('secret-uuid')
})

it.each([
  'not an address',
  'ftp://127.0.0.1/',
  '5',
])('refuses %j as an address, without showing it', (written) => {
  const text = `heartbeat: ${JSON.stringify(written)}`
  const read = readConfig({ text, env: {}, kinds: local.kinds, secrets: 'optional' })
  const says = read.ok ? [] : read.problems.map(({ message, hint }) => `${message} ${hint ?? ''}`)
  expect(says.filter((one) => one.includes('heartbeat'))).toHaveLength(1)
})
