/**
 * Redis is lost, or put back as it was some time ago, while access is given and asked for: a bot that starts on it gives
 * nothing and says what to do; after `curfew restore` the access ends on time, and nothing that people have read is said again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { run as doctor } from '../../src/cli/doctor.ts'
import { run as restore } from '../../src/cli/restore.ts'
import { run as verify } from '../../src/cli/verify.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

const folder = mkdtempSync(join(tmpdir(), 'curfew-mirror-'))
const MIRROR = `mirror: { folder: ${join(folder, 'journal')} }\n`
let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config: (yaml) => yaml + MIRROR })
})
afterAll(async () => {
  await bench?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const ready = async (): Promise<string> => (await fetch(`${bench.bot().origin}/readyz`)).text()
const ask = async <T>(look: (redis: Redis) => Promise<T>): Promise<T> => {
  const redis = new Redis({ path: bench.redis.path })
  return look(redis).finally(() => redis.disconnect())
}
const untilMirrored = (): Promise<void> =>
  expect
    .poll(
      () =>
        ask(
          async (redis) =>
            (await redis.hget('{curfew}:mirror', 'n')) === (await redis.hget('{curfew}:head', 'n')),
        ),
      {
        timeout: 10_000,
      },
    )
    .toBe(true)

/** Nothing is behind in chat: every place is shown as far as there is something to show. */
const untilQuiet = (): Promise<void> =>
  expect
    .poll(
      () =>
        ask(async (redis) => {
          const lanes = (await redis.keys('{curfew}:due:chat:*')) ?? []
          return (await Promise.all(lanes.map((lane) => redis.zcard(lane)))).reduce((sum, n) => sum + n, 0)
        }),
      { timeout: 30_000 },
    )
    .toBe(0)

const curfew = async (command: typeof restore, ...args: string[]) => {
  const said = { out: '', err: '' }
  const keep = (where: 'out' | 'err') => ({
    write: (text: string): void => {
      said[where] += text
    },
  })
  const code = await command({ args, env: bench.env, out: keep('out'), err: keep('err') })
  return { code, ...said }
}
const posts = (): number =>
  bench.slack.calls('chat.postMessage').filter(({ outcome }) => outcome !== 'limit').length

it('lost, noticed, restored: ends on time, says nothing twice', { timeout: 180_000 }, async () => {
  const [holder, waiting, refused] = [
    await bench.newPerson(),
    await bench.newPerson(),
    await bench.newPerson(),
  ]
  const denied = await bench.ask(refused)
  await bench.type('bob', `deny ${denied} not today`)
  await bench.untilLine(denied, 'Denied')
  const pending = await bench.ask(waiting)
  const given = await bench.give(holder, `${READONLY} 24s because of INC-42`)
  const endsAt = Date.now() + 25_000
  await Promise.all([untilMirrored(), untilQuiet()])
  const told = [denied, pending, given].map((id) => bench.lines(id))
  const before = posts()

  await bench.bot().end('SIGKILL')
  await bench.redis.end('SIGKILL')
  await rm(join(dirname(bench.redis.path), 'appendonlydir'), { recursive: true })
  await bench.redis.start()
  await bench.startBot()
  expect(await ready()).toMatch(/Redis came back emptier or older.*curfew restore/)
  expect(await bench.type(waiting, `request ${READONLY} 1h because of INC-43`)).toContain(
    'Curfew gives nothing',
  )
  expect((await curfew(restore)).err).toContain('A Curfew is running')
  expect(await bench.bot().end('SIGTERM')).toBe(0)

  const ran = await curfew(restore)
  expect(ran).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('3 requests, 2 of them not over yet'),
  })
  expect(await bench.orders.canRead(holder)).toBe(true)
  await bench.startBot()
  expect(JSON.parse(await ready())).toMatchObject({ ready: true, doubts: [] })
  await untilQuiet()
  expect([denied, pending, given].map((id) => bench.lines(id))).toEqual(told)
  expect(posts()).toBe(before)

  expect(Date.now()).toBeLessThan(endsAt)
  await expect.poll(() => Date.now() > endsAt, { timeout: 70_000, interval: 100 }).toBe(true)
  await expect.poll(() => bench.orders.canRead(holder), { timeout: 5_000, interval: 50 }).toBe(false)
  await bench.untilLine(given, 'Ended')
  expect(bench.lines(given)).toHaveLength(
    (told[2]?.length ?? 0) + (bench.lines(given).join('').includes('ends in') ? 2 : 1),
  )
  expect(bench.shown(bench.card(given))).toContain('ended')

  expect(await bench.press('bob', 'Approve', pending)).toContain('Approved')
  await bench.untilLine(pending, 'Access is given', 30_000)
  await untilMirrored()
  expect(await curfew(verify)).toMatchObject({ code: 0, out: expect.stringContaining('Whole') })
})

it(
  'older than the mirror: noticed at the start, gives nothing until restored',
  { timeout: 180_000 },
  async () => {
    const data = join(dirname(bench.redis.path), 'appendonlydir')
    const stopAll = async (): Promise<void> => {
      expect(await bench.bot().end('SIGTERM')).toBe(0)
      await bench.redis.end('SIGTERM')
    }
    const [holder, waiting] = [await bench.newPerson(), await bench.newPerson()]
    const [given, pending] = [await bench.ask(holder), await bench.ask(waiting)]
    await Promise.all([untilMirrored(), untilQuiet()])
    await stopAll()
    await cp(data, `${data}.old`, { recursive: true })
    await bench.redis.start()
    await bench.startBot()
    await bench.press('bob', 'Approve', given)
    await bench.untilLine(given, 'Access is given', 30_000)
    await Promise.all([untilMirrored(), untilQuiet()])
    const told = [given, pending].map((id) => bench.lines(id))
    const seen = Number(await ask((redis) => redis.hget('{curfew}:head', 'n')))
    await stopAll()

    await rm(data, { recursive: true })
    await cp(`${data}.old`, data, { recursive: true })
    await bench.redis.start()
    const old = Number(await ask((redis) => redis.hget('{curfew}:head', 'n')))
    expect(old).toBeGreaterThan(0)
    expect(old).toBeLessThan(seen)
    await bench.startBot()
    const says = new RegExp(`Redis ends at entry \\d+ and the mirror at ${seen}: .*curfew restore`)
    expect((await fetch(`${bench.bot().origin}/readyz`)).status).toBe(503)
    expect(await ready()).toMatch(says)
    expect(JSON.stringify(bench.bot().log)).toMatch(says)
    expect(await curfew(doctor)).toMatchObject({ code: 1, out: expect.stringMatching(says) })
    const nothing = 'Curfew gives nothing at the moment: Redis ends at entry'
    expect(await bench.type(waiting, `request ${READONLY} 1h because of INC-44`)).toContain(nothing)
    expect(await bench.press('bob', 'Approve', pending)).toContain(nothing)
    expect(await bench.orders.canRead(waiting)).toBe(false)

    expect(await bench.bot().end('SIGTERM')).toBe(0)
    // Nothing is thrown away that nobody has said is worth nothing.
    const left = await ask((redis) => redis.hget('{curfew}:head', 'n'))
    expect((await curfew(restore)).err).toContain(`curfew restore --discard ${left}.`)
    expect(await curfew(restore, '--discard', String(left))).toMatchObject({ code: 0, err: '' })
    await bench.startBot()
    expect(JSON.parse(await ready())).toMatchObject({ ready: true, doubts: [] })
    await untilQuiet()
    expect([given, pending].map((id) => bench.lines(id))).toEqual(told)
    expect(await bench.orders.canRead(holder)).toBe(true)
    expect(await bench.type(holder, `done ${given}`)).toContain('Given back')
    await bench.untilLine(given, 'Ended')
    expect(await bench.orders.canRead(holder)).toBe(false)
    expect(await bench.press('bob', 'Approve', pending)).toContain('Approved')
    await bench.untilLine(pending, 'Access is given', 30_000)
    await untilMirrored()
    expect(await curfew(verify)).toMatchObject({ code: 0, out: expect.stringContaining('Whole') })
  },
)
