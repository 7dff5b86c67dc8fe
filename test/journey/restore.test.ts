/**
 * Redis is lost while access is given and asked for: a bot that starts on the empty one gives nothing and says what to do;
 * after `curfew restore` the access ends on time, and nothing that people have read is said again.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
