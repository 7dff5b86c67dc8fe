/**
 * What a seat is owed is done in its order: recorded before it is done, durable before it is given, seen before it is said;
 * and whatever is full, hangs or cannot tell keeps no other access from ending.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { App } from '../../src/app.ts'
import { Fault } from '../../src/domain/fault.ts'
import { GIVE_SLOTS } from '../../src/domain/limits.ts'
import { type InProcess, makeInProcess, type Trouble } from '../fixtures/in-process.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { startVaultBot } from '../fixtures/vault-bot.ts'

const CASE = { timeout: 40_000 }
const SOON = { timeout: 10_000, interval: 20 }

let redis: TestRedis
let local: InProcess
let app: App
let trouble: Trouble

const byItself = (yaml: string): string => yaml.replace('approvers: [olga@acme.test]', 'quorum: 0')

beforeEach(async () => {
  trouble = {}
  redis = await startRedis()
  local = makeInProcess({
    call: async (...args) => trouble.call?.(...args),
    send: async () => trouble.send?.(),
  })
  app = await startVaultBot({ local, redisUrl: redis.url, edit: byItself })
})
afterEach(async () => {
  trouble = {}
  await app?.stop()
  await redis?.stop()
})

interface Event {
  readonly type: string
  readonly does?: string
  readonly outcome?: string
  readonly fault?: string
}
const events = async (): Promise<readonly Event[]> =>
  (await redis.client.xrange('{curfew}:journal', '-', '+')).map(
    ([, fields]) => (JSON.parse(fields[1] ?? '{}') as { event: Event }).event,
  )
const types = async (): Promise<readonly string[]> => (await events()).map(({ type }) => type)
/** Answers what they read. */
const ask = async (who: string): Promise<string> =>
  JSON.stringify(await local.act(who, { kind: 'words', text: 'vault/readonly 1h of INC-42', mentions: [] }))
const giveBack = (who: string) => local.act(who, { kind: 'words', text: 'done', mentions: [] })
const seatOf = (who: string) => `memory/vault/readonly/${who}`
const give = async (who: string): Promise<void> => {
  await ask(who)
  await expect.poll(types, SOON).toContain('confirmed')
}

describe('recorded before done', () => {
  it('every call finds itself in the journal, and the end of what is given', CASE, async () => {
    const found: [string, readonly string[]][] = []
    trouble.call = async (does) => {
      if (does === 'grant' || does === 'revoke')
        found.push([
          does,
          (await events()).map((event) => [event.type, event.does].filter(Boolean).join(' ')),
        ])
    }
    await give('ana')
    await giveBack('ana')
    await expect.poll(types, SOON).toContain('ended')
    expect(found).toEqual([
      ['grant', expect.arrayContaining(['armed', 'cleared', 'attempted grant'])],
      ['revoke', expect.arrayContaining(['ending', 'attempted revoke'])],
    ])
  })

  describe('where nothing makes a record durable any more', () => {
    beforeEach(async () => {
      await give('ana')
      await redis.client.config('SET', 'appendonly', 'no')
      await redis.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await expect.poll(() => ask('ben'), SOON).toContain('Approved')
    })

    it('nothing is given', CASE, async () => {
      await expect
        .poll(async () => (await events()).find(({ outcome }) => outcome === 'refused')?.fault, SOON)
        .toContain('nothing makes a commit durable here')
      expect([...local.held]).toEqual([seatOf('ana')])
    })

    it('what is there ends as ever', CASE, async () => {
      await giveBack('ana')
      await expect.poll(types, SOON).toContain('ended')
      expect([...local.held]).toEqual([])
    })
  })
})

it('a look that fails confirms nothing, and the end is said once one sees it', CASE, async () => {
  await give('ana')
  let looks = 0
  trouble.call = async (does) => {
    if (does !== 'inspect' || looks > 1) return
    looks += 1
    throw new Fault('retry', 'the vault cannot be read')
  }
  await giveBack('ana')
  await expect.poll(() => looks, SOON).toBe(2)
  expect(await types()).not.toContain('ended')
  await expect.poll(types, SOON).toContain('ended')
})

it('a full Redis takes no new requests, and what is there ends', CASE, async () => {
  await give('ana')
  await redis.client.config('SET', 'maxmemory', '1')
  await expect.poll(() => ask('ben'), SOON).toContain('full')
  await giveBack('ana')
  await expect.poll(types, SOON).toContain('ended')
  expect([(await types()).filter((type) => type === 'requested').length, [...local.held]]).toEqual([1, []])
})

it('an end that waits for its next try is hurried also while Redis is full', CASE, async () => {
  const id = /R-[0-9A-Z]{6}/.exec(await ask('ana'))?.[0] ?? ''
  await expect.poll(types, SOON).toContain('confirmed')
  trouble.call = async (does) => {
    if (does === 'revoke') throw new Fault('retry', 'the vault is sealed', { afterMs: 60_000 })
  }
  await giveBack('ana')
  const isTried = async () => (await events()).some(({ fault }) => fault === 'the vault is sealed')
  await expect.poll(isTried, SOON).toBe(true)
  trouble = {}
  await redis.client.config('SET', 'maxmemory', '1')
  await expect.poll(() => ask('ben'), SOON).toContain('full')
  await local.act('olga', { kind: 'press', verb: 'retry', value: id })
  await expect.poll(() => [...local.held], SOON).toEqual([])
})

it('a chat and calls that hang keep no access from ending', CASE, async () => {
  await give('ana')
  let goOn = (): void => undefined
  const hanging = new Promise<void>((resolve) => {
    goOn = resolve
  })
  trouble.send = () => hanging
  trouble.call = async (does, account) => (does === 'grant' && account !== 'ana' ? hanging : undefined)
  try {
    for (let i = 0; i <= GIVE_SLOTS; i++) await ask(`stuck${i}`)
    await expect
      .poll(async () => (await events()).filter(({ type }) => type === 'attempted').length, SOON)
      .toBe(1 + GIVE_SLOTS)
    await giveBack('ana')
    await expect.poll(types, SOON).toContain('ended')
    expect([...local.held]).toEqual([])
  } finally {
    goOn()
  }
})
