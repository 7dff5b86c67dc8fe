/** Decisions that nobody makes: no approval needed, none in time, and times of day of people whose zone is not known. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

const GLASS = `policies:
  - name: emergency
    entitlements: [orders-db/readonly]
    requesters: [gina@acme.test]
    quorum: 0
    review: [bob@acme.test, gina@acme.test]
    channels: ["slack:C0DBAS0000"]
`

/** Reading needs no approval, of Gina a review; writing is decided within ten seconds. */
const config = (yaml: string): string =>
  yaml
    .replace('policies:\n', GLASS)
    .replace('  - name: reading orders', '  - name: reading orders\n    quorum: 0\n    warnBefore: 10s')
    .replace('  - name: writing orders', '  - name: writing orders\n    lapseAfter: 10s')

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
})
afterAll(() => bench?.stop())

it('break-glass is loud, and somebody else signs its review', { timeout: 40_000 }, async () => {
  const who = await bench.newPerson({ name: 'gina' })
  const id = await bench.ask(who, `${READONLY} 1h because <!channel> it *burns*`)
  await bench.untilLine(id, 'Access is given')
  expect(bench.lines(id)[0]).toMatch(
    /^Break-glass: @gina takes `orders-db\/readonly` for 1 h without anybody’s approval, until .* at the latest\. To be reviewed by bob@acme\.test, gina@acme\.test\. Reason: <!channel> it ∗burns∗$/,
  )
  expect(bench.shown(bench.card(id))).toContain('BREAK-GLASS. Access')
  await bench.slack.waitFor(() => bench.shown(bench.card(id)).includes('[Sign the review]'))
  expect(await bench.press(who, 'Sign the review', id)).toContain('Nobody signs the review of their own')
  expect(await bench.press('cy', 'Sign the review', id)).toContain('You are not a reviewer of this request.')
  expect(await bench.press('bob', 'Sign the review', id)).toBe(
    `Reviewed: ${id}: the review is signed. Thank you.`,
  )
  await bench.untilLine(id, 'Reviewed by @bob.')
  await bench.slack.waitFor(() => !bench.shown(bench.card(id)).includes('[Sign the review]'))
  expect(bench.lines(id, 'dbas')).toEqual(['Reviewed by @bob.'])
  expect(await bench.type(who, 'done')).toContain('Given back')
})

/** Each waits by itself for time to pass. */
describe.concurrent('in its time', { timeout: 60_000 }, () => {
  it('where no approval is needed it is given at once, and everybody sees it', async () => {
    const who = await bench.newPerson()
    const said = await bench.type(who, `request ${READONLY} 10s because of INC-42`)
    const id = /R-\w{6}/.exec(said)?.[0] ?? said
    await bench.untilLine(id, 'Access is given')
    expect(await bench.orders.canRead(who)).toBe(true)
    expect(bench.shown(bench.card(id))).not.toContain('[Approve]')
    await bench.untilLine(id, 'Ended', 20_000)
    expect(await bench.orders.canRead(who)).toBe(false)
  })

  it('the holder is told before the end, once, in the direct message too', async () => {
    const who = await bench.newPerson()
    const said = await bench.type(who, `request ${READONLY} 15s because of INC-42`)
    const id = /R-\w{6}/.exec(said)?.[0] ?? said
    await bench.untilLine(id, 'this access ends in', 20_000)
    expect(await bench.orders.canRead(who)).toBe(true)
    await bench.untilLine(id, 'Ended', 20_000)
    for (const where of ['audit', `@${who}`]) {
      const warnings = bench.lines(id, where).filter((line) => line.includes('this access ends in'))
      expect(warnings).toEqual([
        expect.stringMatching(/^@\w+, this access ends in (10|9(\.\d)?) s: \d\d:\d\d\.$/),
      ])
    }
  })

  it('what nobody decides in time lapses; a later approval is told so', async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${WRITER} 1h because of INC-42`)
    const card = bench.card(id)
    await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Lapsed', 20_000)
    const requested = (await bench.events()).find(
      ({ record, type }) => record === `r:${id}` && type === 'requested',
    )
    const lapsed = (await bench.events()).find(
      ({ record, type }) => record === `r:${id}` && type === 'lapsed',
    )
    const draft = requested?.draft as { lapsesAt: number }
    expect(Number(lapsed?.at) - draft.lapsesAt).toBeGreaterThanOrEqual(0)
    expect(Number(lapsed?.at) - draft.lapsesAt).toBeLessThan(1_000)
    expect(await bench.press('cy', 'Approve', id, { message: card })).toMatch(/^Not done: R-\w{6} lapsed/)
    expect(await bench.orders.canRead(who)).toBe(false)
  })
})

describe('until a time of day', () => {
  it.each([
    ['no zone', undefined],
    ['an empty zone', ''],
    ['a zone that does not exist', 'Mars/Olympus'],
    ['an offset', 'UTC+99'],
    ['something hostile', '../../etc/passwd'],
  ])('of somebody with %s is asked for as a length', async (_, tz) => {
    const who = await bench.newPerson(tz === undefined ? {} : { tz })
    if (tz === undefined) delete (bench.slack.user(who) as { tz?: string }).tz
    const happened = await bench.fromNow('with posts')
    expect(await bench.type(who, `request ${READONLY} until 18:00 because of INC-42`)).toMatch(
      /^Not done: .*time zone.* 2h/s,
    )
    expect((await happened()).map(({ type }) => type)).toEqual(['refused'])
  })

  it('in their own zone, and on the card in the reader’s', async () => {
    const who = await bench.newPerson({ tz: 'Asia/Kolkata' })
    const at = new Date(Math.ceil((Date.now() + 3_600_000) / 60_000) * 60_000)
    const words = new Intl.DateTimeFormat('en-GB', { timeZone: 'Asia/Kolkata', timeStyle: 'short' }).format(
      at,
    )
    const id = await bench.ask(who, `${WRITER} until ${words} because of INC-42`)
    const requested = (await bench.events()).find(
      ({ record, type }) => record === `r:${id}` && type === 'requested',
    )
    expect((requested?.draft as { wish: unknown }).wish).toEqual({ kind: 'until', at: at.getTime() })
    const inBerlin = new Intl.DateTimeFormat('en-GB', {
      timeZone: 'Europe/Berlin',
      timeStyle: 'short',
    }).format(at)
    expect(bench.shown(bench.card(id))).toContain(inBerlin)
  })
})
