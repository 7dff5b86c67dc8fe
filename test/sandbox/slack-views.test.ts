import { describe, expect, test } from 'vitest'
import { ANA, BOB, button, errorOf, startAcme } from './slack-fixture.ts'
import { input, modal, option, startFormBot, text } from './slack-form-bot.ts'

const home = (...blocks: object[]) => ({ type: 'home', blocks }) as never
const view = (...given: Parameters<typeof modal>) => modal(...given) as never
const idOf = ({ id }: Record<string, unknown>) => String(id)

describe('a trigger id', () => {
  const start = async () => {
    let now = Date.now()
    const { slack, client } = await startAcme({ now: () => now })
    const open = (trigger_id: string) => errorOf(client.views.open({ trigger_id, view: view([]) }))
    const later = (ms: number) => {
      now += ms
    }
    return { slack, open, later }
  }

  test('works once', async () => {
    const { slack, open } = await start()
    const id = slack.issueTrigger({ user: ANA })
    expect(await open(id)).toBe('ok')
    expect(await open(id)).toBe('exchanged_trigger_id')
    expect(await open('1.2.x')).toBe('invalid_trigger_id')
  })

  test('lasts three seconds', async () => {
    const { slack, open, later } = await start()
    const [first, second] = [slack.issueTrigger({ user: ANA }), slack.issueTrigger({ user: ANA })]
    later(2_999)
    expect(await open(first)).toBe('ok')
    later(1)
    expect(await open(second)).toBe('expired_trigger_id')
  })

  test('of every gesture belongs to its person', async () => {
    const { slack, client, heard } = await startFormBot()
    await slack.shortcut({ user: 'bob', callbackId: 'ask' })
    await client.views.open({ trigger_id: String(heard[0]?.trigger_id), view: view([]) })
    expect([slack.modals('bob').length, slack.modals('ana').length]).toEqual([1, 0])
  })
})

describe('views.open', () => {
  test('answers the whole view', async () => {
    const { slack, open } = await startFormBot()
    const change = { private_metadata: 'R-7K3QX9', external_id: 'mine', notify_on_close: true }
    const opened = await open(modal([input('why')], change))
    expect(opened).toMatchObject({
      team_id: 'T0ACME0000',
      type: 'modal',
      callback_id: 'form',
      title: text('Ask'),
      submit: text('Send'),
      close: null,
      blocks: [{ block_id: 'why-block' }],
      state: { values: { 'why-block': { why: { type: 'plain_text_input', value: null } } } },
      root_view_id: opened.id,
      previous_view_id: null,
      app_id: 'A0CURFEW00',
      bot_id: 'B0CURFEW00',
      clear_on_close: false,
      ...change,
    })
    expect(opened.id).toMatch(/^V/)
    expect(opened.hash).toMatch(/^\d+\.[0-9a-f]{8}$/)
    expect(slack.modal(ANA)).toEqual(opened)
  })

  test('takes modals only, and says what is missing', async () => {
    const { slack, client } = await startAcme()
    const trigger_id = slack.issueTrigger({ user: ANA })
    expect(await errorOf(client.views.open({ trigger_id, view: home() }))).toBe('invalid_arguments')
    expect(await errorOf(client.views.open({ trigger_id } as never))).toBe('invalid_arguments')
    expect(await errorOf(client.views.open({ trigger_id, view: '{' as never }))).toBe('invalid_arguments')
    expect(await errorOf(client.views.open({ trigger_id, view: view([]) }))).toBe('ok')
  })

  test('keeps an external id for one view', async () => {
    const { slack, client, open } = await startFormBot()
    await open(modal([], { external_id: 'mine' }))
    const trigger_id = slack.issueTrigger({ user: BOB })
    const again = client.views.open({ trigger_id, view: view([], { external_id: 'mine' }) })
    expect(await errorOf(again)).toBe('duplicate_external_id')
    const updated = client.views.update({ external_id: 'mine', view: view([], { external_id: 'mine' }) })
    expect(await errorOf(updated)).toBe('ok')
  })

  test('is limited to a hundred a minute', async () => {
    const { client } = await startAcme({ rateLimits: true, now: () => 0 })
    const calls = Array.from({ length: 100 }, () =>
      errorOf(client.views.open({ trigger_id: 'x', view: view([]) })),
    )
    expect(new Set(await Promise.all(calls))).toEqual(new Set(['invalid_trigger_id']))
    await expect(client.views.open({ trigger_id: 'x', view: view([]) })).rejects.toMatchObject({
      retryAfter: 1,
    })
  })
})

describe('views.update', () => {
  test('keeps what was filled in where the ids stay, and drops the rest', async () => {
    const { slack, client, open } = await startFormBot()
    const unnamed = input('unnamed', {}, { block_id: undefined })
    const menu = (...values: string[]) =>
      input('menu', { type: 'static_select', options: values.map(option) })
    const opened = await open(modal([input('why'), input('who'), menu('a', 'b'), unnamed]))
    await slack.fill({ user: 'ana', values: { why: 'INC-42', who: 'bob', menu: 'b', unnamed: 'lost' } })
    const changed = [input('why'), input('who', {}, { block_id: 'other' }), menu('a'), unnamed]
    const { view: updated } = await client.views.update({ view_id: idOf(opened), view: view(changed) })
    const { values } = (updated as unknown as { state: { values: Record<string, object> } }).state
    expect(Object.values(values)).toEqual([
      { why: { type: 'plain_text_input', value: 'INC-42' } },
      { who: { type: 'plain_text_input', value: null } },
      { menu: { type: 'static_select', selected_option: null } },
      { unnamed: { type: 'plain_text_input', value: null } },
    ])
    expect(updated?.hash).not.toBe(opened.hash)
  })

  test('needs the hash of what it changes, if it gives one', async () => {
    const { client, open } = await startFormBot()
    const opened = await open(modal([]))
    const update = (hash?: unknown) =>
      errorOf(client.views.update({ view_id: idOf(opened), view: view([]), hash: hash as string }))
    expect(await update(opened.hash)).toBe('ok')
    expect(await update(opened.hash)).toBe('hash_conflict')
    expect(await update()).toBe('ok')
  })

  test('finds one view by one name', async () => {
    const { slack, client, open } = await startFormBot()
    const opened = await open(modal([]))
    const update = (by: object) => errorOf(client.views.update({ view: view([]), ...by } as never))
    expect(await update({ view_id: 'V0' })).toBe('not_found')
    expect(await update({ external_id: 'nobody' })).toBe('not_found')
    expect(await update({})).toBe('invalid_arguments')
    expect(await update({ view_id: opened.id, external_id: 'x' })).toBe('invalid_arguments')
    await slack.closeModal({ user: 'ana' })
    expect(await update({ view_id: opened.id })).toBe('not_found')
  })
})

describe('views.push', () => {
  const more = modal([{ type: 'actions', elements: [button('more', 'More')] }])

  test('stacks three views and no more', async () => {
    const { slack, client, last, open } = await startFormBot()
    const root = await open(more)
    const push = async () => {
      await slack.pressInView({ user: 'ana', label: 'More' })
      const { trigger_id } = last('block_actions')
      return errorOf(client.views.push({ trigger_id: String(trigger_id), view: more as never }))
    }
    expect([await push(), await push(), await push()]).toEqual(['ok', 'ok', 'push_limit_reached'])
    const [, second, third] = slack.modals('ana')
    expect(second).toMatchObject({ root_view_id: root.id, previous_view_id: root.id })
    expect(third).toMatchObject({ root_view_id: root.id, previous_view_id: second?.id })
  })

  test('needs a gesture in a modal', async () => {
    const { slack, client, last, open } = await startFormBot()
    await open(more)
    const push = (type: string) =>
      errorOf(client.views.push({ trigger_id: String(last(type).trigger_id), view: more as never }))
    await slack.shortcut({ user: 'ana', callbackId: 'ask' })
    expect(await push('shortcut')).toBe('invalid_trigger_id')
    await client.views.publish({
      user_id: ANA,
      view: home({ type: 'actions', elements: [button('h', 'H')] }),
    })
    await slack.pressInView({ user: 'ana', label: 'H', in: 'home' })
    expect(await push('block_actions')).toBe('invalid_trigger_id')
    await slack.pressInView({ user: 'ana', label: 'More' })
    await slack.closeModal({ user: 'ana' })
    expect(await push('block_actions')).toBe('not_found')
  })
})

describe('views.publish', () => {
  const header = (words: string) => ({ type: 'header', text: text(words) })

  test('shows a Home to one person, again and again', async () => {
    const { slack, client } = await startAcme()
    const { view: first } = await client.views.publish({ user_id: ANA, view: home(header('One')) })
    const hash = String(first?.hash)
    const publish = (words: string) =>
      errorOf(client.views.publish({ user_id: ANA, view: home(header(words)), hash }))
    expect([await publish('Two'), await publish('Three')]).toEqual(['ok', 'hash_conflict'])
    expect(slack.home('ana')).toMatchObject({
      id: first?.id,
      type: 'home',
      title: null,
      root_view_id: first?.id,
    })
    expect(slack.renderText(slack.home('ana') ?? { text: '' })).toBe('■ Two')
    expect(slack.home('bob')).toBeUndefined()
  })

  test('takes Home tabs of people only', async () => {
    const { client } = await startAcme()
    const publish = (user_id: string, given: never) => errorOf(client.views.publish({ user_id, view: given }))
    expect(await publish(ANA, view([]))).toBe('invalid_arguments')
    expect(await publish('U0NOBODY00', home())).toBe('invalid_arguments')
    expect(await publish('U0CURFEW00', home())).toBe('invalid_arguments')
  })
})

test('a modal and a Home as a terminal shows them', async () => {
  const { slack, client, open } = await startFormBot()
  const menu = { type: 'external_select', action_id: 'm', placeholder: text('Pick one') }
  await open(
    modal([
      { type: 'section', text: { type: 'mrkdwn', text: 'As <@U0ANA00000>' }, accessory: button('s', 'Swap') },
      input('why', { multiline: true }, { hint: text('INC-…') }),
      input('days', { type: 'checkboxes', options: [option('mon'), option('tue')] }),
      input('how', { type: 'radio_buttons', options: [option('a')], initial_option: option('a') }),
      { type: 'actions', elements: [menu, { ...menu, action_id: 'n', initial_option: option('x') }] },
    ]),
  )
  await slack.fill({ user: 'ana', values: { why: 'on fire\n<!channel>', days: ['mon', 'tue'] } })
  const shown = slack.modal('ana') ?? { text: '' }
  expect(slack.renderText(shown).split('\n')).toEqual([
    'Ask',
    'As @ana',
    '[Swap]',
    '? why [on fire',
    '<!channel>] (INC-…)',
    '? days [MON, TUE]',
    '? how [A]',
    '[Pick one ▾] [X ▾]',
  ])
  expect(slack.live(shown)).toEqual([{ is: 'user', id: ANA }])
  await client.views.publish({ user_id: ANA, view: home({ type: 'divider' }) })
  expect(slack.renderText(slack.home('ana') ?? { text: '' })).toBe('────────')
})
