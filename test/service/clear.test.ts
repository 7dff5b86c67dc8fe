/** The second check: between the approval and the access, what was approved is looked at once more, as it is by then. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { Fault } from '../../src/domain/fault.ts'
import type { Request } from '../../src/domain/model.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, readVaultConfig, startVaultBot } from '../fixtures/vault-bot.ts'

const SOON = { timeout: 10_000, interval: 20 }

let redis: TestRedis
let local: InProcess
let app: App
let id: string
/** The target does not answer who is who, so that the check cannot tell. */
let isAway = false

const stored = async (): Promise<{ readonly state: Request }> =>
  JSON.parse((await redis.client.get(`{curfew}:r:${id}`)) ?? 'null')

beforeEach(async () => {
  redis = await startRedis()
  local = makeInProcess({
    call: async (does) => {
      if (does === 'resolve' && isAway) throw new Fault('retry', 'the vault is away')
    },
  })
  app = await startVaultBot({ local, redisUrl: redis.url })
  id = await askForVault(local)
  isAway = true
  await approveVault(local, id)
  await expect.poll(async () => (await stored()).state.retry?.why, SOON).toBe('the vault is away')
})
afterEach(async () => {
  isAway = false
  await app?.stop()
  await redis?.stop()
})

const reload = (edit: (yaml: string) => string) =>
  app.reload(readVaultConfig({ local, redisUrl: redis.url, edit }))

/** The target is back, and an operator wants the check now; answers why nothing is given. */
const judged = async (): Promise<string | undefined> => {
  isAway = false
  await local.act('olga', { kind: 'press', verb: 'retry', value: id })
  await expect.poll(async () => [(await stored()).state.state, local.held.size], SOON).toEqual(['void', 0])
  return (await stored()).state.closed?.says
}

it('a policy that forbids it by then voids it', async () => {
  const freeze = '  - { name: freeze, effect: deny, entitlements: ["vault/*"], requesters: [everyone] }\n'
  expect(await reload((yaml) => `${yaml}${freeze}`)).toEqual([])
  expect(await judged()).toBe('The policy “freeze” forbids this.')
})

it('an approver who has lost the right by then does not count', async () => {
  expect(await reload((yaml) => yaml.replace('approvers: [olga@', 'approvers: [cy@'))).toEqual([])
  expect(await judged()).toBe('olga no longer counts as an approver; ask again.')
})

it('a record that says more than its journal gives nothing', async () => {
  const record = await stored()
  const forged = { ...record, state: { ...record.state, wish: { kind: 'for', ms: 8 * 3_600_000 } } }
  await redis.client.set(`{curfew}:r:${id}`, JSON.stringify(forged))
  expect(await judged()).toBe('its record does not match the journal; an operator has to look')
})

it('what is still as it was is given', async () => {
  isAway = false
  await local.act('olga', { kind: 'press', verb: 'retry', value: id })
  await expect.poll(() => local.held.size, SOON).toBe(1)
})
