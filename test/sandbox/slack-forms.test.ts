import { describe, expect, test } from 'vitest'
import { ANA, button } from './slack-fixture.ts'
import { input, modal, option, startFormBot, text } from './slack-form-bot.ts'

const actions = (...elements: object[]) => ({ type: 'actions', block_id: 'acts', elements })
const ana = { user: 'ana' } as const
const person = { id: ANA, username: 'ana', name: 'ana', team_id: 'T0ACME0000' }

describe('a submission', () => {
  const start = async (...blocks: object[]) => {
    const bot = await startFormBot()
    const opened = await bot.open(modal(blocks.length > 0 ? blocks : [input('why')]))
    const titles = () => bot.slack.modals('ana').map(({ title }) => title?.text)
    const submit = () => bot.slack.submit({ ...ana, values: { why: 'INC-42' } })
    const says = () => bot.slack.warnings().map(({ says }) => says)
    return { ...bot, opened, titles, submit, says }
  }

  test('carries the values, and no channel; an empty answer closes the view', async () => {
    const { slack, last, opened, submit } = await start()
    expect(await submit()).toMatchObject({ status: 200, body: '' })
    const body = last('view_submission')
    expect(body).toMatchObject({
      user: person,
      team: { id: 'T0ACME0000', domain: 'acme' },
      api_app_id: 'A0CURFEW00',
      token: expect.any(String),
      trigger_id: expect.stringMatching(/^\d+\.\d+\.[0-9a-f]{32}$/),
      response_urls: [],
      view: {
        id: opened.id,
        hash: opened.hash,
        state: { values: { 'why-block': { why: { type: 'plain_text_input', value: 'INC-42' } } } },
      },
    })
    expect(body).not.toHaveProperty('channel')
    expect(body).not.toHaveProperty('response_url')
    expect(slack.modals('ana')).toEqual([])
  })

  test('errors keep the view, until the next one', async () => {
    const { slack, answer, submit, titles } = await start()
    answer('view_submission', () => ({ response_action: 'errors', errors: { 'why-block': 'Say more.' } }))
    await submit()
    expect([titles(), slack.errors('ana')]).toEqual([['Ask'], { 'why-block': 'Say more.' }])
    answer('view_submission', () => undefined)
    await submit()
    expect([titles(), slack.errors('ana')]).toEqual([[], {}])
  })

  test('errors and troubles go with an update, and when the person tries again', async () => {
    const { slack, client, answer, opened, submit } = await start()
    const form = modal([input('why')])
    answer('view_submission', () => ({ response_action: 'errors', errors: { 'why-block': 'Say more.' } }))
    await submit()
    await client.views.update({ view_id: String(opened.id), view: form as never })
    expect(slack.errors('ana')).toEqual({})
    answer('view_submission', () => ({ response_action: 'explode' }))
    await submit()
    answer('view_submission', () => ({ response_action: 'push', view: form }))
    await submit()
    expect(slack.modals('ana').map(({ trouble }) => trouble)).toEqual([undefined, undefined])
  })

  test('update replaces the view, push stacks one, clear closes all', async () => {
    const { slack, answer, opened, submit, titles } = await start()
    const next = (title: string) => modal([input('why')], { title: text(title) })
    answer('view_submission', () => ({ response_action: 'update', view: next('Two') }))
    await submit()
    expect(slack.modals('ana')).toMatchObject([{ id: opened.id, title: text('Two') }])
    expect(slack.modal('ana')?.hash).not.toBe(opened.hash)
    answer('view_submission', () => ({ response_action: 'push', view: next('Three') }))
    await submit()
    expect(titles()).toEqual(['Two', 'Three'])
    answer('view_submission', () => undefined)
    await submit()
    expect(titles()).toEqual(['Two'])
    answer('view_submission', () => ({ response_action: 'clear' }))
    await submit()
    expect(titles()).toEqual([])
  })

  test.each([
    ['errors of no input block', { response_action: 'errors', errors: { nowhere: 'x' } }, /nowhere/],
    ['errors of nothing', { response_action: 'errors', errors: {} }, /invalid response_action/],
    ['an unknown action', { response_action: 'explode' }, /invalid response_action/],
    [
      'a view beyond a limit',
      { response_action: 'update', view: modal([], { title: text('x'.repeat(25)) }) },
      /invalid_arguments .*\/view\/title/,
    ],
    ['a Home', { response_action: 'push', view: { type: 'home', blocks: [] } }, /invalid_arguments/],
  ])('%s changes nothing, and is warned of', async (_, said, warning) => {
    const { slack, answer, submit, titles, says } = await start()
    answer('view_submission', () => said)
    await submit()
    expect([titles(), slack.errors('ana')]).toEqual([['Ask'], {}])
    expect(slack.modal('ana')?.trouble).toBe('invalid_response')
    expect(says()).toEqual([expect.stringMatching(warning)])
  })

  test('an app that fails, or is too late, is told by Slack, and the view stays', async () => {
    const { slack, answer, submit, titles } = await start()
    answer('view_submission', () => {
      throw new Error('broken')
    })
    expect(await submit()).toMatchObject({ status: 500 })
    expect([titles(), slack.modal('ana')?.trouble]).toEqual([['Ask'], 'dispatch_failed'])
    answer('view_submission', () => 'never')
    await submit()
    expect([titles(), slack.modal('ana')?.trouble]).toEqual([['Ask'], 'operation_timeout'])
    answer('view_submission', () => undefined)
    await submit()
    expect(titles()).toEqual([])
  })

  test('cannot be made where the button would not let one', async () => {
    const { slack, client, opened, heard } = await start(
      input('why', { min_length: 3, max_length: 6 }),
      input('who', {}, { optional: true }),
      input('days', { type: 'checkboxes', options: [option('mon')] }, { optional: true }),
      input('how', { type: 'radio_buttons', options: [option('a')] }),
    )
    const submit = (why: string, how = 'a') => slack.submit({ ...ana, values: { why, how } })
    await expect(submit('')).rejects.toThrow('why is required')
    await expect(submit('1234567')).rejects.toThrow('why is longer than 6')
    await expect(submit('12')).rejects.toThrow('why is shorter than 3')
    await expect(submit('123', '')).rejects.toThrow('how is required')
    await expect(slack.submit({ user: 'bob' })).rejects.toThrow('bob has no modal open')
    await expect(slack.submit({ ...ana, values: { nowhere: 'x' } })).rejects.toThrow('no field nowhere')
    const silent = modal([{ type: 'divider' }], { submit: undefined })
    await client.views.update({ view_id: String(opened.id), view: silent as never })
    await expect(slack.submit(ana)).rejects.toThrow('no submit button')
    expect(heard.map(({ type }) => type)).toEqual(['shortcut'])
  })

  test('a hostile one carries what was changed, as often as it was sent', async () => {
    const { slack, heard } = await start()
    const values = { why: 'x' }
    await slack.submit({
      ...ana,
      values,
      copies: 3,
      edit: (payload) => Object.assign(payload.view as object, { private_metadata: 'R-EVIL00' }),
    })
    const submissions = heard.filter(({ type }) => type === 'view_submission')
    expect(submissions).toHaveLength(3)
    expect(submissions[0]).toMatchObject({ view: { private_metadata: 'R-EVIL00' } })
    expect(
      await start().then(({ slack: other }) => other.submit({ ...ana, values, signature: 'v0=00' })),
    ).toMatchObject({ status: 401 })
  })
})

describe('a field', () => {
  test('tells the bot when it dispatches, and only then', async () => {
    const { slack, heard, open } = await startFormBot()
    const opened = await open(
      modal([
        input('quiet'),
        input('loud', {}, { dispatch_action: true }),
        actions({ type: 'static_select', action_id: 'pick', options: [option('a'), option('b')] }),
      ]),
    )
    await slack.fill({ ...ana, values: { quiet: 'x', loud: 'y', pick: 'b' } })
    const told = heard.filter(({ type }) => type === 'block_actions')
    expect(told).toMatchObject([
      { actions: [{ type: 'plain_text_input', block_id: 'loud-block', action_id: 'loud', value: 'y' }] },
      {
        actions: [
          { type: 'static_select', block_id: 'acts', action_id: 'pick', selected_option: option('b') },
        ],
      },
    ])
    expect(told[1]).toMatchObject({
      user: person,
      container: { type: 'view', view_id: opened.id },
      trigger_id: expect.any(String),
      view: { id: opened.id, state: { values: { 'quiet-block': { quiet: { value: 'x' } } } } },
    })
    for (const absent of ['channel', 'response_url', 'message']) expect(told[1]).not.toHaveProperty(absent)
    await expect(slack.fill({ ...ana, values: { pick: 'c' } })).rejects.toThrow('c is not offered by pick')
  })

  test('that appears after another was filled in is waited for', async () => {
    const { slack, client, answer, open } = await startFormBot()
    const first = input('what', {}, { dispatch_action: true })
    const opened = await open(modal([first]))
    answer('block_actions', () => {
      const update = { view_id: String(opened.id), view: modal([first, input('why')]) as never }
      setImmediate(() => void client.views.update(update))
      return undefined
    })
    await slack.submit({ ...ana, values: { what: 'x', why: 'y' } })
    expect(slack.modals('ana')).toEqual([])
  })

  test('whose gesture the bot does not take shows Slack’s error', async () => {
    const { slack, open } = await startFormBot()
    await open(modal([actions(button('a', 'A'))]))
    slack.connectBot('http://127.0.0.1:1/slack/events')
    await slack.pressInView({ ...ana, label: 'A' })
    expect(slack.modal('ana')?.trouble).toBe('dispatch_failed')
  })
})

describe('a type-ahead menu', () => {
  const start = async (element: object = {}) => {
    const bot = await startFormBot()
    const opened = await bot.open(
      modal([input('what', { type: 'external_select', min_query_length: 1, ...element })]),
    )
    const suggest = (typed: string) => bot.slack.suggest({ ...ana, actionId: 'what', text: typed })
    const chosen = () => bot.slack.modal('ana')?.state.values['what-block']?.what
    return { ...bot, opened, suggest, chosen }
  }

  test('asks the bot while one types', async () => {
    const { answer, last, opened, suggest } = await start()
    answer('block_suggestion', () => ({ options: [option('orders-db/readonly')] }))
    expect(await suggest('ord')).toEqual([{ value: 'orders-db/readonly', text: 'ORDERS-DB/READONLY' }])
    const body = last('block_suggestion')
    expect(body).toMatchObject({
      action_id: 'what',
      block_id: 'what-block',
      value: 'ord',
      user: person,
      team: { id: 'T0ACME0000' },
      container: { type: 'view', view_id: opened.id },
      view: { id: opened.id },
    })
    for (const absent of ['trigger_id', 'response_url', 'channel']) expect(body).not.toHaveProperty(absent)
  })

  test('shows groups, and nothing where the answer is not what Slack takes', async () => {
    const { slack, answer, suggest } = await start()
    const group = (label: string, ...values: string[]) => ({
      label: text(label),
      options: values.map(option),
    })
    answer('block_suggestion', () => ({ option_groups: [group('A', 'a'), group('B', 'b', 'c')] }))
    expect((await suggest('x')).map(({ value }) => value)).toEqual(['a', 'b', 'c'])
    const offer = async (n: number) => {
      answer('block_suggestion', () => ({ options: Array.from({ length: n }, (_, at) => option(`${at}`)) }))
      return (await suggest('x')).length
    }
    expect([await offer(100), await offer(101)]).toEqual([100, 0])
    answer('block_suggestion', () => undefined)
    expect(await suggest('x')).toEqual([])
    answer('block_suggestion', () => {
      throw new Error('broken')
    })
    expect(await suggest('x')).toEqual([])
    expect(slack.warnings().map(({ says }) => says)).toEqual([
      'no options shown: invalid answer',
      'no options shown: invalid answer',
      'no options shown: dispatch_failed',
    ])
  })

  test('does not ask before enough is typed: three characters, unless the app says otherwise', async () => {
    const { heard, answer, suggest } = await start({ min_query_length: undefined })
    answer('block_suggestion', () => ({ options: [] }))
    await expect(suggest('or')).rejects.toThrow('only after 3 characters')
    expect(heard).toHaveLength(1)
    expect(await suggest('ord')).toEqual([])
    const eager = await start({ min_query_length: 0 })
    eager.answer('block_suggestion', () => ({ options: [option('a')] }))
    expect(await eager.suggest('')).toHaveLength(1)
  })

  test('takes what was offered, by value or words, or what is given whole', async () => {
    const { slack, answer, heard, chosen } = await start()
    const fill = (what: string | { value: string; text: string }) => slack.fill({ ...ana, values: { what } })
    answer('block_suggestion', () => ({ options: [option('a'), option('b')] }))
    await fill('b')
    expect(chosen()).toEqual({ type: 'external_select', selected_option: option('b') })
    await fill('A')
    expect(chosen()).toMatchObject({ selected_option: option('a') })
    await expect(fill('c')).rejects.toThrow('c is not offered by what')
    const asked = heard.length
    await fill({ value: 'c', text: 'C' })
    expect(chosen()).toMatchObject({ selected_option: option('c') })
    await fill('')
    expect(chosen()).toMatchObject({ selected_option: null })
    expect(heard).toHaveLength(asked)
  })

  test('also stands on a Home tab', async () => {
    const { slack, client, answer } = await startFormBot()
    const menu = { type: 'external_select', action_id: 'find', min_query_length: 0 }
    await client.views.publish({ user_id: ANA, view: { type: 'home', blocks: [actions(menu)] } as never })
    answer('block_suggestion', () => ({ options: [option('a')] }))
    expect(await slack.suggest({ ...ana, actionId: 'find', text: '' })).toHaveLength(1)
  })
})
