/** Forged, repeated, early and late deliveries over signed HTTP: what is answered, and that nothing else happens. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ slackBy: 'http' })
})
afterAll(() => bench?.stop())

const ASK = `request ${READONLY} 1h because of INC-42`
const nowS = () => Math.floor(Date.now() / 1_000)

type Payload = Record<string, unknown>
const changeAction = (change: Payload) => (payload: Payload) => {
  Object.assign((payload.actions as [Payload])[0], change)
}

describe('a button whose value was changed', () => {
  const NONE = 'Not done: There is no such request. See yours: /jit mine'
  const NOT_ONE = 'Not done: That button does not belong to a request. See yours: /jit mine'
  it.each([
    ['an id that never existed', 'R-ZZZZZZ', NONE],
    ['an id of another installation', 'R-7K3QX90000', NONE],
    ['nothing', '', NOT_ONE],
    ['an object', '{"request":"R-ZZZZZZ","verb":"approve"}', NOT_ONE],
    ['a key of Redis', '{curfew}:head', NOT_ONE],
    ['an id and more', 'R-ZZZZZZ R-AAAAAA', NOT_ONE],
    ['two thousand characters', 'Z'.repeat(2_000), NOT_ONE],
  ])('to %s does nothing', async (_, value, reads) => {
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    expect(await bench.press('bob', 'Approve', id, { value })).toBe(reads)
    expect((await happened()).map(({ type }) => type)).toEqual(['refused'])
  })

  it('to another request is a decision on that one, by its own rules', async () => {
    const own = await bench.ask('bob')
    const id = await bench.ask('ana')
    expect(await bench.press('bob', 'Approve', id, { value: own })).toBe(
      'Not done: Nobody approves their own request, operators included. Ask another approver.',
    )
    expect(await bench.press('cy', 'Approve', id, { value: own })).toBe(
      `Approved: ${own}: the access is being given.`,
    )
    await bench.untilLine(own, 'Access is given')
    expect(bench.lines(id)).toHaveLength(1)
  })

  it('to another verb is that verb, by its own rules', async () => {
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    const edit = changeAction({ action_id: 'curfew:revoke' })
    expect(await bench.press('bob', 'Approve', id, { edit })).toContain(
      `${id} is still waiting for a decision.`,
    )
    expect((await happened()).map(({ type }) => type)).toEqual(['refused'])
  })

  it.each(['explode', '__proto__', 'constructor', ''])('to the verb “%s” does nothing', async (verb) => {
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    const edit = changeAction({ action_id: `curfew:${verb}` })
    expect(await bench.press('bob', 'Approve', id, { edit })).toBe(NOT_ONE)
    expect((await happened()).map(({ type }) => type)).toEqual(['refused'])
  })

  it.each([
    ['two thousand and one characters', changeAction({ value: 'Z'.repeat(2_001) })],
    ['a number', changeAction({ value: 42 })],
    ['another app', changeAction({ action_id: 'payroll:approve' })],
    ['no action at all', (payload: Payload) => Object.assign(payload, { actions: [] })],
    ['nobody', (payload: Payload) => Object.assign(payload, { user: null })],
    [
      'an address elsewhere',
      (payload: Payload) => Object.assign(payload, { response_url: 'http://evil.test/' }),
    ],
  ])('to what Slack never sends (%s) is acknowledged and ignored', async (_, edit) => {
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    const { channel, ts } = bench.card(id)
    const { status, body } = await bench.slack.pressButton({
      user: 'bob',
      label: 'Approve',
      channel,
      ts,
      edit,
    })
    expect([status, body]).toEqual([200, ''])
    expect(await happened()).toEqual([])
  })

  it('on a direct message is told whose it is', async () => {
    const id = await bench.ask('ana')
    const message = bench.card(id, '@ana')
    expect(await bench.press('bob', 'Withdraw', id, { message })).toBe(
      `Not done: Only Ana can withdraw this. Approvers and operators: /jit deny ${id}`,
    )
  })
})

describe('what is not from Slack, or not from now', () => {
  it.each([
    ['another secret', () => ({ secret: 'not the secret' })],
    ['a broken signature', () => ({ signature: 'v0=00' })],
    ['no signature', () => ({ signature: '' })],
    ['a timestamp of six minutes ago', () => ({ timestampS: nowS() - 360 })],
    ['a timestamp of six minutes ahead', () => ({ timestampS: nowS() + 360 })],
    ['a timestamp of next year', () => ({ timestampS: nowS() + 31_536_000 })],
    ['a timestamp that is none', () => ({ timestampS: Number.NaN })],
  ])('has no effect at all: %s', async (_, hostile) => {
    const id = await bench.ask('ana')
    const happened = await bench.fromNow()
    const told = bench.slack.ephemeral('bob').length
    expect(await bench.type('ana', ASK, hostile())).toBe('HTTP 401')
    expect(await bench.press('bob', 'Approve', id, hostile())).toBe('HTTP 401')
    expect(await bench.press('bob', 'Deny', id, hostile())).toBe('HTTP 401')
    expect(await happened()).toEqual([])
    // Slack's own word that the app did not answer, and nothing of ours.
    expect(
      bench.slack
        .ephemeral('bob')
        .slice(told)
        .map(({ from }) => from),
    ).toEqual(['slack', 'slack'])
  })
})

describe('the very same delivery', () => {
  it('of a request, a hundred times one after another, makes one request and gives one answer', async () => {
    const who = await bench.newPerson()
    const happened = await bench.fromNow()
    const first = await bench.slack.slashCommand({ user: who, text: ASK })
    const again = await bench.slack.replay(first.request, 99)
    expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]))
    expect((await happened()).map(({ type }) => type)).toEqual(['requested'])
  })

  it('of a request, a hundred times at once, makes one request and gives one answer', async () => {
    const who = await bench.newPerson()
    const happened = await bench.fromNow()
    const { copies } = await bench.slack.slashCommand({ user: who, text: ASK, copies: 100 })
    expect(new Set(copies.map(({ status }) => status))).toEqual(new Set([200]))
    const answers = new Set(copies.map(({ body }) => body).filter((body) => !body.includes('Working on it')))
    expect([...answers]).toEqual([expect.stringContaining('waits for 1 of')])
    expect((await happened()).map(({ type }) => type)).toEqual(['requested'])
  })

  it('of a refusal gives the same refusal, and counts once', async () => {
    const happened = await bench.fromNow()
    const first = await bench.slack.slashCommand({ user: 'ana', text: 'request nothing/there 1h' })
    const again = await bench.slack.replay(first.request, 20)
    expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]))
    expect((await happened()).map(({ type }) => type)).toEqual(['refused'])
  })

  it('of an approval, a hundred times at once, approves once; the same after it has ended does nothing', async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who)
    const { channel, ts } = bench.card(id)
    const bob = { user: 'bob', label: 'Approve', channel, ts }
    const { copies, request } = await bench.slack.pressButton({ ...bob, copies: 100 })
    expect(new Set(copies.map(({ status }) => status))).toEqual(new Set([200]))
    await bench.untilLine(id, 'Access is given')
    await bench.type(who, `done ${id}`)
    await bench.untilLine(id, 'Ended')
    const happened = await bench.fromNow()
    await bench.slack.replay(request, 3)
    expect(await happened()).toEqual([])
    const mine = (await bench.events()).filter(({ record }) => record === `r:${id}`).map(({ type }) => type)
    expect(mine.filter((type) => type !== 'posted')).toEqual([
      ...['requested', 'approved', 'armed', 'cleared', 'confirmed', 'ending', 'ended'],
    ])
    expect(bench.lines(id)).toHaveLength(5)
    expect(await bench.orders.canRead(who)).toBe(false)
  })
})

it('many requests at once, by one person, cost the target few connections and are all answered', async () => {
  const who = await bench.newPerson()
  const asks = Array.from({ length: 120 }, () => bench.slack.slashCommand({ user: who, text: ASK }))
  const answers = (await Promise.all(asks)).map(({ body }) => body)
  await bench.slack.waitFor(() => {
    const told = bench.slack.ephemeral(who).map(({ text }) => text)
    return told.filter((text) => /waits for 1 of|Nothing was (requested|changed)/.test(text)).length === 120
  })
  const busy = answers.filter((body) => body.includes('no free connection'))
  expect(busy).toEqual([])
})
