/** What an operator does on the host to a journal of every state, with no bot running: what is committed, and what is said. */
import { userInfo } from 'node:os'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CliCommand } from '../../src/cli/cli-command.ts'
import { run as deny } from '../../src/cli/deny.ts'
import { run as exportAll } from '../../src/cli/export.ts'
import { run as forget } from '../../src/cli/forget.ts'
import { run as requests } from '../../src/cli/requests.ts'
import { run as retry } from '../../src/cli/retry.ts'
import { run as revoke } from '../../src/cli/revoke.ts'
import { run as revokeAll } from '../../src/cli/revoke-all.ts'
import { run as status } from '../../src/cli/status.ts'
import { run as verify } from '../../src/cli/verify.ts'
import { run as who } from '../../src/cli/who.ts'
import type { Request } from '../../src/domain/model.ts'
import { isClosed, type Phase, phaseOf } from '../../src/domain/request.ts'
import { JOURNAL } from '../../src/journal/keys.ts'
import { playJournal, recordedStates } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

const VERSION = '0.1.0'
const states = [...recordedStates(VERSION)].flatMap(([key, { state }]) =>
  key.startsWith('r:') ? [state as Request] : [],
)
const inPhase = (phase: Phase): Request => states.find((one) => phaseOf(one) === phase) as Request
const HOST = `host:${userInfo().username}`

let redis: TestRedis
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  await playJournal(redis.client, VERSION)
})

const curfew = (run: CliCommand, ...args: string[]) => runCommand(run, redis.url, args)
const stored = async (id: string): Promise<Request> =>
  (JSON.parse((await redis.client.get(`{curfew}:r:${id}`)) ?? 'null') as { state: Request }).state
const idsIn = (text: string): readonly string[] => text.match(/^R-\w{6}/gm) ?? []
const entries = (): Promise<number> => redis.client.xlen(JOURNAL)

test('what people typed about a request that is over is erased, once; its record stays whole', async () => {
  const { id } = inPhase('denied')
  const key = `{curfew}:text:r:${id}`
  expect(await redis.client.hlen(key)).toBeGreaterThan(0)
  expect((await curfew(exportAll, '--json')).out).not.toContain('(erased)')
  const before = await entries()
  for (const again of [1, 2]) {
    const ran = await curfew(forget, id)
    expect(ran).toMatchObject({ code: 0, out: expect.stringContaining('Messages in chat stay') })
    expect({ again, entries: await entries() }).toEqual({ again, entries: before + 1 })
  }
  expect(await redis.client.exists(key)).toBe(0)
  expect(await stored(id)).toMatchObject({ forgottenAt: expect.any(Number) })
  const row = (await curfew(exportAll, '--json')).out.split('\n').find((line) => line.includes(id)) ?? ''
  expect(JSON.parse(row)).toMatchObject({ why: '(erased)', chain: 'whole' })
  expect(await curfew(verify)).toMatchObject({ code: 0 })
  const open = inPhase('pending').id
  expect(await curfew(forget, open)).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not over yet'),
  })
  expect(await redis.client.hlen(`{curfew}:text:r:${open}`)).toBe(1)
})

test('lists what is not over, or all there ever was, a line each', async () => {
  const live = await curfew(requests)
  expect(live.code).toBe(0)
  const open = states.filter((one) => !isClosed(one)).map(({ id }) => id)
  expect([...idsIn(live.out)].sort()).toEqual(open.sort())
  expect(live.out.split('\n')).toHaveLength(open.length + 1)
  const all = await curfew(requests, '--all')
  expect([...idsIn(all.out)].sort()).toEqual(states.map(({ id }) => id).sort())
  const { id, requester } = inPhase('active')
  expect(live.out).toMatch(new RegExp(`${id}  active  ${requester.email}  vault/\\w+ as .*INC-42`))
  const json = (await curfew(requests, '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(json.find((row: { id: string }) => row.id === id)).toMatchObject({ state: 'active', why: 'INC-42' })
})

test('shows one request as its thread does', async () => {
  const { id } = states.find((one) => one.grant?.ending?.because === 'revoked') as Request
  const { code, out } = await curfew(status, id)
  expect(code).toBe(0)
  expect(
    out
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace(/^ {2}\S+Z {2}/, '')),
  ).toEqual([
    'kim asks for vault/readonly for 1 h. Reason: INC-42',
    'Approved by bob.',
    expect.stringMatching(
      /^Access is given and was read back: vault\/readonly as kim\. It ends \d{4}-.*Z\.$/,
    ),
    'Revoked by cy. Reason: not needed any more',
    'Ended: read back, the access is gone.',
  ])
})

test('finds a person by address, id and reference', async () => {
  const { requester } = inPhase('active')
  for (const name of ['GUS@acme.test', requester.id, requester.via, requester.identity]) {
    const { code, out } = await curfew(who, name)
    expect(code).toBe(0)
    expect(idsIn(out)).toHaveLength(2)
  }
  expect(await curfew(who, 'nobody@acme.test')).toMatchObject({ code: 0, out: '' })
})

test('denies, revokes and retries as the host, sealed like everything else', async () => {
  const pending = inPhase('pending')
  expect(await curfew(deny, pending.id, 'wrong', 'ticket')).toEqual({
    code: 0,
    out: `${pending.id}: Denied; nothing was given.\n`,
    err: '',
  })
  expect((await stored(pending.id)).closed?.by).toMatchObject({ id: HOST, via: HOST, identity: HOST })
  expect((await curfew(status, pending.id)).out).toContain('(on the host). Reason: wrong ticket')

  const active = inPhase('active')
  expect(await curfew(revoke, active.id.toLowerCase(), 'left', '--json')).toEqual({
    code: 0,
    out: `{"id":"${active.id}","did":"revoke"}\n`,
    err: '',
  })
  expect((await stored(active.id)).grant?.ending).toMatchObject({ because: 'revoked', by: { id: HOST } })

  const ending = inPhase('ending')
  expect((await curfew(retry, ending.id)).code).toBe(0)
  expect(await curfew(verify)).toMatchObject({ code: 0 })
})

test('revokes everything, or all of one target, and says what still waits', async () => {
  const held = states.filter((one) => ['approved', 'provisioning', 'active'].includes(phaseOf(one)))
  const waiting = states.filter((one) => phaseOf(one) === 'pending').length
  expect(held.length).toBeGreaterThan(2)
  const before = await entries()
  expect(await curfew(revokeAll, '--target', 'attik', 'audit')).toMatchObject({
    code: 1,
    err: 'Not done: There is no target “attik”. Known: vault.\n',
  })
  expect(await entries()).toBe(before)
  const { code, out } = await curfew(revokeAll, '--target', 'vault', 'break-in')
  expect(code).toBe(0)
  expect([...idsIn(out)].sort()).toEqual(held.map(({ id }) => id).sort())
  expect(out).toContain(`${held.length} grants. ${waiting} requests still wait for a decision.`)
  for (const { id } of held) expect(['void', 'ending', 'ended']).toContain(phaseOf(await stored(id)))
  expect(await curfew(revokeAll, 'again')).toMatchObject({ code: 0, out: expect.stringMatching(/^0 grants/) })
  expect(await curfew(verify)).toMatchObject({ code: 0 })
})

test('refuses in a sentence with a hint, journals nothing, and answers 1', async () => {
  const [pending, active, ended] = (['pending', 'active', 'ended'] as const).map((phase) => inPhase(phase).id)
  const before = await entries()
  const refused: readonly [CliCommand, readonly string[], string][] = [
    [revoke, [`${active}`], `Not done: Say why: curfew revoke ${active} REASON\n`],
    [
      revoke,
      [`${pending}`, 'x'],
      `Not done: ${pending} is still waiting for a decision. Deny it: curfew deny ${pending}\n`,
    ],
    [
      deny,
      [`${active}`, 'x'],
      `Not done: ${active} was already approved by bob. End it: curfew revoke ${active} REASON\n`,
    ],
    [
      revoke,
      [`${ended}`, 'x'],
      `Not done: ${ended} is over. In chat: Ask again: /jit request vault/readonly 1h REASON\n`,
    ],
    [revoke, ['R-000000', 'x'], 'Not done: There is no such request. See them: curfew requests --all\n'],
    [deny, ['R-1', 'x'], 'Not done: “R-1” is not the id of a request. See them: curfew requests --all\n'],
    [status, ['R-000000'], 'Not done: There is no such request. See them: curfew requests --all\n'],
    [retry, [`${active}`], `Not done: ${active} is active: there is nothing to try again.\n`],
    [revokeAll, [], 'Not done: Say why: curfew revoke-all [--target TARGET] REASON\n'],
  ]
  for (const [run, args, err] of refused)
    expect(await curfew(run, ...args)).toEqual({ code: 1, out: '', err })
  const json = await curfew(revoke, `${ended}`, 'x', '--json')
  expect(JSON.parse(json.out)).toMatchObject({
    id: ended,
    refused: 'already-over',
    says: `${ended} is over.`,
  })
  expect(await entries()).toBe(before)
})

test('answers 2 to a bad config, unknown options, and when Redis is not there', async () => {
  const { id } = inPhase('active')
  expect(await runCommand(revoke, 'unix:///nowhere.sock', [id, 'x'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('Redis cannot be reached'),
  })
  expect(await runCommand(revoke, redis.url, [id, 'x'], { env: { CURFEW_KEY: 'short' } })).toMatchObject({
    code: 2,
  })
  expect(await curfew(revoke, id, 'x', '--force')).toMatchObject({ code: 2, out: '' })
})
