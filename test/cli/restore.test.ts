/** A journal of every state is mirrored, lost and restored: what then stands in Redis is what stood there. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/restore.ts'
import { run as verify } from '../../src/cli/verify.ts'
import type { Delivery } from '../../src/domain/delivery.ts'
import { makeLog } from '../../src/infra/log.ts'
import { keepJournal } from '../../src/journal/keep-journal.ts'
import { isJournalKey } from '../../src/journal/keys.ts'
import { playJournal, RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'
import { realClock, until } from '../journal/support.ts'

const folder = mkdtempSync(join(tmpdir(), 'curfew-restore-'))
const from = join(folder, 'journal')
let redis: TestRedis
/** What stood in Redis before it was lost. */
let before: ReadonlyMap<string, unknown>
beforeAll(async () => {
  redis = await startRedis()
  await playJournal(redis.client, '0.1.0')
  const n = await redis.client.hget('{curfew}:head', 'n')
  const log = makeLog({ level: 'silent' })
  const options = { redis: redis.address, log, clock: realClock, key: RECORDED_KEY }
  const keeping = await keepJournal({ ...options, mirror: { folder: from } })
  await until('it is mirrored', async () => (await redis.client.hget('{curfew}:mirror', 'n')) === n)
  await keeping.stop()
  before = await dump()
})
afterAll(async () => {
  rmSync(folder, { recursive: true })
  await redis?.stop()
})
beforeEach(() => redis.client.flushall())

const READ: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  string: (key) => redis.client.get(key),
  hash: (key) => redis.client.hgetall(key),
  list: (key) => redis.client.lrange(key, 0, -1),
  set: async (key) => (await redis.client.smembers(key)).sort(),
  zset: (key) => redis.client.zrange(key, '0', '-1', 'WITHSCORES'),
  stream: (key) => redis.client.xrange(key, '-', '+'),
}
const dump = async (): Promise<ReadonlyMap<string, unknown>> => {
  const found = new Map<string, unknown>()
  for (const key of (await redis.client.keys('{curfew}:*')).filter(isJournalKey).sort())
    found.set(key, await READ[await redis.client.type(key)]?.(key))
  return found
}
/** Asked apart: views, which are not folded, and indexes, of which this version has more than the one that recorded. */
const isView = (key: string): boolean => /:(d:|due:|set:|text:|live$|head$|seal$|mirror$)/.test(key)
const folded = (all: ReadonlyMap<string, unknown>) =>
  Object.fromEntries([...all].filter(([key]) => !isView(key)))
const restore = (...args: string[]) => runCommand(run, redis.url, ['--from', from, ...args])

test('records, entries, lists and seals are what they were, to the byte; texts and indexes, too', async () => {
  const ran = await restore()
  expect(ran).toMatchObject({ code: 0, err: '' })
  expect(ran.out).toMatch(
    /^Restored \d+ entries: \d+ requests, \d+ of them not over yet\.\n.*nothing is told again/,
  )
  const after = await dump()
  expect(folded(after)).toEqual(folded(before))
  expect(after.get('{curfew}:seal')).toMatchObject({
    n: (before.get('{curfew}:seal') as { n: string }).n,
    seal: (before.get('{curfew}:seal') as { seal: string }).seal,
  })
  const membersOf = (all: typeof after, prefix: RegExp): string[] =>
    [...all].flatMap(([key, members]) =>
      prefix.test(key)
        ? (members as string[]).filter((one) => /^[rsR]/.test(one)).map((one) => `${key} ${one}`)
        : [],
    )
  for (const prefix of [/:due:(records|give:|take:)/, /:set:open:/])
    expect(membersOf(after, prefix).sort()).toEqual(membersOf(before, prefix).sort())
  const texts = [...after].filter(([key]) => key.startsWith('{curfew}:text:'))
  expect(texts.length).toBeGreaterThan(10)
  for (const [key, kept] of texts) expect(before.get(key)).toMatchObject(kept as object)
  const isRecord = (member: string): boolean => !member.startsWith('d:')
  const live = (all: typeof after) => (all.get('{curfew}:live') as string[]).filter(isRecord)
  expect(live(after)).toEqual(live(before))
  const head = after.get('{curfew}:head') as Record<string, string>
  expect(head.live).toBe(String((after.get('{curfew}:live') as string[]).length))
  expect(head.n).toBe((before.get('{curfew}:head') as Record<string, string>).n)
  expect(await runCommand(verify, redis.url, [])).toMatchObject({ code: 0 })
})

test('every place in chat knows where its card stands, and how many lines were told there', async () => {
  await restore()
  const after = await dump()
  const places = [...before.keys()].filter((key) => key.startsWith('{curfew}:d:'))
  expect(places.length).toBeGreaterThan(10)
  for (const key of places) {
    const [was, is] = [before, after].map(
      (all) => (JSON.parse(String(all.get(key))) as { state: Delivery }).state,
    )
    expect({ key, posted: is?.posted, lines: is?.lines }).toEqual({
      key,
      posted: was?.posted,
      lines: was?.lines,
    })
  }
})

test('a Redis that holds a journal is left alone, and so is one with a running bot', async () => {
  await redis.client.hset('{curfew}:head', 'n', '5')
  expect(await restore()).toMatchObject({
    code: 2,
    err: expect.stringContaining('already holds a journal of 5 entries'),
  })
  await redis.client.flushall()
  await redis.client.set('{curfew}:r:R-1', '{}')
  expect(await restore()).toMatchObject({
    code: 2,
    err: expect.stringContaining('already holds a journal of 0 entries'),
  })
  expect(await redis.client.dbsize()).toBeLessThanOrEqual(2)
  await redis.client.del('{curfew}:r:R-1')
  await redis.client.hset('{curfew}:head', { n: '2', at: '1' })
  expect(await restore('--discard', '3')).toMatchObject({ code: 2 })
  expect(await restore('--discard', '2')).toMatchObject({ code: 0 })
  await redis.client.flushall()
  await redis.client.set('{curfew}:sealer', 'a bot', 'PX', 60_000)
  expect(await restore()).toMatchObject({ code: 2, err: expect.stringContaining('A Curfew is running') })
  expect(await redis.client.keys('*')).toEqual(['{curfew}:sealer'])
})

test('a restore that was cut short begins from nothing', async () => {
  await redis.client.set('{curfew}:restoring', '1')
  await redis.client.set('{curfew}:r:R-HALF00', '{}')
  expect(await restore()).toMatchObject({ code: 0 })
  expect(folded(await dump())).toEqual(folded(before))
})

test('a mirror that was tampered with is not restored, unless that is wanted; an empty one never is', async () => {
  const other = join(folder, 'other')
  const [entries = '', texts = ''] = readdirSync(from)
  mkdirSync(other)
  writeFileSync(join(other, texts), readFileSync(join(from, texts)))
  writeFileSync(join(other, entries), readFileSync(join(from, entries), 'utf8').replace('"at":1', '"at":2'))
  const ran = await runCommand(run, redis.url, ['--from', other])
  expect(ran).toMatchObject({
    code: 1,
    err: expect.stringMatching(/mirror: entry \d+ .*mark is wrong[\s\S]*tampered/),
  })
  expect(await redis.client.dbsize()).toBe(0)
  expect(await runCommand(run, redis.url, ['--from', other, '--although-broken'])).toMatchObject({ code: 0 })
  await redis.client.flushall()
  expect(await runCommand(run, redis.url, ['--from', join(folder, 'none')])).toMatchObject({
    code: 1,
    err: expect.stringContaining('is empty'),
  })
  expect(await runCommand(run, redis.url, [])).toMatchObject({
    code: 2,
    err: expect.stringContaining('There is no mirror'),
  })
})
