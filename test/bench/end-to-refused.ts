/**
 * From the end of a grant, as the journal has it, to the first query of the person that fails. Each is then refused
 * once more on a fresh connection, and none may be refused before its end.
 */
import type { Client } from 'pg'
import { type Bench, READONLY } from '../fixtures/run-bot.ts'
import { describeFigures, inTurns } from './figures.ts'

const LOOK_FROM_MS = 400
const LOOK_EVERY_MS = 4

/** Answers one line for the refusals, and one for what the journal says of its own lateness. */
export const endToRefused = async (bench: Bench, people: readonly string[]): Promise<string[]> => {
  const ids = new Map<string, string>()
  const lateMs: number[] = []
  const watches: Promise<void>[] = []
  await inTurns(people, 8, async (who) => {
    const id = await bench.give(who, `${READONLY} 40s because of INC-42`)
    ids.set(id, who)
    watches.push(watch(bench, who, id).then((ms) => void lateMs.push(ms)))
  })
  await Promise.all(watches)
  for (const id of ids.keys()) await bench.untilLine(id, 'Ended', 30_000)
  for (const who of people) {
    if (await bench.orders.canRead(who)) throw new Error(`${who} still reads`)
  }
  const recorded = (await bench.events()).flatMap((event) =>
    event.type === 'ended' && ids.has(event.record.slice(2)) ? [Number(event.lateMs)] : [],
  )
  return [
    describeFigures('end to refused access', lateMs),
    describeFigures('end to "ended", read back, by the journal', recorded),
  ]
}

const watch = async (bench: Bench, who: string, id: string): Promise<number> => {
  const confirmed = (await bench.events()).find(
    ({ record, type }) => record === `r:${id}` && type === 'confirmed',
  )
  const endsAt = Number(confirmed?.endsAt)
  await waitUntil(endsAt - LOOK_FROM_MS)
  const client = await bench.orders.connectAs(who)
  client.on('error', () => undefined)
  while (await reads(client)) await waitUntil(Date.now() + LOOK_EVERY_MS)
  const late = Date.now() - endsAt
  await client.end().catch(() => undefined)
  if (late < 0) throw new Error(`${id} was refused ${-late} ms before its end`)
  return late
}

const reads = (client: Client): Promise<boolean> =>
  client.query('SELECT FROM orders LIMIT 1').then(
    () => true,
    () => false,
  )

const waitUntil = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - Date.now())))
