/** The export of a recorded journal of every state, as an auditor reads it. */
import { Writable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { run } from '../../src/cli/export.ts'
import { csvLine } from '../../src/domain/csv.ts'
import { COLUMNS, type ExportRow } from '../../src/domain/export-row.ts'
import type { Request } from '../../src/domain/model.ts'
import { phaseOf } from '../../src/domain/request.ts'
import { playJournal, recordedChains, recordedStates } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

const VERSION = '0.1.0'
const states = recordedStates(VERSION)
const requests = [...states].flatMap(([key, { state }]) => (key.startsWith('r:') ? [state as Request] : []))
const stateOf = (id: string): Request => requests.find((one) => one.id === id) as Request

let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  await playJournal(redis.client, VERSION)
})

const rowsOf = (text: string): ExportRow[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportRow)

test('as JSON: one row per request, in the order they were asked, as the stored records say', async () => {
  const { code, out, err } = await runCommand(run, redis.url, ['--json'])
  expect({ code, err }).toEqual({ code: 0, err: `${requests.length} requests.\n` })
  const rows = rowsOf(out)
  expect(rows.map(({ id }) => id).sort()).toEqual(requests.map(({ id }) => id).sort())
  expect(rows.map(({ askedAt }) => askedAt)).toEqual(rows.map(({ askedAt }) => askedAt).sort())
  for (const row of rows) {
    const request = stateOf(row.id)
    expect(Object.keys(row).sort()).toEqual([...COLUMNS].sort())
    expect(row).toMatchObject({
      state: phaseOf(request),
      requester: request.requester.email,
      entitlement: `${request.entitlement.target}/${request.entitlement.role}`,
      why: 'INC-42',
      policy: request.policy.name,
      policyHash: request.policy.hash,
      approvers: request.approvals.map(({ by }) => by.email),
      mark: states.get(`r:${row.id}`)?.mark,
      chain: 'whole',
    })
  }
})

test('says how each ended, how late, and how that is known', async () => {
  const { out } = await runCommand(run, redis.url, ['--json'])
  const found = rowsOf(out).map(({ state, how, proof }) => [state, how, proof?.replace(/R-\w+/, 'R-…')])
  for (const ended of [
    ['ended', 'expired', 'read back'],
    ['ended', 'expired', 'kept for R-…'],
    ['ended', 'given back', 'read back'],
    ['ended', 'revoked', 'read back'],
    ['ended', 'failed', 'read back'],
    ['denied', 'denied', undefined],
    ['lapsed', 'lapsed', undefined],
    ['withdrawn', 'withdrawn', undefined],
    ['void', 'void', undefined],
    ['pending', null, undefined],
    ['active', null, undefined],
  ])
    expect(found).toContainEqual(ended)
  const revoked = rowsOf(out).find(({ how }) => how === 'revoked')
  const grant = stateOf(revoked?.id ?? '').grant
  expect(revoked).toMatchObject({
    endedBy: 'cy@acme.test',
    grantedAt: new Date(grant?.confirmedAt ?? 0).toISOString(),
    dueAt: new Date(grant?.endsAt ?? 0).toISOString(),
    endedAt: new Date(grant?.ended?.at ?? 0).toISOString(),
    lateMs: grant?.ended?.lateMs,
  })
})

test('as CSV: a line of names, then a line per request', async () => {
  const { out } = await runCommand(run, redis.url, ['--csv'])
  const lines = out.split('\r\n')
  expect(lines[0]).toBe(COLUMNS.join(','))
  expect(lines).toHaveLength(requests.length + 2)
  expect(lines.at(-1)).toBe('')
})

test('quotes as RFC 4180 says, and makes no formula of what people typed', () => {
  expect(csvLine(['a', 'b, c', 'say "hi"', 'two\nlines', null, 7, -7])).toBe(
    'a,"b, c","say ""hi""","two\nlines",,7,-7\r\n',
  )
  const formulas = ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '＝1', '=HYPERLINK("x","y")']
  for (const text of formulas) expect(csvLine([text])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`)
})

test('takes the days in UTC that were asked for, both included', async () => {
  const day = new Date(requests[0]?.askedAt ?? 0).toISOString().slice(0, 10)
  const next = new Date(Date.parse(day) + 24 * 3_600_000).toISOString().slice(0, 10)
  const count = async (...args: string[]): Promise<number> =>
    (await runCommand(run, redis.url, ['--csv', ...args])).out.split('\r\n').length - 2
  expect(await count('--from', day, '--to', day)).toBe(requests.length)
  expect(await count('--from', next)).toBe(0)
  expect(await count('--to', new Date(Date.parse(day) - 1).toISOString().slice(0, 10))).toBe(0)
})

test.each([
  [[]],
  [['--csv', '--json']],
  [['--csv', '--from', 'yesterday']],
  [['--csv', '--from', '2026-02-30']],
  [['--csv', '--colour']],
])('refuses %j and says how', async (args) => {
  const ran = await runCommand(run, redis.url, args)
  expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining('curfew export --csv') })
})

test('says that Redis does not answer', async () => {
  const ran = await runCommand(run, 'unix:///nowhere.sock', ['--csv'])
  expect(ran).toMatchObject({ code: 2, err: expect.stringContaining('check REDIS_URL') })
})

test('names the request whose chain was edited, and one that is hardly there any more', async () => {
  const [edited, hollow] = requests.filter((one) => phaseOf(one) === 'ended')
  const chains = recordedChains(VERSION)
  const rows = await redis.client.xrange('{curfew}:journal', '-', '+')
  const first = chains.get(`r:${hollow?.id ?? ''}`)?.[0]?.n
  await redis.client.del('{curfew}:journal')
  for (const [id, [name = '', text = '']] of rows)
    await redis.client.xadd(
      '{curfew}:journal',
      id,
      name,
      text.includes(`"r:${edited?.id}"`) ? text.replace('"approved","at":1', '"approved","at":2') : text,
    )
  await redis.client.lset(`{curfew}:n:r:${hollow?.id}`, 1, String(first))
  const { code, out, err } = await runCommand(run, redis.url, ['--json'])
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('wrong in 2 of them') })
  const broken = rowsOf(out).filter(({ chain }) => chain === 'broken')
  expect(broken.map(({ id }) => id).sort()).toEqual([edited?.id, hollow?.id].sort())
  expect(broken.find(({ id }) => id === hollow?.id)?.state).toBeNull()
})

test('waits for whoever reads it: a slow pipe never holds more than a batch', async () => {
  const all = await redis.client.xrange('{curfew}:journal', '-', '+')
  const [name = '', text = ''] = all.find(([, fields]) => fields[1]?.includes('"requested"'))?.[1] ?? []
  const entry = JSON.parse(text) as { record: string }
  const pipeline = redis.client.pipeline()
  for (let i = 0; i < 2_000; i += 1) {
    const record = `r:R-${String(i).padStart(6, '0')}`
    pipeline.xadd('{curfew}:journal', `${100_000 + i}-0`, name, JSON.stringify({ ...entry, record }))
    pipeline.rpush(`{curfew}:n:${record}`, 100_000 + i)
  }
  await pipeline.exec()
  let most = 0
  let written = 0
  const out: Writable = new Writable({
    highWaterMark: 1_024,
    write: (chunk: Buffer, _, done) => {
      written += chunk.length
      most = Math.max(most, out.writableLength)
      setTimeout(done, 30)
    },
  })
  await runCommand(run, redis.url, ['--json'], { out })
  expect(written).toBeGreaterThan(500_000)
  expect(most).toBeLessThan(written / 10)
})
