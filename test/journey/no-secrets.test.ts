/** Whatever happens, no secret is left where others can read: not in Redis, not in the log, not in Slack. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readEverything } from '../fixtures/read-everything.ts'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

let bench: Bench
const said: string[] = []
beforeAll(async () => {
  bench = await startBench()
  await bench.restart({ LOG_LEVEL: 'trace' })
})
afterAll(() => bench?.stop())

const everything = async (): Promise<string> => {
  const redis = new Redis({ path: bench.redis.path })
  const found = await readEverything(redis)
  redis.disconnect()
  return found
}

const secrets = (): readonly string[] => {
  const url = new URL(bench.orders.url)
  return [
    bench.slack.botToken,
    bench.slack.appToken,
    bench.slack.signingSecret,
    bench.env.CURFEW_KEY ?? '',
    bench.orders.url,
    url.password,
  ]
}

const leave = async (): Promise<void> => {
  said.push(JSON.stringify(bench.bot().log), bench.bot().errors())
  await bench.bot().end('SIGTERM')
}

it(
  'after every kind of event, and with a wrong password and a token that was revoked',
  { timeout: 120_000 },
  async () => {
    const who = await bench.newPerson()
    await bench.type('bob', `deny ${await bench.ask(who)} not today`)
    await bench.type(who, `withdraw ${await bench.ask(who)}`)
    await bench.type(who, 'request nothing/at all')
    await bench.give('ana', `${READONLY} 10s because of INC-42`)
    const revoked = await bench.give(who)
    await bench.type('cy', `revoke ${revoked} no longer needed`)
    await bench.untilLine(revoked, 'Ended')
    const waiting = await bench.ask(who, `${WRITER} 1h because of INC-42`)

    await leave()
    const wrong = bench.orders.url.replace(new URL(bench.orders.url).password, 'Wr0ng-passw0rd')
    await bench.startBot({ LOG_LEVEL: 'trace', ORDERS_DB_URL: wrong })
    expect(await bench.type('ana', `request ${READONLY} 1h because of INC-42`)).toMatch(/^Not done: /)
    await leave()

    await bench.startBot({ LOG_LEVEL: 'trace' })
    bench.slack.failCalls('*', { does: 'refuse', error: 'token_revoked' })
    await bench.type('bob', `deny ${waiting} no`)
    await expect
      .poll(() => JSON.stringify(bench.bot().log), { timeout: 10_000 })
      .toContain('Slack refuses SLACK_BOT_TOKEN')
    bench.slack.stopFailing()
    await leave()

    const { slack } = bench
    const shown = JSON.stringify([
      ...['dbas', 'audit'].map((name) => slack.messages(name)),
      ...['ana', 'bob', 'cy', who].flatMap((name) => [slack.dm(name), slack.ephemeral(name)]),
    ])
    const places = { redis: await everything(), log: said.join('\n'), slack: shown }
    expect(places.redis).toContain('INC-42')
    expect(places.log).toContain('SLACK_BOT_TOKEN')
    expect(places.slack).toContain('INC-42')
    for (const secret of [...secrets(), 'Wr0ng-passw0rd']) {
      expect(secret.length).toBeGreaterThan(8)
      for (const [place, text] of Object.entries(places))
        expect(text.includes(secret), `a secret stands in ${place}`).toBe(false)
    }
  },
)
