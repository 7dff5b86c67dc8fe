import { describe, expect, test } from 'vitest'
import { ANA, actions, BOB, button, clientOf, DBA, errorOf, startAcme } from './slack-fixture.ts'

describe('who may call', () => {
  test('the token is really checked', async () => {
    const { slack, client } = await startAcme()
    expect(await client.auth.test()).toMatchObject({ ok: true, team_id: 'T0ACME0000', user_id: 'U0CURFEW00' })
    expect(await errorOf(clientOf(slack, 'xoxb-other').auth.test())).toBe('invalid_auth')
    const bare = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' })
    expect(await bare.json()).toEqual({ ok: false, error: 'not_authed' })
  })

  test('JSON bodies are taken, broken ones and unknown methods are refused', async () => {
    const { slack } = await startAcme()
    const headers = { authorization: `Bearer ${slack.botToken}`, 'content-type': 'application/json' }
    const post = async (method: string, body: string) => {
      const response = await fetch(slack.apiUrl + method, { method: 'POST', headers, body })
      return (await response.json()) as Record<string, unknown>
    }
    const said = JSON.stringify({ channel: DBA, text: 'x', blocks: [actions(button('a', 'A'))] })
    expect(await post('chat.postMessage', said)).toMatchObject({ ok: true, channel: DBA })
    expect(await post('chat.postMessage', '{')).toEqual({ ok: false, error: 'invalid_json' })
    expect(await post('dialog.open', '{}')).toMatchObject({ ok: false, error: 'unknown_method' })
  })

  test('a scope that is not granted is named', async () => {
    const { slack, client } = await startAcme()
    slack.scopes.delete('channels:history')
    slack.scopes.delete('users:read.email')
    const refused = client.conversations.history({ channel: DBA })
    await expect(refused).rejects.toMatchObject({
      data: { error: 'missing_scope', needed: 'channels:history' },
    })
    expect(await errorOf(client.users.lookupByEmail({ email: 'ana@acme.test' }))).toBe('missing_scope')
    const { user } = await client.users.info({ user: ANA })
    expect(user?.profile).not.toHaveProperty('email')
  })
})

describe('people and groups', () => {
  test('a person as Slack describes them', async () => {
    const { slack, client } = await startAcme()
    slack.addUser({ name: 'eve', is_stranger: true, team_id: 'T0EVIL0000' })
    const ana = await client.users.info({ user: ANA })
    expect(ana.user).toMatchObject({
      id: ANA,
      team_id: 'T0ACME0000',
      name: 'ana',
      real_name: 'Ana',
      tz: 'Europe/Berlin',
      deleted: false,
      is_bot: false,
      is_restricted: false,
      profile: { email: 'ana@acme.test' },
    })
    const eve = await client.users.info({ user: 'U0EVE00000' })
    expect(eve.user).toMatchObject({ is_stranger: true, team_id: 'T0EVIL0000' })
    expect(await errorOf(client.users.info({ user: 'U0NOBODY00' }))).toBe('user_not_found')
  })

  test('an address finds its person in any case, and nobody once deactivated', async () => {
    const { slack, client } = await startAcme()
    const found = await client.users.lookupByEmail({ email: 'ANA@acme.test' })
    expect(found.user?.id).toBe(ANA)
    slack.changeUser('ana', { deleted: true })
    expect(await errorOf(client.users.lookupByEmail({ email: 'ana@acme.test' }))).toBe('users_not_found')
  })

  test('groups and their members follow what was changed', async () => {
    const { slack, client } = await startAcme()
    const list = await client.usergroups.list({ include_users: true })
    expect(list.usergroups).toMatchObject([{ id: 'S0DBAS0000', handle: 'dbas', users: [BOB] }])
    slack.changeGroup('dbas', { users: ['ana', 'bob'] })
    const members = await client.usergroups.users.list({ usergroup: 'S0DBAS0000' })
    expect(members.users).toEqual([ANA, BOB])
    expect(await errorOf(client.usergroups.users.list({ usergroup: 'S0NONE0000' }))).toBe('no_such_subteam')
  })

  test('a change of name and address shows everywhere', async () => {
    const { slack, client } = await startAcme()
    slack.changeUser('ana', { real_name: 'Ana B.', email: null })
    const { user } = await client.users.info({ user: ANA })
    expect(user).toMatchObject({ real_name: 'Ana B.', profile: { real_name: 'Ana B.' } })
    expect(user?.profile).not.toHaveProperty('email')
  })

  test('equal names still get ids of their own', async () => {
    const { slack } = await startAcme()
    expect(slack.addUser({ name: 'ana' }).id).toBe('U0ANA00001')
  })
})

describe('conversations', () => {
  test('a direct message is opened once', async () => {
    const { slack, client } = await startAcme()
    const first = await client.conversations.open({ users: ANA })
    const again = await client.conversations.open({ users: ANA })
    expect(again).toMatchObject({ already_open: true, channel: { id: first.channel?.id } })
    expect(first.channel?.id).toMatch(/^D/)
    slack.changeUser('bob', { deleted: true })
    expect(await errorOf(client.conversations.open({ users: BOB }))).toBe('user_disabled')
    expect(await errorOf(client.conversations.open({ users: 'U0NOBODY00' }))).toBe('user_not_found')
    expect(await errorOf(client.conversations.open({ users: 'U0CURFEW00' }))).toBe('cannot_dm_bot')
    expect(await errorOf(client.apiCall('conversations.open'))).toBe('users_list_not_supplied')
  })

  test('a private channel without the bot is not there', async () => {
    const { slack, client } = await startAcme()
    const { id } = slack.addChannel({ name: 'secret', private: true, members: ['ana'], bot: false })
    expect(await errorOf(client.conversations.info({ channel: id }))).toBe('channel_not_found')
    slack.changeChannel('secret', { has_bot: true })
    const { channel } = await client.conversations.info({ channel: id })
    expect(channel).toMatchObject({ name: 'secret', is_private: true, is_archived: false, is_member: true })
  })

  test('members come in pages', async () => {
    const { client } = await startAcme()
    const first = await client.conversations.members({ channel: DBA, limit: 2 })
    expect(first.members).toEqual([ANA, BOB])
    const cursor = first.response_metadata?.next_cursor ?? ''
    const rest = await client.conversations.members({ channel: DBA, limit: 2, cursor })
    expect(rest).toMatchObject({ members: ['U0CURFEW00'], response_metadata: { next_cursor: '' } })
  })

  test('history is newest first, without replies, between two moments, metadata only when asked for', async () => {
    const { slack, client } = await startAcme()
    const metadata = { event_type: 'curfew', event_payload: { key: 'R-1/card' } }
    const one = await client.chat.postMessage({ channel: DBA, text: 'one', metadata })
    const two = slack.say({ user: 'ana', channel: 'dba', text: 'two' })
    await client.chat.postMessage({ channel: DBA, text: 'reply', thread_ts: one.ts ?? '' })
    const texts = async (range: object) =>
      (await client.conversations.history({ channel: DBA, ...range })).messages?.map(({ text }) => text)

    expect(await texts({})).toEqual(['two', 'one'])
    expect(await texts({ oldest: one.ts })).toEqual(['two'])
    expect(await texts({ latest: two.ts, inclusive: true })).toEqual(['two', 'one'])
    expect(await texts({ latest: two.ts })).toEqual(['one'])
    const page = await client.conversations.history({ channel: DBA, limit: 1 })
    expect(page).toMatchObject({ has_more: true, messages: [{ text: 'two' }] })

    const bare = await client.conversations.history({ channel: DBA })
    expect(bare.messages?.[1]).toMatchObject({ reply_count: 1, thread_ts: one.ts })
    expect(bare.messages?.[1]).not.toHaveProperty('metadata')
    const full = await client.conversations.history({ channel: DBA, include_all_metadata: true })
    expect(full.messages?.[1]).toMatchObject({ metadata })

    slack.changeChannel('dba', { has_bot: false })
    expect(await errorOf(client.conversations.history({ channel: DBA }))).toBe('not_in_channel')
  })

  test('a thread is its first message and all replies, oldest first', async () => {
    const { client } = await startAcme()
    const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'card' })
    for (const text of ['1', '2']) await client.chat.postMessage({ channel: DBA, text, thread_ts: ts })
    const thread = await client.conversations.replies({ channel: DBA, ts })
    expect(thread.messages?.map(({ text }) => text)).toEqual(['card', '1', '2'])
    const none = client.conversations.replies({ channel: DBA, ts: '1000000000.000000' })
    expect(await errorOf(none)).toBe('thread_not_found')
  })
})

describe('chat.postMessage', () => {
  test('to a channel, to a person, into a thread', async () => {
    const { slack, client } = await startAcme()
    const card = await client.chat.postMessage({ channel: DBA, text: 'card' })
    await client.chat.postMessage({ channel: DBA, text: 'line 1', thread_ts: card.ts ?? '' })
    const dm = await client.chat.postMessage({ channel: ANA, text: 'yours' })
    expect(slack.messages('dba').map(({ text }) => text)).toEqual(['card'])
    expect(slack.thread('dba', card.ts ?? '').map(({ text }) => text)).toEqual(['card', 'line 1'])
    expect(slack.dm('ana')).toMatchObject([{ text: 'yours', channel: dm.channel }])
    expect(dm.channel).toMatch(/^D/)
  })

  test('timestamps are unique and increase while the clock stands still', async () => {
    const { client } = await startAcme({ now: () => 1_800_000_000_000 })
    const post = () => client.chat.postMessage({ channel: DBA, text: 'x' })
    const stamps = [(await post()).ts, (await post()).ts, (await post()).ts]
    expect(stamps).toEqual(['1800000000.000000', '1800000000.000001', '1800000000.000002'])
  })

  test.each([
    ['channel_not_found', { channel: 'C0NONE0000', text: 'x' }],
    ['channel_not_found', { channel: 'U0NOBODY00', text: 'x' }],
    ['not_in_channel', { channel: 'C0AWAY0000', text: 'x' }],
    ['is_archived', { channel: 'C0OLD00000', text: 'x' }],
    ['no_text', { channel: DBA, text: '' }],
    ['no_text', { channel: DBA, text: ' \n' }],
    ['invalid_thread_ts', { channel: DBA, text: 'x', thread_ts: '0' }],
    ['invalid_blocks_format', { channel: DBA, text: 'x', blocks: '{' as never }],
    ['invalid_metadata_format', { channel: DBA, text: 'x', metadata: { event_type: 'x' } as never }],
    ['invalid_arguments', { channel: '', text: 'x' }],
  ])('%s', async (name, message) => {
    const { slack, client } = await startAcme()
    slack.addChannel({ name: 'away', bot: false })
    slack.addChannel({ name: 'old' })
    slack.changeChannel('old', { is_archived: true })
    expect(await errorOf(client.chat.postMessage(message))).toBe(name)
    expect(slack.messages('dba')).toEqual([])
  })

  test('what Slack lets pass and a careful app does not do is remembered', async () => {
    const { slack, client } = await startAcme()
    // The client itself warns about the missing text too; what matters here is that a test can assert on it.
    await client.apiCall('chat.postMessage', { channel: DBA, blocks: [actions(button('a', 'A'))] })
    await client.chat.postMessage({ channel: DBA, text: 'x', thread_ts: '1000000000.000000' })
    expect(slack.warnings().map(({ says }) => says)).toEqual([
      'blocks without text',
      'a reply to a message that does not exist: nobody sees it',
    ])
  })
})

describe('chat.update', () => {
  test('changes text, blocks and metadata, and keeps what is not mentioned', async () => {
    const { slack, client } = await startAcme()
    const metadata = { event_type: 'curfew', event_payload: { key: 'k' } }
    const blocks = [actions(button('approve', 'Approve'))]
    const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'asked', blocks, metadata })
    await client.chat.update({ channel: DBA, ts, text: 'approved', blocks: [] })
    expect(slack.messages('dba')).toMatchObject([
      { text: 'approved', blocks: [], metadata, edited: { user: 'U0CURFEW00' } },
    ])
    await client.chat.update({ channel: DBA, ts, text: 'over', metadata: {} as never })
    expect(slack.messages('dba')[0]).not.toHaveProperty('metadata')
  })

  test('text without blocks takes the card away, and is remembered', async () => {
    const { slack, client } = await startAcme()
    const blocks = [actions(button('approve', 'Approve'))]
    const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'asked', blocks })
    await client.chat.update({ channel: DBA, ts, text: 'approved' })
    expect(slack.messages('dba')[0]).not.toHaveProperty('blocks')
    expect(slack.warnings()).toMatchObject([{ method: 'chat.update', ts }])
  })

  test('only its own messages, by their real channel', async () => {
    const { slack, client } = await startAcme()
    const { ts: theirs } = slack.say({ user: 'ana', channel: 'dba', text: 'mine' })
    const { ts = '', channel = '' } = await client.chat.postMessage({ channel: ANA, text: 'yours' })
    const update = (channel: string, ts: string, text = 'new') =>
      errorOf(client.chat.update({ channel, ts, text }))
    expect(await update(DBA, theirs)).toBe('cant_update_message')
    expect(await update(ANA, ts)).toBe('channel_not_found')
    expect(await update(DBA, '1000000000.000000')).toBe('message_not_found')
    expect(await update(channel, ts, '')).toBe('no_text')
    expect(await update(channel, ts)).toBe('ok')
    slack.changeChannel('dba', { is_archived: true })
    expect(await update(DBA, theirs)).toBe('is_archived')
  })
})

test('an ephemeral message is seen by one person in the channel and cannot be updated', async () => {
  const { slack, client } = await startAcme()
  slack.addUser({ name: 'cy' })
  const told = await client.chat.postEphemeral({ channel: DBA, user: BOB, text: 'not you' })
  expect(slack.ephemeral('bob')).toMatchObject([{ text: 'not you', from: 'chat.postEphemeral' }])
  expect(slack.ephemeral('ana')).toEqual([])
  expect(slack.messages('dba')).toEqual([])
  const update = client.chat.update({ channel: DBA, ts: told.message_ts ?? '', text: 'x' })
  expect(await errorOf(update)).toBe('message_not_found')
  const outside = client.chat.postEphemeral({ channel: DBA, user: 'U0CY000000', text: 'x' })
  expect(await errorOf(outside)).toBe('user_not_in_channel')
})

test('a permalink names channel and message', async () => {
  const { client } = await startAcme({ now: () => 1_800_000_000_000 })
  const { ts = '' } = await client.chat.postMessage({ channel: DBA, text: 'x' })
  const { permalink } = await client.chat.getPermalink({ channel: DBA, message_ts: ts })
  expect(permalink).toBe('https://acme.slack.com/archives/C0DBA00000/p1800000000000000')
  const none = client.chat.getPermalink({ channel: DBA, message_ts: '1' })
  expect(await errorOf(none)).toBe('message_not_found')
})

test('the enterprise shows where there is one', async () => {
  const { client } = await startAcme({ team: { enterprise: { id: 'E0ACME0000', name: 'Acme Group' } } })
  expect(await client.auth.test()).toMatchObject({ enterprise_id: 'E0ACME0000' })
  const { user } = await client.users.info({ user: ANA })
  expect(user?.enterprise_user?.enterprise_id).toBe('E0ACME0000')
})
