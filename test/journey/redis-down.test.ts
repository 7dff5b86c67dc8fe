/** Redis is killed under the running bot, and comes back whole, empty, or as it was some time ago. */
import { cp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ANSWER_MS } from '../faults/support/outages.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeEach(async () => {
  bench = await startBench()
})
afterEach(() => bench?.stop())

const ready = async (): Promise<number> => (await fetch(`${bench.bot().origin}/readyz`)).status
const doubts = async (): Promise<string> => (await fetch(`${bench.bot().origin}/readyz`)).text()
const folder = (): string => join(dirname(bench.redis.path), 'appendonlydir')

/** What they read, which has to come while they wait: each answer by itself. */
const inTime = async (act: () => Promise<string>): Promise<string> => {
  const began = performance.now()
  const said = await act()
  expect(performance.now() - began, said).toBeLessThan(ANSWER_MS)
  return said
}

/** On a fresh connection: the fixture's own may still be finding its way back. */
const eventsOf = async (id: string): Promise<string[]> => {
  const redis = new Redis({ path: bench.redis.path })
  const entries = await redis.xrange('{curfew}:journal', '-', '+')
  redis.disconnect()
  return entries
    .map(([, fields]) => JSON.parse(fields[1] ?? '{}') as { record: string; event: { type: string } })
    .filter(({ record }) => record === `r:${id}`)
    .map(({ event }) => event.type)
}

it('gone: people hear in time that nothing was changed; back: all goes on', { timeout: 90_000 }, async () => {
  const [who, other] = [await bench.newPerson(), await bench.newPerson()]
  const ending = await bench.give(who, `${READONLY} 10s because of INC-42`)
  const asked = await bench.ask(other)
  await bench.redis.end('SIGKILL')
  const nothing = 'Nothing was changed. Try again in a minute.'
  expect(await inTime(() => bench.type(other, `request ${READONLY} 1h because of INC-43`))).toBe(nothing)
  expect(await inTime(() => bench.press('bob', 'Approve', asked))).toBe(nothing)
  expect(await ready()).toBe(503)
  const endsAt = Date.now() + 11_000
  await expect.poll(() => Date.now(), { timeout: 20_000 }).toBeGreaterThan(endsAt)
  expect(await bench.orders.canRead(who)).toBe(true)

  await bench.redis.start()
  await expect.poll(() => bench.orders.canRead(who), { timeout: 7_000, interval: 50 }).toBe(false)
  await bench.untilLine(ending, 'Ended', 30_000)
  await expect.poll(ready, { timeout: 10_000 }).toBe(200)
  expect(await bench.press('bob', 'Approve', asked)).toBe(`Approved: ${asked}: the access is being given.`)
  await bench.untilLine(asked, 'Access is given', 30_000)
  expect((await eventsOf(ending)).filter((type) => type === 'ended')).toHaveLength(1)
  expect(bench.lines(ending)).toHaveLength(4)
})

it(
  'gone, and the config is read again: refused, the bot lives, and what is due ends',
  { timeout: 60_000 },
  async () => {
    const who = await bench.newPerson()
    const ending = await bench.give(who, `${READONLY} 10s because of INC-42`)
    await bench.redis.end('SIGKILL')
    process.kill(bench.bot().pid(), 'SIGHUP')
    await Promise.race([
      bench.bot().gone,
      expect
        .poll(() => bench.bot().errors(), { timeout: 10_000 })
        .toContain('Reload refused, the old config stays.'),
    ])
    expect(bench.bot().errors()).toContain('Reload again once Redis answers.')

    await bench.redis.start()
    await expect.poll(ready, { timeout: 10_000 }).toBe(200)
    process.kill(bench.bot().pid(), 'SIGHUP')
    await expect.poll(() => bench.bot().errors(), { timeout: 10_000 }).toContain('The config was read again.')
    await bench.untilLine(ending, 'Ended', 30_000)
    expect(await bench.orders.canRead(who)).toBe(false)
  },
)

it(
  'killed in the very moment of an approval: given once, or not at all and askable again',
  { timeout: 60_000 },
  async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who)
    const pressed = bench.press('bob', 'Approve', id)
    await bench.redis.end('SIGKILL')
    await bench.redis.start()
    const said = await pressed
    await expect.poll(ready, { timeout: 10_000 }).toBe(200)
    if (!said.startsWith('Approved')) await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Access is given', 30_000)
    expect((await eventsOf(id)).filter((type) => type === 'confirmed')).toHaveLength(1)
    expect(await bench.orders.canRead(who)).toBe(true)
  },
)

const LOST = /the journal lost entries that were seen/

it.each([
  ['empty', async () => rm(folder(), { recursive: true })],
  [
    'as it was before the last approval',
    async () => cp(`${folder()}.old`, folder(), { recursive: true, force: true }),
  ],
])('back, but %s: noticed, loud, and nothing is given', { timeout: 60_000 }, async (_, lose) => {
  const who = await bench.newPerson()
  const asked = await bench.ask(who)
  await bench.redis.end('SIGTERM')
  await cp(folder(), `${folder()}.old`, { recursive: true })
  await bench.redis.start()
  await expect.poll(ready, { timeout: 10_000 }).toBe(200)
  await bench.give('ana')
  await bench.redis.end('SIGKILL')
  await lose()
  await bench.redis.start()
  await expect.poll(doubts, { timeout: 10_000 }).toMatch(LOST)
  expect(await ready()).toBe(503)
  const says = 'Curfew gives nothing at the moment: '
  expect(await bench.type(who, `request ${READONLY} 1h because of INC-44`)).toContain(says)
  expect(await bench.press('bob', 'Approve', asked)).not.toContain('being given')
  expect(await bench.orders.canRead(who)).toBe(false)
  expect(JSON.stringify(bench.bot().log.filter(({ level }) => level === 'error'))).toMatch(LOST)
})
