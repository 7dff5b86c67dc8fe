/** Forms as people meet them: asked for in three ways, filled, refused under the field to blame, sent, decided. */
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

const MANY = 130
const WHAT = 'field:what'
const DURATION = 'field:duration'
const REASON = 'field:reason'

/** Many roles for everybody, one of which needs a ticket and one that nobody may have. */
const config = (yaml: string): string => {
  const roles = Array.from({ length: MANY }, (_, i) => `      many-${i}: { memberOf: orders_reader_${i} }`)
  return yaml
    .replace(/^( +)readonly: .*$/m, `$&\n${roles.join('\n')}`)
    .replace(
      'quorum: 2',
      'quorum: 2\n    defaultDuration: 30m\n    maxDuration: 2h\n    require: [{ ticket: "INC-\\\\d+" }]',
    )
    .concat(
      '  - { name: many, entitlements: ["orders-db/many-*"], requesters: [everyone], quorum: 0, maxDuration: 1h }\n',
      '  - { name: no, effect: deny, entitlements: ["orders-db/many-7"] }\n',
    )
}

let bench: Bench
beforeAll(async () => {
  bench = await startBench({ config })
})
afterAll(() => bench?.stop())

const idIn = (text: string): string => /R-[0-9A-Z]{6}/.exec(text)?.[0] ?? `no id in ${text}`

describe('the form that asks', () => {
  it.each([
    ['by the bare command', (user: string) => bench.slack.slashCommand({ user, text: '' })],
    ['by the word', (user: string) => bench.slack.slashCommand({ user, text: 'request' })],
    ['by the shortcut', (user: string) => bench.slack.shortcut({ user, callbackId: 'curfew:request' })],
  ])('opens %s, at once, and is then filled', async (_, open) => {
    const user = await bench.newPerson()
    expect((await open(user)).status).toBe(200)
    const form = await bench.untilModal(user, 'How long')
    expect(form).toContain('Ask for access')
    expect(form).toContain('there are 131 that you may ask for')
    expect(bench.slack.ephemeral(user)).toEqual([])
  })

  it('finds any of more than a hundred, and only what they may ask for', async () => {
    const user = await bench.newPerson()
    await bench.slack.slashCommand({ user, text: '' })
    await bench.untilModal(user, 'How long')
    const found = async (text: string) =>
      (await bench.slack.suggest({ user, actionId: WHAT, text })).map(({ text: label }) => label)
    expect(await found('')).toHaveLength(100)
    expect(await found('many-129')).toEqual(['orders-db/many-129'])
    expect(await found('MANY 12')).toEqual(
      expect.arrayContaining(['orders-db/many-12', 'orders-db/many-120']),
    )
    expect(await found('many-7')).not.toContain('orders-db/many-7')
    expect(await found('nothing like it')).toEqual([])
    expect(await found('<!channel>*')).toEqual([])
  })

  it('says what will happen, and draws the fields that conditions ask for', async () => {
    const user = await bench.newPerson()
    await bench.slack.slashCommand({ user, text: '' })
    await bench.untilModal(user, 'How long')
    await bench.slack.fill({ user, values: { [REASON]: 'the pager rang', [WHAT]: WRITER } })
    const form = await bench.untilModal(user, 'Ticket')
    expect(form).toContain(
      '2 of bob@acme.test, cy@acme.test will be asked in #dbas; nobody decides: it lapses',
    )
    expect(form).toContain('At most 2 h; left empty: 30 min')
    expect(form).toContain('the pager rang')
    await bench.slack.fill({ user, values: { [WHAT]: 'orders-db/many-6' } })
    const other = await bench.untilModal(user, 'No approval is needed')
    expect(other).not.toContain('Ticket')
  })

  it('says under each field what is wrong with it, and keeps what was typed', async () => {
    const user = await bench.newPerson()
    await bench.slack.slashCommand({ user, text: '' })
    await bench.untilModal(user, 'How long')
    await bench.slack.fill({ user, values: { [WHAT]: WRITER } })
    await bench.untilModal(user, 'Ticket')
    await bench.slack.submit({
      user,
      values: { [DURATION]: '9h', [REASON]: 'x', 'field:require.ticket': 'none' },
    })
    expect(bench.slack.errors(user)).toEqual({
      [DURATION]: 'That is longer than the 2 h this policy allows.',
      'field:require.ticket': 'The reason names no ticket like INC-\\d+.',
    })
    await bench.slack.submit({ user, values: { [DURATION]: 'soon' } })
    expect(bench.slack.errors(user)).toEqual({
      [DURATION]: '“soon” is not a duration. Say `45m`, `2h30m` or `1d`.',
    })
    await bench.slack.submit({ user, values: { [DURATION]: '45m', 'field:require.ticket': 'INC-42' } })
    const done = await bench.untilModal(user, 'Requested')
    const id = idIn(done)
    await bench.slack.waitFor(() => bench.slack.messages('dbas').some(({ text }) => text.includes(id)))
    const card = bench.shown(bench.card(id))
    expect(card).toContain('“INC-42: x”')
    expect(card).toContain('45 min')
  })

  it('is the same request as the typed one, up to the access itself', async () => {
    const user = await bench.newPerson()
    await bench.slack.slashCommand({ user, text: '' })
    await bench.untilModal(user, 'How long')
    await bench.slack.submit({ user, values: { [WHAT]: READONLY, [REASON]: 'because of INC-42' } })
    const id = idIn(await bench.untilModal(user, 'Requested'))
    await bench.slack.waitFor(() => bench.slack.messages('dbas').some(({ text }) => text.includes(id)))
    await bench.press('bob', 'Approve', id)
    await bench.untilLine(id, 'Access is given')
    expect(await bench.orders.canRead(user)).toBe(true)
    await bench.slack.closeModal({ user })
    await bench.slack.slashCommand({ user, text: '' })
    const form = await bench.untilModal(user, id)
    expect(form.indexOf(id)).toBeLessThan(form.indexOf('How long'))
    await bench.slack.pressInView({ user, label: 'Give back' })
    await bench.untilModal(user, 'Given back')
    await bench.untilLine(id, 'Ended')
    expect(await bench.orders.canRead(user)).toBe(false)
  })

  it('sent twice asks once', async () => {
    const user = await bench.newPerson()
    await bench.slack.slashCommand({ user, text: '' })
    await bench.untilModal(user, 'How long')
    const sent = await bench.slack.submit({
      user,
      values: { [WHAT]: READONLY, [REASON]: 'INC-42 again' },
      copies: 2,
    })
    await bench.slack.replay(sent.request, 3)
    await bench.untilModal(user, 'Requested')
    const asked = (await bench.events()).filter(
      (event) => event.type === 'requested' && JSON.stringify(event.by).includes(`"${user}@`),
    )
    expect(asked).toHaveLength(1)
  })

  it('that comes back forged gives nothing that its sender may not have', async () => {
    const user = await bench.newPerson()
    const forge = async (change: (view: Record<string, unknown>) => void): Promise<string> => {
      await bench.slack.slashCommand({ user, text: '' })
      await bench.untilModal(user, 'How long')
      await bench.slack.submit({
        user,
        values: { [WHAT]: READONLY, [REASON]: 'INC-42 forged' },
        edit: (payload) => change(payload.view as Record<string, unknown>),
      })
      const said = JSON.stringify([bench.slack.errors(user), bench.slack.modal(user)?.blocks])
      await bench.slack.closeModal({ user })
      return said
    }
    const choose = (value: string) => (view: Record<string, unknown>) => {
      view.state = { values: { [WHAT]: { [WHAT]: { type: 'external_select', selected_option: { value } } } } }
    }
    expect(await forge(choose('orders-db/many-7'))).toContain('forbids this')
    expect(await forge(choose('nonsense'))).toContain('There is no entitlement')
    expect(await forge(choose('constructor/__proto__'))).toContain('There is no entitlement')
    expect(await forge((view) => Object.assign(view, { callback_id: 'curfew:constructor' }))).toContain(
      'not one of',
    )
    const happened = await bench.fromNow('with posts')
    await forge((view) => Object.assign(view, { callback_id: 'curfew:deny', private_metadata: 'R-000000' }))
    expect((await happened()).every(({ type }) => type === 'refused')).toBe(true)
  })

  it('where Slack opens none says in words how to go on', async () => {
    bench.slack.failCalls('views.open', { does: 'refuse', error: 'expired_trigger_id' }, { times: 1 })
    expect(await bench.type('ana', '')).toContain('Type: /jit request TARGET/ROLE 1h because REASON')
  })
})

describe('decisions by form', () => {
  it('a denial says why, to those who are concerned', async () => {
    const user = await bench.newPerson()
    const id = await bench.ask(user)
    await bench.slack.pressButton({ user: 'bob', label: 'Deny', channel: 'dbas', ts: bench.card(id).ts })
    await bench.untilModal('bob', 'Nothing is given when you deny it')
    await bench.slack.submit({ user: 'bob', values: { [REASON]: 'use the replica <!channel>' } })
    await bench.untilModal('bob', `${id} was denied`)
    await bench.untilLine(id, 'Denied by')
    expect(bench.lines(id).at(-1)).toContain('use the replica <!channel>')
    const line = bench.slack.thread(bench.card(id, 'audit').channel, bench.card(id, 'audit').ts).at(-1)
    expect(line && bench.slack.live(line).filter((one) => one.is === 'broadcast')).toEqual([])
  })

  it('a denial may stay without a reason', async () => {
    const user = await bench.newPerson()
    const id = await bench.ask(user)
    await bench.slack.pressButton({ user: 'bob', label: 'Deny', channel: 'dbas', ts: bench.card(id).ts })
    await bench.untilModal('bob', 'Why not')
    await bench.slack.submit({ user: 'bob' })
    await bench.untilLine(id, 'Denied by')
    expect(bench.lines(id).at(-1)).toMatch(/^Denied by .*\.$/)
  })

  it('is not even shown to those who may not decide, nor when it is too late', async () => {
    const [user, other] = [await bench.newPerson(), await bench.newPerson()]
    const id = await bench.ask(user)
    const press = (who: string) =>
      bench.slack.pressButton({ user: who, label: 'Deny', channel: 'dbas', ts: bench.card(id).ts })
    await press(other)
    await bench.untilModal(other, 'You are not an approver of this request')
    await press(user)
    await bench.untilModal(user, 'You cannot decide on your own request')
    const old = bench.card(id)
    await bench.press('cy', 'Approve', id)
    await bench.slack.pressButton({ user: 'bob', label: 'Deny', message: old })
    await bench.untilModal('bob', 'was already approved by Cy')
  })

  it('an approver may make it shorter, never longer', async () => {
    const user = await bench.newPerson()
    const id = await bench.ask(user, `${READONLY} 2h because of INC-42`)
    await bench.slack.pressButton({
      user: 'bob',
      label: 'Approve for less',
      channel: 'dbas',
      ts: bench.card(id).ts,
    })
    await bench.untilModal('bob', 'Approve it for')
    await bench.slack.submit({ user: 'bob', values: { [DURATION]: '3h' } })
    expect(bench.slack.errors('bob')).toEqual({
      [DURATION]: 'That is not less than the 2 h that were asked for. Name a shorter one.',
    })
    await bench.slack.submit({ user: 'bob', values: { [DURATION]: '30m' } })
    await bench.untilModal('bob', 'Approved')
    await bench.untilLine(id, 'Access is given')
    expect(bench.lines(id)).toContain('Approved by @bob, for less: 30 min.')
    const confirmed = (await bench.events()).find(
      ({ type, record }) => type === 'confirmed' && record === `r:${id}`,
    )
    expect(Number(confirmed?.endsAt) - Number(confirmed?.at)).toBeLessThanOrEqual(30 * 60_000 + 1_000)
  })
})

describe('extensions', () => {
  it('move the end without touching the access', async () => {
    const user = await bench.newPerson()
    const id = await bench.give(user, `${READONLY} 1h because of INC-42`)
    expect(await bench.orders.canRead(user)).toBe(true)
    const attempts = async () => (await bench.events()).filter(({ type }) => type === 'attempted').length
    const before = await attempts()
    await bench.slack.waitFor(() => bench.shown(bench.card(id, `@${user}`)).includes('[Extend]'))
    const dm = bench.card(id, `@${user}`)
    await bench.slack.pressButton({ user, label: 'Extend', channel: dm.channel, ts: dm.ts })
    const form = await bench.untilModal(user, 'How much longer')
    expect(form).toContain('1 approval needed; at most 8 h from now; 1 of 1 extensions left.')
    await bench.slack.submit({ user, values: { [DURATION]: '30m', [REASON]: 'not finished yet' } })
    await bench.untilModal(user, 'Extension asked for')
    await bench.untilLine(id, 'asks to extend `orders-db/readonly` by 30 min')
    await bench.slack.waitFor(() => bench.shown(bench.card(id)).includes('An extension waits'))
    expect(bench.shown(bench.card(id))).toContain('not finished yet')
    const asked = bench.slack.messages('dbas').at(-1)
    expect(asked && [asked.subtype, bench.shown(asked)]).toEqual([
      'thread_broadcast',
      expect.stringContaining('[Approve] [Deny]'),
    ])
    expect(await bench.press(user, 'Approve extension', id)).toContain('Nobody approves their own request')
    expect(await bench.press('bob', 'Approve extension', id)).toContain('Extended')
    await bench.untilLine(id, 'Extended: it now ends')
    const events = (await bench.events()).filter(({ record }) => record === `r:${id}`)
    const confirmed = events.find(({ type }) => type === 'confirmed')
    const extended = events.find(({ type }) => type === 'extended')
    expect(Number(extended?.endsAt) - Number(confirmed?.endsAt)).toBe(30 * 60_000)
    expect(await attempts()).toBe(before)
    expect(await bench.orders.canRead(user)).toBe(true)
    expect(await bench.type(user, `extend ${id} 1h because of more`)).toContain('allows 1 extension, no more')
  })

  it('are judged like a new ask: cap, reason, quorum', async () => {
    const user = await bench.newPerson()
    const id = await bench.give(user, `${READONLY} 2h because of INC-42`)
    expect(await bench.type(user, `extend ${id} 7h because of INC-42`)).toContain('longer than the 8 h')
    expect(await bench.type(user, `extend ${id} 1h`)).toContain('Please say why')
    expect(await bench.type(user, `extend ${id} because of INC-42`)).toContain('is not a duration')
    expect(await bench.type('bob', `extend ${id} 1h because of INC-42`)).toContain('Only')
    expect(await bench.type(user, `extend 1h because of INC-42`)).toContain('Extension asked for')
    expect(await bench.type(user, `extend ${id} 1h because of INC-42`)).toContain(
      'waits for a decision already',
    )
    expect(await bench.type('bob', `deny ${id} enough now`)).toContain('ends as agreed')
    await bench.untilLine(id, 'Extension denied by @bob. Reason: enough now')
    expect(await bench.type(user, `extend ${id} 1h because of INC-43`)).toContain('Extension asked for')
  })

  it('of what two approve need two', async () => {
    const user = await bench.newPerson()
    const id = await bench.ask(user, `${WRITER} 1h because of INC-42`)
    await bench.press('bob', 'Approve', id)
    await bench.press('cy', 'Approve', id)
    await bench.untilLine(id, 'Access is given')
    await bench.type(user, `extend ${id} 30m because of INC-43`)
    await bench.slack.waitFor(() => bench.shown(bench.card(id)).includes('An extension waits'))
    expect(await bench.press('bob', 'Approve extension', id)).toContain('waits for another approver')
    expect(await bench.press('bob', 'Approve extension', id)).toContain('You have approved this already')
    expect(await bench.press('cy', 'Approve extension', id)).toContain('Extended')
  })

  it('under a policy that would not govern a new ask are refused', { timeout: 60_000 }, async () => {
    const user = await bench.newPerson()
    const id = await bench.give(user, `${READONLY} 1h because of INC-42`)
    const file = bench.env.CURFEW_CONFIG ?? ''
    const before = await readFile(file, 'utf8')
    const over = 'when: [{ window: { from: 2020-01-01, to: 2020-01-02, timezone: Europe/Berlin } }]'
    await bench.writeConfig(before.replace('  - name: reading orders\n', `$&    ${over}\n`))
    await bench.restart()
    expect(await bench.type(user, `extend ${id} 1h because of INC-42`)).toContain(
      'The policy “reading orders” would not govern this now',
    )
    await bench.writeConfig(before)
    await bench.restart()
    expect(await bench.type(user, `extend ${id} 1h because of INC-42`)).toContain('Extension asked for')
  })
})
