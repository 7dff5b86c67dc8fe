/**
 * How long Slack waits for an acknowledgement while fifty people ask at once. The bot is the built one; every answer is the
 * real one.
 */
import { type Bench, READONLY } from '../fixtures/run-bot.ts'
import { describeFigures } from './figures.ts'

const AT_ONCE = 50
const ROUNDS = 20

/** Requests, each acknowledged with its id: decided, resolved in PostgreSQL, committed. */
export const acknowledgeMany = async (bench: Bench, people: readonly string[]): Promise<string[]> => {
  const tookMs: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const who = people.slice(0, AT_ONCE)
    const words = `request ${READONLY} 1h because of INC-${round}`
    const answers = await Promise.all(who.map((user) => bench.slack.slashCommand({ user, text: words })))
    for (const { ms, status, body } of answers) {
      if (status !== 200) throw new Error(`HTTP ${status}`)
      if (!/R-[0-9A-Z]{6}|Working on it/.test(body)) throw new Error(body)
      tookMs.push(ms)
    }
  }
  return [describeFigures(`acknowledged, ${AT_ONCE} requests at once`, tookMs)]
}
