import { describe, expect, test } from 'vitest'
import { ANA, BOB, button } from './slack-fixture.ts'
import { input, modal, startFormBot, text } from './slack-form-bot.ts'

const ana = { user: 'ana' } as const
const row = (id: string, label: string, value: string) => ({
  type: 'section',
  block_id: `row-${value}`,
  text: text(value),
  accessory: button(id, label, value),
})
const HOME = {
  type: 'home',
  callback_id: 'home',
  blocks: [row('end', 'End', 'R-1'), row('end', 'End', 'R-2')],
}

const way = (socketMode: boolean) => ({ socketMode })

describe.each([
  ['http', false],
  ['sockets', true],
])('over %s', (_, socketMode) => {
  test('a shortcut has a trigger and no channel', async () => {
    const { slack, last } = await startFormBot(way(socketMode))
    expect(await slack.shortcut({ ...ana, callbackId: 'ask' })).toMatchObject({ status: 200, body: '' })
    const body = last('shortcut')
    expect(body).toMatchObject({
      callback_id: 'ask',
      user: { id: ANA, username: 'ana', team_id: 'T0ACME0000' },
      team: { id: 'T0ACME0000' },
      token: expect.any(String),
      action_ts: expect.stringMatching(/^\d+\.\d{6}$/),
    })
    expect(body).not.toHaveProperty('channel')
  })

  test('a form is opened, filled in with a menu, and answered', async () => {
    const { slack, answer, open } = await startFormBot(way(socketMode))
    await open(modal([input('what', { type: 'external_select', min_query_length: 0 })]))
    answer('block_suggestion', () => ({ options: [{ text: text('A'), value: 'a' }] }))
    answer('view_submission', () => ({ response_action: 'errors', errors: { 'what-block': 'no' } }))
    await slack.submit({ ...ana, values: { what: 'a' } })
    expect(slack.errors('ana')).toEqual({ 'what-block': 'no' })
    answer('view_submission', () => undefined)
    await slack.submit(ana)
    expect(slack.modals('ana')).toEqual([])
  })

  test('an event comes in its envelope, with an id of its own', async () => {
    const { slack, heard } = await startFormBot(way(socketMode))
    expect(await slack.event({ type: 'team_join', user: { id: BOB } })).toMatchObject({ status: 200 })
    const again = await slack.event({ type: 'tokens_revoked' }, { eventId: 'Ev0SAME' })
    await slack.replay(again.request)
    await slack.waitFor(() => heard.length === 3)
    expect(heard[0]).toMatchObject({
      type: 'event_callback',
      team_id: 'T0ACME0000',
      api_app_id: 'A0CURFEW00',
      event_id: expect.stringMatching(/^Ev/),
      event_time: expect.any(Number),
      authorizations: [{ team_id: 'T0ACME0000', user_id: 'U0CURFEW00', is_bot: true }],
      event: { type: 'team_join', user: { id: BOB }, event_ts: expect.any(String) },
    })
    expect(heard.slice(1).map(({ event_id }) => event_id)).toEqual(['Ev0SAME', 'Ev0SAME'])
  })
})

test('an event over HTTP is signed JSON', async () => {
  const { slack } = await startFormBot()
  const { request } = await slack.event({ type: 'team_join' })
  expect(request).toMatchObject({ headers: { 'content-type': 'application/json' } })
  const forged = { ...request, body: JSON.stringify({ type: 'event_callback' }) } as typeof request
  expect(await slack.replay(forged)).toMatchObject([{ status: 401 }])
})

test('a shortcut that nobody answers is told by Slack', async () => {
  const { slack } = await startFormBot()
  slack.connectBot('http://127.0.0.1:1/slack/events')
  await slack.shortcut({ ...ana, callbackId: 'ask' })
  expect(slack.ephemeral('ana').map((told) => told.text)).toEqual([
    'ask failed with the error "dispatch_failed"',
  ])
})

describe('the Home tab', () => {
  test('tells the bot that it was opened, with what stands there', async () => {
    const { slack, client, heard } = await startFormBot()
    await slack.openHome(ana)
    const { view } = await client.views.publish({ user_id: ANA, view: HOME as never })
    await slack.openHome(ana)
    await slack.waitFor(() => heard.length === 2)
    const opened = { type: 'app_home_opened', user: ANA, channel: slack.findDm('ana')?.id, tab: 'home' }
    expect(heard).toMatchObject([
      { event: opened },
      { event: { ...opened, view: { id: view?.id, type: 'home' } } },
    ])
    expect(heard[0]?.event).not.toHaveProperty('view')
  })

  test('has buttons, of which the value tells which; a forged one is sent as it is', async () => {
    const { slack, client, heard } = await startFormBot()
    await client.views.publish({ user_id: ANA, view: HOME as never })
    for (const value of [undefined, 'R-2', 'R-EVIL'])
      await slack.pressInView({ ...ana, label: 'End', ...(value === undefined ? {} : { value }) })
    expect(heard.map(({ actions }) => actions)).toMatchObject([
      [{ type: 'button', action_id: 'end', block_id: 'row-R-1', value: 'R-1' }],
      [{ block_id: 'row-R-2', value: 'R-2' }],
      [{ block_id: 'row-R-1', value: 'R-EVIL' }],
    ])
    const home = slack.home('ana')
    expect(heard[0]).toMatchObject({
      type: 'block_actions',
      container: { type: 'view', view_id: home?.id },
      view: { id: home?.id, type: 'home', callback_id: 'home' },
      trigger_id: expect.any(String),
    })
    for (const absent of ['channel', 'response_url', 'message', 'state'])
      expect(heard[0]).not.toHaveProperty(absent)
  })

  test('nobody presses what is not there', async () => {
    const { slack, client } = await startFormBot()
    await expect(slack.pressInView({ ...ana, label: 'End' })).rejects.toThrow('ana has no Home')
    await client.views.publish({ user_id: ANA, view: HOME as never })
    await expect(slack.pressInView({ ...ana, label: 'Start' })).rejects.toThrow('no button Start in the home')
    await expect(slack.pressInView({ ...ana, label: 'End', in: 'modal' })).rejects.toThrow('no modal open')
    await slack.pressInView({
      ...ana,
      actionId: 'end',
      edit: (payload) => Object.assign(payload, { team: null }),
    })
  })
})

describe('closing a modal', () => {
  const push = modal([], { notify_on_close: true, title: text('Over') })
  const start = async (change: object) => {
    const bot = await startFormBot()
    const root = await bot.open(modal([], change))
    bot.answer('view_submission', () => ({ response_action: 'push', view: { ...push, ...change } }))
    await bot.slack.submit(ana)
    return { ...bot, root }
  }
  const closedOf = (heard: Record<string, unknown>[]) => heard.filter(({ type }) => type === 'view_closed')

  test('shows what was below, and tells the bot if it asked', async () => {
    const { slack, heard, root } = await start({})
    await slack.closeModal(ana)
    expect(slack.modals('ana').map(({ id }) => id)).toEqual([root.id])
    await slack.closeModal(ana)
    expect(slack.modals('ana')).toEqual([])
    expect(closedOf(heard)).toMatchObject([
      { user: { id: ANA }, is_cleared: false, view: { title: text('Over'), callback_id: 'form' } },
    ])
    await expect(slack.closeModal(ana)).rejects.toThrow('ana has no modal open')
  })

  test('closes all below it too where the view says so', async () => {
    const { slack, heard } = await start({ clear_on_close: true, notify_on_close: true })
    await slack.closeModal(ana)
    expect(slack.modals('ana')).toEqual([])
    expect(closedOf(heard)).toMatchObject([
      { is_cleared: true, view: { title: text('Over') } },
      { is_cleared: true },
    ])
  })
})

test('the bot hears who left and whose group changed', async () => {
  const { slack, heard } = await startFormBot()
  await slack.deactivate({ user: 'bob' })
  const [group] = slack.groups()
  await slack.setGroup({ group: 'dbas', users: ['ana'] })
  await slack.waitFor(() => heard.length === 3)
  expect(heard.map(({ event }) => event)).toMatchObject([
    { type: 'user_change', user: { id: BOB, deleted: true, profile: { email: 'bob@acme.test' } } },
    {
      type: 'subteam_members_changed',
      subteam_id: group?.id,
      added_users: [ANA],
      added_users_count: 1,
      removed_users: [BOB],
      removed_users_count: 1,
    },
    { type: 'subteam_updated', subteam: { id: group?.id, handle: 'dbas', users: [ANA], user_count: 1 } },
  ])
  expect(slack.findUser('bob')?.deleted).toBe(true)
  expect(slack.findGroup('dbas')?.users).toEqual([ANA])
})

test('changing people and groups without a driver tells nobody', async () => {
  const { slack, heard } = await startFormBot()
  slack.changeUser('bob', { deleted: true })
  slack.changeGroup('dbas', { users: [] })
  await slack.event({ type: 'team_join' })
  await slack.waitFor(() => heard.length > 0)
  expect(heard).toMatchObject([{ event: { type: 'team_join' } }])
})
