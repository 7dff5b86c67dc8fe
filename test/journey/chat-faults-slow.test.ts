/** Slack lets us wait: a 429 without a time, and time-outs before and after it took a message. All at once, as each takes long. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Args, Failure } from '../../src/sandbox/slack/faults.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

/** What a 429 without `Retry-After` counts as. */
const LIMITED_MS = 30_000
/** How long one call to Slack may take. */
const CALL_MS = 10_000
/** A channel that was limited holds back everybody's messages there, and lets them out one a second. */
const WAIT = { timeoutMs: 90_000 }

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

/** The first message of this kind about this person fails. */
const failOnce = (who: string, failure: Failure, fits: (args: Args) => boolean) =>
  bench.slack.failCalls('chat.postMessage', failure, {
    times: 1,
    when: (args) => args.text?.includes(bench.slack.user(who).id) === true && fits(args),
  })

const isCard = (args: Args): boolean => args.channel === bench.channels.dbas
const isLine = (args: Args): boolean => args.channel === bench.channels.audit && args.thread_ts !== undefined
const isDirect = (args: Args): boolean =>
  args.channel?.startsWith('D') === true && args.thread_ts === undefined

const requestOf = async (who: string): Promise<string> => {
  const said = await bench.type(who, `request ${READONLY} 1h because of INC-42`)
  return /R-\w{6}/.exec(said)?.[0] ?? said
}

const cards = (id: string, where: string): number =>
  (where.startsWith('@') ? bench.slack.dm(where.slice(1)) : bench.slack.messages(where)).filter(({ text }) =>
    text.includes(id),
  ).length

/** Waits for it, and for one more event everywhere, so that a second copy would be there, too. */
const settleDown = async (id: string, who: string): Promise<void> => {
  await bench.slack.waitFor(() => ['dbas', 'audit', `@${who}`].every((where) => cards(id, where) > 0), WAIT)
  await bench.slack.waitFor(() => bench.lines(id).length === 1, WAIT)
  await bench.type(who, `withdraw ${id}`)
  for (const where of ['audit', `@${who}`])
    await bench.slack.waitFor(() => bench.lines(id, where).length > 1, WAIT)
  expect(['dbas', 'audit', `@${who}`].map((where) => cards(id, where))).toEqual([1, 1, 1])
  for (const where of ['audit', `@${who}`]) {
    expect(bench.lines(id, where)).toEqual([
      `@${who} asks for \`${READONLY}\` for 1 h. Reason: INC-42`,
      `Withdrawn by @${who}. Nothing was given.`,
    ])
  }
}

describe.concurrent('a message', { timeout: 180_000 }, () => {
  it.each<[string, (args: Args) => boolean]>([
    ['card', isCard],
    ['line', isLine],
  ])('asked to wait without being told how long (a %s) waits half a minute', async (_, fits) => {
    const who = await bench.newPerson()
    const rule = failOnce(who, { does: 'limit' }, fits)
    const id = await requestOf(who)
    await bench.slack.waitFor(() => rule.hits() === 1, WAIT)
    const limitedAt = performance.now()
    const there = () => (fits === isCard ? cards(id, 'dbas') : bench.lines(id).length) > 0
    await bench.slack.waitFor(there, WAIT)
    expect(performance.now() - limitedAt).toBeGreaterThan(LIMITED_MS - 1_000)
    await settleDown(id, who)
  })

  it.each<[string, Failure, string, (args: Args) => boolean]>([
    ['that Slack took before it fell silent', { does: 'accept then hang' }, 'card', isCard],
    ['that Slack took before it fell silent', { does: 'accept then hang' }, 'line', isLine],
    ['that Slack never took', { does: 'hang' }, 'direct message', isDirect],
  ])('%s stands there once (%o, %s)', async (_, failure, __, fits) => {
    const who = await bench.newPerson()
    const rule = failOnce(who, failure, fits)
    const id = await requestOf(who)
    const failed = () =>
      bench.bot().log.find((line) => line.msg === 'not delivered' && line.request === id)?.fault
    await expect
      .poll(failed, { timeout: LIMITED_MS + CALL_MS + 20_000 })
      .toBe('Slack cannot be reached, or did not answer in time.')
    await settleDown(id, who)
    expect(rule.hits()).toBe(1)
  })
})
