import { App, HTTPReceiver } from '@slack/bolt'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { LocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { ANA, actions, BOB, button, DBA, silent, startAcme } from './slack-fixture.ts'

type Body = Record<string, unknown>

/** A tiny app over Bolt's own receiver: what it hears is what a real one would. */
const startBot = async (slack: LocalSlack, answer: string | object = '') => {
  const receiver = new HTTPReceiver({ signingSecret: slack.signingSecret, port: 0, logger: silent })
  const app = new App({
    receiver,
    token: slack.botToken,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl },
    deferInitialization: true,
  })
  await app.init()
  const heard: Body[] = []
  app.command('/jit', async ({ body, ack }) => {
    heard.push({ ...body })
    await ack(answer as string)
  })
  app.action(/.*/, async ({ body, ack }) => {
    heard.push({ ...body } as Body)
    await ack()
  })
  const server = (await app.start({ port: 0, host: '127.0.0.1' })) as { address(): { port: number } }
  onTestFinished(() => app.stop() as Promise<void>)
  slack.connectBot(`http://127.0.0.1:${server.address().port}/slack/events`)
  return heard
}

const start = async (answer: string | object = '') => {
  const { slack, client } = await startAcme()
  const heard = await startBot(slack, answer)
  const blocks = [actions(button('approve', 'Approve'), button('deny', 'Deny'))]
  const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'asked', blocks })
  const said = (who: string) => slack.ephemeral(who).map(({ text, from }) => `${from}: ${text}`)
  const respond = (body: unknown) =>
    fetch(String(heard.at(-1)?.response_url), {
      method: 'POST',
      body: JSON.stringify(body),
      headers: JSON_TYPE,
    })
  return { slack, client, heard, ts, said, respond }
}

const JSON_TYPE = { 'content-type': 'application/json' }
const press = { user: 'bob', channel: 'dba', actionId: 'approve' } as const

describe('a slash command', () => {
  test('arrives with every field, signed', async () => {
    const { slack, heard } = await start()
    const reply = await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'request x/y 2h' })
    expect(reply).toMatchObject({ status: 200, body: '' })
    expect(heard).toMatchObject([
      {
        command: '/jit',
        text: 'request x/y 2h',
        user_id: ANA,
        user_name: 'ana',
        team_id: 'T0ACME0000',
        team_domain: 'acme',
        channel_id: DBA,
        channel_name: 'dba',
        api_app_id: 'A0CURFEW00',
        is_enterprise_install: 'false',
      },
    ])
    expect(heard[0]?.trigger_id).toMatch(/^\d+\.\d+\.[0-9a-f]{32}$/)
    expect(slack.ephemeral('ana')).toEqual([])
  })

  test('its acknowledgement is what the person sees, alone', async () => {
    const { slack, said } = await start('Requested.')
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    expect(said('ana')).toEqual(['acknowledgement: Requested.'])
    expect(said('bob')).toEqual([])
  })

  test('words that begin like JSON are words', async () => {
    const { slack, said } = await start('{not JSON}')
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    expect(said('ana')).toEqual(['acknowledgement: {not JSON}'])
  })

  test('blocks in an acknowledgement are held to the same limits', async () => {
    const { slack } = await start({ text: 'x', blocks: [{ type: 'nonsense' }] })
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    expect(slack.ephemeral('ana')).toEqual([])
    expect(slack.warnings()).toMatchObject([{ method: 'acknowledgement', says: 'not shown: invalid_blocks' }])
  })

  test('without a channel it is typed to the bot; a bot that is away is told by Slack', async () => {
    const { slack, heard, said } = await start()
    await slack.slashCommand({ user: 'ana', text: 'mine' })
    expect(heard).toMatchObject([{ channel_name: 'directmessage', channel_id: slack.findDm('ana')?.id }])
    slack.connectBot('http://127.0.0.1:1/slack/events')
    expect(await slack.slashCommand({ user: 'ana', text: 'mine' })).toMatchObject({ status: 0 })
    expect(said('ana')).toEqual(['slack: /jit failed with the error "dispatch_failed"'])
  })
})

describe('a button', () => {
  test('sends the stored message, the button and who pressed', async () => {
    const { slack, heard, ts } = await start()
    expect(await slack.pressButton({ ...press, ts })).toMatchObject({ status: 200, body: '' })
    expect(heard).toMatchObject([
      {
        type: 'block_actions',
        user: { id: BOB, username: 'bob', team_id: 'T0ACME0000' },
        team: { id: 'T0ACME0000', domain: 'acme' },
        enterprise: null,
        is_enterprise_install: false,
        channel: { id: DBA, name: 'dba' },
        container: { type: 'message', message_ts: ts, channel_id: DBA, is_ephemeral: false },
        message: { ts, text: 'asked', bot_id: 'B0CURFEW00' },
        state: { values: {} },
        actions: [{ type: 'button', action_id: 'approve', block_id: 'b0', value: 'R-7K3QX9' }],
      },
    ])
  })

  test('is found by its label, and nobody can press what is not there', async () => {
    const { slack, heard } = await start()
    await slack.pressButton({ user: 'bob', channel: 'dba', label: 'Deny' })
    expect(heard).toMatchObject([{ actions: [{ action_id: 'deny' }] }])
    await expect(slack.pressButton({ ...press, actionId: 'revoke' })).rejects.toThrow('no button revoke')
  })

  test('can be pressed on a copy that was kept open', async () => {
    const { slack, client, heard, ts } = await start()
    const [old] = slack.messages('dba')
    await client.chat.update({ channel: DBA, ts, text: 'denied', blocks: [] })
    await expect(slack.pressButton(press)).rejects.toThrow('no button')
    if (old) await slack.pressButton({ ...press, message: old })
    expect(heard).toMatchObject([{ message: { text: 'asked' } }])
  })

  test('can be pressed on a message that only this person sees', async () => {
    const { slack, client, heard } = await start()
    const blocks = [actions(button('show', 'Show'))]
    await client.chat.postEphemeral({ channel: DBA, user: ANA, text: 'yours', blocks })
    await slack.pressButton({ user: 'ana', channel: 'dba', label: 'Show' })
    expect(heard).toMatchObject([{ container: { is_ephemeral: true } }])
    expect(heard[0]).not.toHaveProperty('message')
  })

  test('carries what a hostile person changed', async () => {
    const { slack, heard } = await start()
    await slack.pressButton({ ...press, value: 'R-000000', teamId: 'T0EVIL0000', userTeamId: 'T0ELSE0000' })
    await slack.pressButton({ ...press, edit: (payload) => Object.assign(payload, { api_app_id: 'A1' }) })
    expect(heard).toMatchObject([
      {
        actions: [{ value: 'R-000000' }],
        team: { id: 'T0EVIL0000' },
        user: { id: BOB, team_id: 'T0ELSE0000' },
      },
      { api_app_id: 'A1' },
    ])
  })
})

describe('signatures, as Bolt checks them', () => {
  const seconds = () => Math.floor(Date.now() / 1_000)

  test.each([
    ['a wrong signature', () => ({ signature: 'v0=00' }), 401],
    ['another secret', () => ({ secret: 'other' }), 401],
    ['an old timestamp', () => ({ timestampS: seconds() - 400 }), 401],
    [
      'a charset in the content type',
      () => ({ contentType: 'application/x-www-form-urlencoded; charset=utf-8' }),
      400,
    ],
    ['a timestamp in the future', () => ({ timestampS: seconds() + 86_400 * 365 }), 200],
  ])('%s', async (_, hostile, status) => {
    const { slack, heard } = await start()
    expect(await slack.pressButton({ ...press, ...hostile() })).toMatchObject({ status })
    expect(heard).toHaveLength(status === 200 ? 1 : 0)
  })

  test('the very same bytes, at once and again later', async () => {
    const { slack, heard } = await start()
    const { copies, request } = await slack.pressButton({ ...press, copies: 20 })
    expect(copies.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    await slack.replay(request, 3)
    expect(heard).toHaveLength(23)
    expect(new Set(heard.map(({ trigger_id }) => trigger_id)).size).toBe(1)
  })
})

describe('a response url', () => {
  test('answers in private, five times', async () => {
    const { slack, said, respond } = await start()
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    for (const n of [1, 2, 3, 4, 5]) expect((await respond({ text: `${n}` })).status).toBe(200)
    const sixth = await respond({ text: '6' })
    expect([sixth.status, await sixth.text()]).toEqual([404, '{"ok":false,"error":"used_url"}'])
    expect(said('ana')).toEqual([1, 2, 3, 4, 5].map((n) => `response_url: ${n}`))
  })

  test('lasts thirty minutes', async () => {
    let now = Date.now()
    const { slack } = await startAcme({ now: () => now })
    const heard = await startBot(slack)
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    const respond = () =>
      fetch(String(heard[0]?.response_url), { method: 'POST', body: '{"text":"x"}', headers: JSON_TYPE })
    now += 30 * 60_000 - 1
    expect((await respond()).status).toBe(200)
    now += 1
    expect(await (await respond()).json()).toEqual({ ok: false, error: 'expired_url' })
  })

  test('refuses what no message may be', async () => {
    const { slack, respond } = await start()
    await slack.slashCommand({ user: 'ana', channel: 'dba', text: 'mine' })
    const refused = await respond({ text: 'x', blocks: [{ type: 'nonsense' }] })
    expect([refused.status, await refused.json()]).toEqual([400, { ok: false, error: 'invalid_blocks' }])
    expect(await (await respond({})).json()).toEqual({ ok: false, error: 'no_text' })
    expect(slack.ephemeral('ana')).toEqual([])
  })

  test('replaces or deletes the message that was pressed, also a private one', async () => {
    const { slack, client, respond } = await start()
    await slack.pressButton(press)
    await respond({ text: 'approved', replace_original: true })
    expect(slack.messages('dba')).toMatchObject([{ text: 'approved' }])
    await client.chat.postEphemeral({
      channel: DBA,
      user: ANA,
      text: 'yours',
      blocks: [actions(button('show', 'Show'))],
    })
    await slack.pressButton({ user: 'ana', channel: 'dba', label: 'Show' })
    await respond({ text: 'shown', replace_original: true })
    expect(slack.ephemeral('ana')).toMatchObject([{ text: 'shown' }])
    await respond({ delete_original: true })
    expect(slack.ephemeral('ana')).toEqual([])
  })

  test('speaks to the channel when told to, and fails when told to', async () => {
    const { slack, respond } = await start()
    await slack.pressButton(press)
    await respond({ text: 'for all', response_type: 'in_channel' })
    expect(slack.messages('dba').at(-1)).toMatchObject({ text: 'for all' })
    slack.failCalls('response_url', { does: 'status', status: 500 }, { times: 1 })
    expect((await respond({ text: 'x' })).status).toBe(500)
    expect(slack.calls('response_url').map(({ outcome }) => outcome)).toEqual(['ok', 'status'])
  })
})

test('stopping leaves nothing open', async () => {
  const { slack } = await startAcme()
  const before = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
  expect(before).toBeGreaterThan(0)
  await slack.stop()
  await expect(fetch(`${slack.apiUrl}auth.test`)).rejects.toThrow()
  expect(process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap')).toEqual([])
})
