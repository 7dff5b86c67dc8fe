/** Whoever can write to Redis makes no access of it: what is given has to stand in the marked events of those who wait for it. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import type { Holder, RequestId, Seat } from '../../src/domain/model.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, startVaultBot } from '../fixtures/vault-bot.ts'

const CASE = { timeout: 30_000 }
const SOON = { timeout: 10_000, interval: 20 }
const SEAT = 's:memory/vault/readonly/ana'
const LANE = '{curfew}:due:give:vault'
const SAYS = 'a grant does not match its journal'

let redis: TestRedis
let local: InProcess
let app: App
let log: string[]
const isAsked = (): boolean => log.some((line) => line.includes(SAYS))

beforeEach(async () => {
  redis = await startRedis()
  local = makeInProcess()
  log = []
  app = await startVaultBot({ local, redisUrl: redis.url, hear: (line) => void log.push(line) })
})
afterEach(async () => {
  await app?.stop()
  await redis?.stop()
})

/** Whoever forges it makes it due at once, as a commit would. */
const forge = async (edit: (seat: Seat, now: number) => Seat): Promise<void> => {
  const record = JSON.parse((await redis.client.get(`{curfew}:${SEAT}`)) ?? 'null')
  const [seconds = 0] = await redis.client.time()
  const now = Number(seconds) * 1_000
  await redis.client.set(`{curfew}:${SEAT}`, JSON.stringify({ ...record, state: edit(record.state, now) }))
  await redis.client.zadd(LANE, now, SEAT)
}

const waiting = (request: string, giveUpAt: number): Holder => ({
  request: request as RequestId,
  giveUpAt,
  active: false,
})

const endOne = async (): Promise<string> => {
  const id = await askForVault(local)
  await approveVault(local, id)
  await expect.poll(() => local.held.size, SOON).toBe(1)
  await local.act('ana', { kind: 'words', text: 'done', mentions: [] })
  await expect
    .poll(async () => (await redis.client.get(`{curfew}:r:${id}`)) ?? '', SOON)
    .toContain('"state":"ended"')
  return id
}

it.each([
  ['that is over', (id: string) => id],
  ['that nobody made', () => 'R-000000'],
])('a seat that is said to be wanted by a request %s', CASE, async (_, of) => {
  const id = await endOne()
  await forge((seat, now) => ({ ...seat, holders: [waiting(of(id), now + 3_600_000)], notBefore: 0 }))
  await expect.poll(isAsked, SOON).toBe(true)
  expect([...local.held]).toEqual([])
})

it('a seat that is said to be another access: what was approved is given', CASE, async () => {
  await endOne()
  const id = await askForVault(local)
  await forge((seat) => ({
    ...seat,
    access: { ...seat.access, seat: 'memory/vault/readonly/mallory' as Seat['key'] },
  }))
  await approveVault(local, id)
  await expect.poll(() => [...local.held], SOON).toEqual(['memory/vault/readonly/ana'])
})
