/** What is over for long leaves Redis once the mirror has it; what stays is whole, and a restore brings back just that. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run as exportAll } from '../../src/cli/export.ts'
import type { RecordKey } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import { keepJournal } from '../../src/journal/keep-journal.ts'
import { isJournalKey, JOURNAL } from '../../src/journal/keys.ts'
import type { Mirror } from '../../src/journal/mirror.ts'
import { openArchive } from '../../src/journal/open-archive.ts'
import { type Keeper, openKeeper } from '../../src/journal/open-keeper.ts'
import { openMirror } from '../../src/journal/open-mirror.ts'
import { openRebuild } from '../../src/journal/open-rebuild.ts'
import { trimJournal } from '../../src/journal/trim-journal.ts'
import { type Finding, verifyJournal } from '../../src/journal/verify-journal.ts'
import { verifyMirror } from '../../src/journal/verify-mirror.ts'
import { restore } from '../../src/service/restore.ts'
import { playJournal, RECORDED_KEY, recordedChains, recordedStates } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'
import { listeningLog, realClock, until } from './support.ts'

const VERSION = '0.1.0'
const log = makeLog({ level: 'silent' })
const folder = mkdtempSync(join(tmpdir(), 'curfew-trim-'))
const states = recordedStates(VERSION)
const isOpen = (record: string): boolean =>
  record.startsWith('r:') && (states.get(record as RecordKey) as unknown as { live: boolean }).live
let redis: TestRedis
let keeper: Keeper
let mirror: Mirror
beforeAll(async () => {
  redis = await startRedis()
  keeper = await openKeeper({ redis: redis.address, log })
  mirror = openMirror({ folder })
  await playJournal(redis.client, VERSION)
  await reorder()
})
afterAll(async () => {
  await mirror?.close()
  keeper?.close()
  await redis?.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** One that is over, and whose last entry comes after those of requests that are not. */
const STRADDLES =
  [...recordedChains(VERSION).keys()].find((key) => key.startsWith('r:') && !isOpen(key)) ?? ''

/** Those that are not over last: the order between records is nobody's before it is sealed. */
const reorder = async (): Promise<void> => {
  const rows = (await redis.client.xrange(JOURNAL, '-', '+')).map(([, fields]) => fields[1] ?? '')
  const recordOf = (text: string): string => (JSON.parse(text) as { record: string }).record
  const last = rows.findLast((text) => recordOf(text) === STRADDLES) ?? ''
  const rest = rows.filter((text) => text !== last)
  const ordered = [
    ...rest.filter((text) => !isOpen(recordOf(text))),
    ...rest.filter((text) => isOpen(recordOf(text))),
    last,
  ]
  const pipeline = redis.client
    .pipeline()
    .del(JOURNAL, ...new Set(rows.map((text) => `{curfew}:n:${recordOf(text)}`)))
  for (const [i, text] of ordered.entries())
    pipeline.xadd(JOURNAL, `${i + 1}-0`, 'e', text).rpush(`{curfew}:n:${recordOf(text)}`, i + 1)
  await pipeline.exec()
}

const READ: Readonly<Record<string, (key: string) => Promise<unknown>>> = {
  string: (key) => redis.client.get(key),
  hash: (key) => redis.client.hgetall(key),
  list: (key) => redis.client.lrange(key, 0, -1),
  stream: (key) => redis.client.xrange(key, '-', '+'),
}
/** Everything that is folded from entries, and what is known of those that left. */
const dump = async (): Promise<Readonly<Record<string, unknown>>> => {
  const found: [string, unknown][] = []
  for (const key of (await redis.client.keys('{curfew}:*')).filter(isJournalKey).sort()) {
    if (/:(d:|due:|set:|live$|head$|mirror$|seals:)/.test(key)) continue
    found.push([key, await READ[await redis.client.type(key)]?.(key)])
  }
  return Object.fromEntries(found)
}
const verify = async (): Promise<readonly Finding[]> => {
  const found: Finding[] = []
  await verifyJournal(keeper, RECORDED_KEY, (finding) => found.push(finding))
  return found
}
const trimAll = async (keepMs: number): Promise<number> => {
  let all = 0
  for (let left = -1; left !== 0; all += left) left = await trimJournal(keeper, RECORDED_KEY, keepMs)
  return all
}

test('nothing leaves before it is in the mirror, nor before its time', async () => {
  expect(await trimAll(0)).toBe(0)
  const options = { redis: redis.address, log, clock: realClock, key: RECORDED_KEY }
  const keeping = await keepJournal({ ...options, mirror: { folder } })
  await until('it is mirrored', async () => (await redis.client.hget('{curfew}:mirror', 'n')) === '248')
  await keeping.stop()
  expect(await trimAll(90 * 24 * 3_600_000 * 100)).toBe(0)
})

test('what is over leaves without a trace, up to the first that is not; what stays is whole', async () => {
  const open = [...states.keys()].filter(isOpen)
  const over = [...states.keys()].filter((key) => key.startsWith('r:') && !isOpen(key))
  const rows = await redis.client.xrange(JOURNAL, '-', '+')
  const firstOpen = rows.findIndex(([, fields]) =>
    open.some((key) => fields[1]?.startsWith(`{"record":"${key}"`)),
  )
  expect(await trimAll(0)).toBe(firstOpen)
  expect((await redis.client.xrange(JOURNAL, '-', '+'))[0]?.[0]).toBe(`${firstOpen + 1}-0`)
  const keys = await redis.client.keys('*')
  for (const record of over)
    expect({ record, keys: keys.filter((key) => key.includes(record.slice(2))) }).toEqual({
      record,
      keys: [],
    })
  for (const record of open) expect(keys).toContain(`{curfew}:${record}`)
  const seats = [...states.keys()].filter((key) => /^[sa]:/.test(key))
  expect(seats.filter((key) => !keys.includes(`{curfew}:${key}`))).toEqual([])
  const head = await redis.client.hgetall('{curfew}:head')
  expect(Number(head.live)).toBe(await redis.client.scard('{curfew}:live'))
  for (const [field, size] of Object.entries(head))
    if (field.startsWith('due:'))
      expect({ field, size }).toEqual({ field, size: String(await redis.client.zcard(`{curfew}:${field}`)) })
  expect(await redis.client.hget('{curfew}:bases', STRADDLES)).toMatch(/^\d+\|[0-9a-f]{64}\|\d+$/)
  expect(await verify()).toEqual([])
  const inMirror: Finding[] = []
  const { entries } = await verifyMirror(mirror, RECORDED_KEY, (finding) => inMirror.push(finding))
  expect({ entries, inMirror }).toEqual({ entries: rows.length, inMirror: [] })
})

test('whoever pretends that more has left is found out, and so is who takes more', async () => {
  const [first] = await redis.client.xrange(JOURNAL, '-', '+', 'COUNT', 1)
  const [id = '', fields = []] = first ?? []
  const n = Number.parseInt(id, 10)
  await redis.client.xdel(JOURNAL, id)
  expect(await verify()).toContainEqual({ n, says: 'is missing' })
  await redis.client.hset('{curfew}:seal', 'from', n)
  expect(await verify()).toContainEqual({
    n: n + 1,
    says: expect.stringContaining('nobody with the key said so'),
  })
  await redis.client.hset('{curfew}:seal', 'from', n - 1)
  const rows = await redis.client.xrange(JOURNAL, '-', '+')
  const pipeline = redis.client
    .pipeline()
    .del(JOURNAL)
    .xadd(JOURNAL, id, ...fields)
  for (const [at, row] of rows) pipeline.xadd(JOURNAL, at, ...row)
  await pipeline.exec()
  expect(await verify()).toEqual([])
})

test('auditors read from the mirror what has left', async () => {
  const from = (await runCommand(exportAll, redis.url, ['--json'])).out.trim().split('\n')
  const all = (await runCommand(exportAll, redis.url, ['--json', '--mirror-at', folder])).out
    .trim()
    .split('\n')
  const requests = [...states.keys()].filter((key) => key.startsWith('r:'))
  expect(all).toHaveLength(requests.length)
  expect(from).toHaveLength(requests.filter(isOpen).length)
  expect(all).toEqual(expect.arrayContaining(from))
  expect(all.every((row) => row.includes('"chain":"whole"'))).toBe(true)
})

test('a restore brings back what was in Redis, and not what had left it', async () => {
  const before = await dump()
  await redis.client.flushall()
  const said = listeningLog()
  const restored = await restore(openArchive(mirror), openRebuild(keeper, RECORDED_KEY), 0)
  expect(restored.live).toBe([...states.keys()].filter(isOpen).length)
  const after = await dump()
  expect({ ...after, '{curfew}:seal': { ...(after['{curfew}:seal'] as object), at: '' } }).toEqual({
    ...before,
    '{curfew}:seal': { ...(before['{curfew}:seal'] as object), at: '' },
  })
  expect(await verify()).toEqual([])
  expect(said.said).toEqual([])
})
