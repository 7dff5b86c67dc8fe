/** Two bots on one Redis and one workspace: everything happens once, and either ends what the other began. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BotProcess } from '../../src/sandbox/bot-process.ts'
import { inTurns } from '../bench/figures.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

const REQUESTS = 20

let bench: Bench
let first: BotProcess
beforeAll(async () => {
  bench = await startBench()
  first = bench.bot()
  await bench.startBot()
  await bench.slack.waitFor(() => bench.slack.sockets.count() === 4, { what: 'two sockets of each bot' })
})
afterAll(() => bench?.stop())

const eventsOf = async (id: string): Promise<string[]> =>
  (await bench.events()).filter(({ record }) => record === `r:${id}`).map(({ type }) => type)

it('everything happens once, whoever it reaches', { timeout: 180_000 }, async () => {
  const people: string[] = []
  for (let i = 0; i < REQUESTS; i++) people.push(await bench.newPerson())
  const ids = new Map<string, string>()
  await inTurns(people, 5, async (who) => {
    ids.set(who, await bench.ask(who, `${READONLY} 15s because of INC-42`))
  })
  await Promise.all(
    [...ids.values()].flatMap((id) => ['bob', 'cy', 'bob'].map((by) => bench.press(by, 'Approve', id))),
  )
  for (const id of ids.values()) await bench.untilLine(id, 'Ended', 120_000)
  for (const [who, id] of ids) {
    expect(await bench.orders.canRead(who)).toBe(false)
    const told = ['requested', 'approved', 'armed', 'cleared', 'confirmed', 'ending', 'ended']
    expect((await eventsOf(id)).filter((type) => type !== 'posted')).toEqual(told)
    expect(bench.lines(id)).toHaveLength(4)
    for (const where of ['dbas', 'audit'])
      expect(bench.slack.messages(where).filter(({ text }) => text.includes(id))).toHaveLength(1)
  }
})

it('one is killed: the other ends what it gave, in time', { timeout: 120_000 }, async () => {
  const people = [await bench.newPerson(), await bench.newPerson(), await bench.newPerson()]
  const ids = await Promise.all(people.map((who) => bench.give(who, `${READONLY} 20s because of INC-42`)))
  const ends = (await bench.events()).flatMap(({ type, record, endsAt }) =>
    type === 'confirmed' && ids.some((id) => record === `r:${id}`) ? [Number(endsAt)] : [],
  )
  await expect
    .poll(() => Date.now(), { timeout: 30_000, interval: 10 })
    .toBeGreaterThan(Math.min(...ends) - 100)
  await first.end('SIGKILL')
  for (const who of people)
    await expect.poll(() => bench.orders.canRead(who), { timeout: 20_000, interval: 50 }).toBe(false)
  expect(Date.now() - Math.max(...ends)).toBeLessThan(5_000)
  for (const id of ids) await bench.untilLine(id, 'Ended', 30_000)
  for (const id of ids) expect((await eventsOf(id)).filter((type) => type === 'ended')).toHaveLength(1)
})
