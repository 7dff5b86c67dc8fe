/**
 * From the end of a grant, as the journal has it, to the first query of the person that fails. Each is then refused
 * once more on a fresh connection, and none may be refused before its end.
 */
import type { Client } from 'pg'
import { type Bench, type Event, READONLY } from '../fixtures/run-bot.ts'
import { describeFigures, inTurns } from './figures.ts'

/** Ends fall on whole seconds, and so come in clusters: at this pace up to about 50 at one instant, which is what the promise is about. */
const PRESSES_A_SECOND = 25
/** Connecting costs the server more than the end that is measured: it is done before, and not so early that they are too many. */
const CONNECT_FROM_MS = 1200
const LOOK_FROM_MS = 100
/** A session that is cut says so at once, so this need not be often: looking costs the server, and is not what is measured. */
const LOOK_EVERY_MS = 250
const EVENTS_MS = 60_000
const ASK_EVERY_MS = 500

/** Answers one line for the refusals, and one for what the journal says of its own lateness. */
export const endToRefused = async (bench: Bench, people: readonly string[]): Promise<string[]> => {
  const ids = new Map<string, string>()
  await inTurns(people, 4, async (who) => {
    ids.set(await bench.ask(who, `${READONLY} 40s because of INC-42`), who)
  })
  await pressAll(bench, [...ids.keys()])
  const confirmed = await allOf(bench, [...ids.keys()], 'confirmed')
  const lateMs = await Promise.all(
    [...ids].map(([id, who]) => watch(bench, who, Number(confirmed.get(id)?.endsAt))),
  )
  // By the journal: the thread comes later, at Slack's pace.
  const ended = await allOf(bench, [...ids.keys()], 'ended')
  for (const who of people) {
    if (await bench.orders.canRead(who)) throw new Error(`${who} still reads`)
  }
  const recorded = [...ended.values()].map((event) => Number(event.lateMs))
  const endsAt = [...confirmed.values()].map((event) => Number(event.endsAt))
  const atOnce = Math.max(...endsAt.map((at) => endsAt.filter((other) => other === at).length))
  return [
    describeFigures(`end to refused access, ${ids.size} ends, up to ${atOnce} at the same instant`, lateMs),
    describeFigures('end to "ended", read back, by the journal', recorded),
  ]
}

const pressAll = async (bench: Bench, ids: readonly string[]): Promise<void> => {
  const from = Date.now()
  await Promise.all(
    ids.map(async (id, i) => {
      await waitUntil(from + (i * 1000) / PRESSES_A_SECOND)
      const { channel, ts } = bench.card(id)
      await bench.slack.pressButton({ user: 'bob', label: 'Approve', channel, ts })
    }),
  )
}

/** How late it was when the session was cut or a query failed, whichever came first, ms. */
const watch = async (bench: Bench, who: string, endsAt: number): Promise<number> => {
  await waitUntil(endsAt - CONNECT_FROM_MS)
  const client = await bench.orders.connectAs(who)
  let cutAt = Number.POSITIVE_INFINITY
  client.on('error', () => {
    cutAt = Math.min(cutAt, Date.now())
  })
  await waitUntil(endsAt - LOOK_FROM_MS)
  while (await reads(client)) await waitUntil(Date.now() + LOOK_EVERY_MS)
  const late = Math.min(cutAt, Date.now()) - endsAt
  await client.end().catch(() => undefined)
  if (late < 0) throw new Error(`${who} was refused ${-late} ms before the end`)
  return late
}

/** The event of each, once the journal has all of them; rejects when that takes too long. */
const allOf = async (
  bench: Bench,
  ids: readonly string[],
  type: Event['type'],
): Promise<ReadonlyMap<string, Event>> => {
  const found = new Map<string, Event>()
  for (
    const untilMs = Date.now() + EVENTS_MS;
    Date.now() < untilMs;
    await waitUntil(Date.now() + ASK_EVERY_MS)
  ) {
    for (const event of await bench.events()) if (event.type === type) found.set(event.record.slice(2), event)
    if (ids.every((id) => found.has(id))) return found
  }
  throw new Error(`${ids.filter((id) => !found.has(id)).length} were never ${type}`)
}

const reads = (client: Client): Promise<boolean> =>
  client.query('SELECT FROM orders LIMIT 1').then(
    () => true,
    () => false,
  )

const waitUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))
