/**
 * From the approver's press of a button, as a signed HTTP request, to the first row the person reads with a login of
 * their own. The bot is the built one; PostgreSQL and Redis (which writes through to the disk) are real.
 */
import { type Bench, READONLY } from '../fixtures/run-bot.ts'
import { describeFigures, inTurns } from './figures.ts'

/** Answers one line of figures. */
export const pressToAccess = async (bench: Bench, people: readonly string[]): Promise<string[]> => {
  const ids = new Map<string, string>()
  await inTurns(people, 4, async (who) => {
    ids.set(who, await bench.ask(who, `${READONLY} 1h because of INC-42`))
  })
  const tookMs: number[] = []
  for (const who of people) {
    tookMs.push(await measure(bench, who, ids.get(who) ?? ''))
  }
  return [describeFigures('button press to access', tookMs)]
}

const measure = async (bench: Bench, who: string, id: string): Promise<number> => {
  const client = await bench.orders.connectAs(who)
  try {
    const { channel, ts } = bench.card(id)
    const pressedMs = performance.now()
    const answered = bench.slack.pressButton({ user: 'bob', label: 'Approve', channel, ts })
    while (!(await isAdmitted(client))) {
      if (performance.now() - pressedMs > 30_000) throw new Error(`${id} was never given`)
    }
    const tookMs = performance.now() - pressedMs
    await answered
    return tookMs
  } finally {
    await client.end()
  }
}

const isAdmitted = (client: Awaited<ReturnType<Bench['orders']['connectAs']>>): Promise<boolean> =>
  client.query('SELECT FROM orders LIMIT 1').then(
    () => true,
    () => false,
  )
