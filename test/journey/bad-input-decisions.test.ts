/** What people read who decide what is not theirs to decide, twice, at once, or too late. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench, WRITER } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

const APPROVERS = 'bob@acme.test, cy@acme.test'
const WRITING = `${WRITER} 1h because of INC-42`

const eventsOf = async (id: string, type: string): Promise<number> =>
  (await bench.events()).filter((event) => event.record === `r:${id}` && event.type === type).length

describe('their own', () => {
  it('is decided by nobody, operators included', async () => {
    const id = await bench.ask('cy')
    expect(await bench.press('cy', 'Approve', id)).toBe(
      'Not done: Nobody approves their own request, operators included. Ask another approver.',
    )
    const decide = `Not done: You cannot decide on your own request. Take it back: /jit withdraw ${id}`
    expect(await bench.press('cy', 'Deny', id)).toBe(decide)
    expect(await bench.type('cy', `deny ${id} not now`)).toBe(decide)
    await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Access is given')
    expect(await bench.type('cy', `revoke ${id} not needed`)).toBe(
      `Not done: It is your own access. Give it back: /jit done ${id}`,
    )
    expect(await eventsOf(id, 'approved')).toBe(1)
  })
})

describe("somebody else's", () => {
  it('is decided by approvers alone, and they are named', async () => {
    const other = await bench.newPerson()
    const id = await bench.ask('ana')
    const no = `Not done: You are not an approver of this request. It can be decided by: ${APPROVERS}.`
    expect(await bench.press(other, 'Approve', id)).toBe(no)
    expect(await bench.press(other, 'Deny', id)).toBe(no)
    expect(await bench.type(other, `deny ${id} because`)).toBe(no)
    const hidden = 'Not done: There is no such request. See yours: /jit mine'
    expect(await bench.type(other, `approve ${id}`)).toBe(hidden)
    expect(await bench.type(other, `status ${id}`)).toBe(hidden)
    expect(await bench.type(other, `withdraw ${id}`)).toBe(
      `Not done: Only Ana can withdraw this. Approvers and operators: /jit deny ${id}`,
    )
    expect(await bench.type('bob', `revoke ${id} too early`)).toBe(
      `Not done: ${id} is still waiting for a decision. Deny it: /jit deny ${id}`,
    )
    await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Access is given')
    expect(await bench.type(other, `revoke ${id} I say so`)).toBe(
      'Not done: Only an approver of this policy or an operator may revoke it. Ask one of them.',
    )
    expect(await bench.type(other, `done ${id}`)).toBe(
      `Not done: Only Ana can give this back. Approvers and operators: /jit revoke ${id} REASON`,
    )
    expect(await bench.orders.canRead('ana')).toBe(true)
  })
})

describe('two at once', () => {
  it('with one approval needed: one wins, the other is told who did', async () => {
    for (let round = 0; round < 5; round += 1) {
      const id = await bench.ask('ana')
      const names = ['bob', 'cy']
      const said = await Promise.all(names.map((name) => bench.press(name, 'Approve', id)))
      const winner = said[0]?.startsWith('Approved') ? 0 : 1
      expect(said[winner]).toBe(`Approved: ${id}: the access is being given.`)
      expect(said[1 - winner]).toBe(
        `Not done: ${id} was already approved by ${winner === 0 ? 'Bob' : 'Cy'}. End it: /jit revoke ${id} REASON`,
      )
      expect(await eventsOf(id, 'approved')).toBe(1)
    }
  })

  it('who disagree: one wins, the other is told', async () => {
    const id = await bench.ask('ana')
    const [approved, denied] = await Promise.all([
      bench.press('bob', 'Approve', id),
      bench.press('cy', 'Deny', id),
    ])
    const outcome = [approved, denied].join(' | ')
    const end = `End it: /jit revoke ${id} REASON`
    expect([
      `Approved: ${id}: the access is being given. | Not done: ${id} was already approved by Bob. ${end}`,
      `Not done: ${id} was already denied by Cy. Nothing was changed. | Denied: ${id} was denied; nothing was given.`,
    ]).toContain(outcome)
    expect((await eventsOf(id, 'approved')) + (await eventsOf(id, 'denied'))).toBe(1)
  })

  it('with two approvals needed: both count', async () => {
    const id = await bench.ask(await bench.newPerson(), WRITING)
    const said = await Promise.all(['bob', 'cy'].map((name) => bench.press(name, 'Approve', id)))
    expect(said.sort()).toEqual([
      `Approval recorded: ${id} waits for another approver.`,
      `Approved: ${id}: the access is being given.`,
    ])
    await bench.untilLine(id, 'Access is given')
  })
})

it('one approver counts once, however often and fast they press', async () => {
  const id = await bench.ask(await bench.newPerson(), WRITING)
  const open = bench.card(id)
  const press = () => bench.slack.pressButton({ user: 'bob', label: 'Approve', message: open })
  const told = bench.slack.ephemeral('bob').length
  await Promise.all([press(), press(), press()])
  // What they read comes after the acknowledgement.
  await bench.slack.waitFor(() => bench.slack.ephemeral('bob').length === told + 3)
  const twice = 'Not done: You have approved this already; another approver has to join you.'
  expect(await bench.press('bob', 'Approve', id)).toBe(twice)
  expect(await eventsOf(id, 'approved')).toBe(1)
  expect(await eventsOf(id, 'armed')).toBe(0)
  expect(await bench.press('bob', 'Deny', id)).toBe(`Denied: ${id} was denied; nothing was given.`)
})

describe('too late', () => {
  const AGAIN = 'Ask again: /jit request orders-db/readonly 1h REASON'
  const everyVerb = (id: string, who: string, open: Parameters<Bench['press']>[3]) => [
    () => bench.press('bob', 'Approve', id, open),
    () => bench.press('cy', 'Deny', id, open),
    () => bench.type('cy', `deny ${id} too late`),
    () => bench.type('cy', `revoke ${id} too late`),
    () => bench.type(who, `withdraw ${id}`),
    () => bench.type(who, `done ${id}`),
  ]
  const cases: readonly (readonly [string, (id: string, who: string) => Promise<unknown>, string])[] = [
    ['denied', (id) => bench.press('cy', 'Deny', id), 'was already denied by Cy. Nothing was changed.'],
    ['withdrawn', (id, who) => bench.type(who, `withdraw ${id}`), `was withdrawn by Early. ${AGAIN}`],
    [
      'given back',
      async (id, who) => {
        await bench.press('bob', 'Approve', id)
        await bench.untilLine(id, 'Access is given')
        await bench.type(who, `done ${id}`)
        await bench.untilLine(id, 'Ended')
      },
      `is over. ${AGAIN}`,
    ],
  ]
  it.each(cases)('nothing changes what was %s', async (_, close, reads) => {
    const who = await bench.newPerson({ real_name: 'Early' })
    const id = await bench.ask(who)
    const open = { message: bench.card(id) }
    await close(id, who)
    const before = (await bench.events()).filter((event) => event.record === `r:${id}`)
    for (const tryIt of everyVerb(id, who, open)) expect(await tryIt()).toBe(`Not done: ${id} ${reads}`)
    const after = (await bench.events()).filter(
      ({ record, type }) => record === `r:${id}` && type !== 'posted',
    )
    expect(after).toEqual(before.filter(({ type }) => type !== 'posted'))
    expect(await bench.orders.canRead(who)).toBe(false)
  })

  it('a deny after the approval is told what would help', async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who)
    const open = { message: bench.card(id) }
    await bench.press('bob', 'Approve', id)
    const end = `Not done: ${id} was already approved by Bob. End it: /jit revoke ${id} REASON`
    expect(await bench.press('cy', 'Deny', id, open)).toBe(end)
    await bench.untilLine(id, 'Access is given')
    expect(await bench.press('cy', 'Deny', id, open)).toBe(end)
    expect(await bench.type(who, `withdraw ${id}`)).toBe(
      `Not done: ${id} was already approved by Bob. Give it back: /jit done ${id}`,
    )
    expect(await bench.orders.canRead(who)).toBe(true)
  })
})

describe('the button that revokes', () => {
  it('ends the access at once, by an approver, and the thread says who', { timeout: 30_000 }, async () => {
    const who = await bench.newPerson()
    const id = await bench.give(who)
    await bench.slack.waitFor(() => bench.shown(bench.card(id)).includes('[Revoke]'))
    expect(await bench.press('cy', 'Revoke', id)).toBe(`Revoked: ${id}: the access is being removed.`)
    await bench.untilLine(id, 'Ended')
    expect(await bench.orders.canRead(who)).toBe(false)
    expect(bench.lines(id).slice(-2)).toEqual(['Revoked by @cy.', 'Ended: read back, the access is gone.'])
    expect(bench.shown(bench.card(id))).not.toContain('[')
  })

  it('does nothing for anybody else', { timeout: 30_000 }, async () => {
    const who = await bench.newPerson()
    const id = await bench.give(who)
    await bench.slack.waitFor(() => bench.shown(bench.card(id)).includes('[Revoke]'))
    expect(await bench.press(await bench.newPerson(), 'Revoke', id)).toContain(
      'Only an approver of this policy or an operator may revoke it.',
    )
    expect(await bench.press(who, 'Revoke', id)).toBe(
      `Not done: It is your own access. Give it back: /jit done ${id}`,
    )
    expect(await bench.orders.canRead(who)).toBe(true)
  })
})
