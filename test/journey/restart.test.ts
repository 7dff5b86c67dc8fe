import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

const WITHIN_MS = 5_000

const health = async (path: string): Promise<number> => (await fetch(`${bench.bot().origin}${path}`)).status

it(
  'killed while a grant is active: the end that passed meanwhile is made up for, once',
  { timeout: 60_000 },
  async () => {
    const id = await bench.give('ana', 'orders-db/readonly 10s because of INC-42')
    await bench.bot().end('SIGKILL')
    const endsAt = Date.now() + 11_000
    await expect.poll(() => Date.now() > endsAt, { timeout: 20_000, interval: 100 }).toBe(true)
    expect(await bench.orders.canRead('ana')).toBe(true)
    await bench.startBot()
    await expect.poll(() => bench.orders.canRead('ana'), { timeout: WITHIN_MS, interval: 50 }).toBe(false)
    await bench.untilLine(id, 'Ended')
    expect(bench.lines(id)).toHaveLength(4)
    expect(
      (await bench.events()).filter(({ type, record }) => type === 'ended' && record === `r:${id}`),
    ).toHaveLength(1)
  },
)

it('killed right after the approval: given once, ended once', { timeout: 60_000 }, async () => {
  const person = await bench.newPerson()
  const id = await bench.ask(person, 'orders-db/readonly 10s because of INC-43')
  await bench.press('bob', 'Approve', id)
  await bench.bot().end('SIGKILL')
  await bench.startBot()
  await bench.untilLine(id, 'Access is given')
  expect(await bench.orders.canRead(person)).toBe(true)
  await bench.untilLine(id, 'Ended', 30_000)
  expect(await bench.orders.canRead(person)).toBe(false)
  expect(bench.lines(id)).toHaveLength(4)
})

it(
  'a config that loses a target with live grants: a reload is refused, a start is ending-only',
  { timeout: 60_000 },
  async () => {
    const person = await bench.newPerson()
    await bench.give(person, 'orders-db/readonly 1h because of INC-44')
    expect([await health('/healthz'), await health('/readyz')]).toEqual([200, 200])
    const { readFile } = await import('node:fs/promises')
    const good = await readFile(bench.env.CURFEW_CONFIG ?? '', 'utf8')
    await bench.writeConfig(good.replaceAll('orders-db', 'renamed-db'))
    process.kill(bench.bot().pid(), 'SIGHUP')
    await expect
      .poll(() => bench.bot().errors(), { timeout: 5_000 })
      .toContain('Target orders-db has live grants but is not in the config')
    expect(await health('/readyz')).toBe(200)

    expect(await bench.bot().end('SIGTERM')).toBe(0)
    await bench.startBot()
    expect([await health('/healthz'), await health('/readyz')]).toEqual([200, 503])
    expect(await bench.type('ana', 'request renamed-db/readonly 1h because of INC-45')).toContain(
      'Curfew gives nothing at the moment: Target orders-db has live grants',
    )

    await bench.writeConfig(good)
    await bench.restart()
    expect(await health('/readyz')).toBe(200)
    expect(await bench.type(person, 'done')).toContain('Given back')
    await expect.poll(() => bench.orders.canRead(person), { timeout: 10_000, interval: 100 }).toBe(false)
  },
)
