import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ slackBy: 'http' })
})
afterAll(() => bench?.stop())

const granted = async (): Promise<number> =>
  (await bench.events()).filter(({ type }) => type === 'armed').length

describe('words', () => {
  it.each([
    [
      'request orders-db/nothing 1h because of INC-1',
      'There is no entitlement “orders-db/nothing”. Did you mean: /jit request orders-db/',
    ],
    ['request nowhere/readonly 1h because of INC-1', 'There is no entitlement “nowhere/readonly”.'],
    ['reqest orders-db/readonly 1h because', 'Curfew does not know “reqest”. Did you mean: /jit request'],
    ['status R-ZZZZZZ', 'There is no such request. See yours: /jit mine'],
    [
      'status nonsense!',
      '“nonsense!” is not the id of a request. Ids look like R-7K3QX9; see yours: /jit mine',
    ],
    ['revoke R-ZZZZZZ', 'There is no such request.'],
    ['done', 'You have no access to give back. See what you have: /jit mine'],
    ['request orders-db/readonly 1h', 'Please say why, in at least 5 characters. Add: because REASON'],
    [
      'request orders-db/readonly 100h because of INC-1',
      'That is longer than the 8 h this policy allows. Ask for at most 8 h.',
    ],
  ])('%s', async (words, sentence) => {
    expect(await bench.type('ana', words)).toContain(sentence)
  })

  it.each([
    '0s',
    '-2h',
    '1e9h',
    'Infinity',
    'NaN',
  ])('a duration of %s is refused with an example', async (text) => {
    const said = await bench.type('ana', `request orders-db/readonly for ${text} because of INC-1`)
    expect(said).toMatch(/^Not done: /)
    expect(said).toMatch(/2h/)
  })

  it.each([3_000, 100_000])('a reason of %i characters is too long', async (length) => {
    const said = await bench.type('ana', `request orders-db/readonly 1h because ${'x'.repeat(length)}`)
    expect(said).toMatch(/longer than/)
  })
})

describe('presses', () => {
  it('nobody approves their own, operators included', async () => {
    const id = await bench.ask('cy')
    expect(await bench.press('cy', 'Approve', id)).toContain(
      'Nobody approves their own request, operators included.',
    )
  })

  it('only approvers approve, and they are told who can', async () => {
    const id = await bench.ask('ana')
    const other = await bench.newPerson()
    expect(await bench.press(other, 'Approve', id)).toContain(
      'You are not an approver of this request. It can be decided by: bob@acme.test, cy@acme.test.',
    )
  })

  it('a value that was changed or never existed does nothing', async () => {
    const id = await bench.ask('ana')
    const before = await granted()
    expect(await bench.press('bob', 'Approve', id, { value: 'R-ZZZZZZ' })).toContain(
      'There is no such request.',
    )
    expect(await bench.press('bob', 'Approve', id, { value: '{"request":1}' })).toContain(
      'That button does not belong to a request.',
    )
    expect(await granted()).toBe(before)
  })

  it('guests, bots and the deactivated are refused', async () => {
    const guest = await bench.newPerson({ is_restricted: true })
    const single = await bench.newPerson({ is_ultra_restricted: true })
    const gone = await bench.newPerson({ deleted: true })
    expect(await bench.type(guest, 'mine')).toContain('Guests cannot use Curfew.')
    expect(await bench.type(single, 'mine')).toContain('Guests cannot use Curfew.')
    expect(await bench.type(gone, 'mine')).toContain('This person is deactivated.')
  })

  it('another workspace changes nothing', async () => {
    const id = await bench.ask('ana')
    const before = await granted()
    await bench.press('bob', 'Approve', id, { teamId: 'T0OTHER000', userTeamId: 'T0OTHER000' })
    expect(await granted()).toBe(before)
  })

  it('two approvers in one moment: one wins, the other is told', async () => {
    const person = await bench.newPerson()
    const id = await bench.ask(person)
    const said = await Promise.all([bench.press('bob', 'Approve', id), bench.press('cy', 'Approve', id)])
    expect(said.filter((one) => one.startsWith('Approved: '))).toHaveLength(1)
    expect(said.filter((one) => one.includes(`${id} was already approved by`))).toHaveLength(1)
  })

  it('approve after deny, deny after approve, anything after the end', { timeout: 40_000 }, async () => {
    const person = await bench.newPerson()
    const denied = await bench.ask(person)
    const open = bench.card(denied)
    await bench.press('bob', 'Deny', denied)
    expect(await bench.press('cy', 'Approve', denied, { message: open })).toContain(
      `${denied} was already denied by Bob. Nothing was changed.`,
    )
    const given = await bench.give(person)
    expect(await bench.type('cy', `deny ${given}`)).toContain(`${given} was already approved by Bob.`)
    await bench.type(person, `done ${given}`)
    await bench.untilLine(given, 'Ended')
    expect(await bench.type('cy', `revoke ${given} because`)).toMatch(/is over|Say why/)
    expect(await bench.type(person, `done ${given}`)).toMatch(/is over|already/)
  })
})

describe('requests over the wire', () => {
  it('the same signed request a hundred times makes one request', async () => {
    const person = await bench.newPerson()
    const first = await bench.slack.slashCommand({
      user: person,
      text: 'request orders-db/readonly 1h because of INC-9',
    })
    const again = await bench.slack.replay(first.request, 100)
    expect(new Set(again.map(({ body }) => body))).toEqual(new Set([first.body]))
    const asked = (await bench.events()).filter(
      (event) => event.type === 'requested' && JSON.stringify(event).includes(`${person}@acme.test`),
    )
    expect(asked).toHaveLength(1)
  })

  it('a wrong signature, an old and a future timestamp leave no trace', async () => {
    const happened = await bench.fromNow('with posts')
    const words = { user: 'ana', text: 'request orders-db/readonly 1h because of INC-9' }
    const nowS = Math.floor(Date.now() / 1000)
    const replies = [
      await bench.slack.slashCommand({ ...words, secret: 'wrong' }),
      await bench.slack.slashCommand({ ...words, timestampS: nowS - 400 }),
      await bench.slack.slashCommand({ ...words, timestampS: nowS + 400 }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([401, 401, 401])
    expect(await happened()).toEqual([])
  })
})

describe('accounts', () => {
  it('a superuser is never an account', async () => {
    bench.slack.addUser({ name: 'postgres' })
    expect(await bench.type('postgres', 'request orders-db/readonly 1h because of INC-1')).toMatch(
      /superuser/,
    )
  })

  it('a login that does not exist is named', async () => {
    bench.slack.addUser({ name: 'nologin' })
    expect(await bench.type('nologin', 'request orders-db/readonly 1h because of INC-1')).toMatch(/nologin/)
  })
})

describe('hostile reasons', () => {
  it.each([
    '<!channel> look',
    '<@U0BOB00000> said so',
    '*bold* _it_ `code`',
    '<https://evil.test|https://good.test>',
    'a\u202Ereversed\u200B',
  ])('%s stays words everywhere', async (reason) => {
    const person = await bench.newPerson()
    const escaped = reason.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
    const id = await bench.ask(person, `orders-db/readonly 1h because ${escaped}`)
    const audit = bench.card(id, 'audit')
    await bench.slack.waitFor(() => bench.lines(id).length > 0)
    const messages = [
      bench.card(id),
      bench.card(id, `@${person}`),
      ...bench.slack.thread(audit.channel, audit.ts),
    ]
    const live = messages.flatMap((message) => bench.slack.live(message))
    expect(JSON.stringify(live)).not.toMatch(/channel"|U0BOB00000|evil/)
  })
})
