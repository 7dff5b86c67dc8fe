import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/model.ts'
import type { Destination } from '../../src/ports.ts'
import { asked, call, say, startWorld, type World } from './slack-world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())

const place = (kind: Place['kind'], to: string): Place => ({ chat: 'slack', kind, to })
const card = (channel: string): Destination => ({ place: place('card', world.slack.channel(channel).id) })
const thread = (channel: string): Destination => ({
  place: place('thread', world.slack.channel(channel).id),
})
const dm = (who: string): Destination => ({ place: place('dm', world.slack.user(who).id) })
const send = (to: Destination, key = 'key') => world.chat.send(to, asked, key, call())
const posts = (channel = 'dbas') => world.slack.messages(channel)
/** A little before now: what is sent from here on is found. */
const since = () => Date.now() - 1_000

describe('sending', () => {
  it('posts blocks with a text, and a key to find it by', async () => {
    const posted = await send(card('dbas'), 'R-7K3QX9/slack:card:C0DBAS0000/card')
    const [message] = posts()
    expect(posted).toEqual({ channel: world.slack.channel('dbas').id, id: message?.ts })
    expect(message).toMatchObject({
      text: 'Ana asks',
      metadata: { event_type: 'curfew', event_payload: { key: 'R-7K3QX9/slack:card:C0DBAS0000/card' } },
    })
    expect(message?.blocks?.map((block) => block.type)).toEqual(['header', 'actions'])
    expect(world.slack.calls('chat.postMessage')[0]?.args).toMatchObject({
      parse: 'none',
      link_names: 'false',
      unfurl_links: 'false',
      unfurl_media: 'false',
    })
    expect(world.slack.warnings()).toEqual([])
  })

  it('posts a line of a thread under its card', async () => {
    const under = await send(thread('audit'))
    await send({ ...thread('audit'), under }, 'line 1')
    expect(world.slack.thread('audit', under.id)).toHaveLength(2)
    expect(posts('audit')).toHaveLength(1)
  })

  it('shows what asks approvers again in the channel, too', async () => {
    const under = await send(card('dbas'))
    await send({ ...card('dbas'), under }, 'extension')
    expect(posts()).toMatchObject([{}, { subtype: 'thread_broadcast', thread_ts: under.id }])
  })

  it.each([
    'card',
    'thread',
  ] as const)('posts no %s where another organisation would read it', async (kind) => {
    world.slack.changeChannel('dbas', { is_ext_shared: true })
    const to = { place: place(kind, world.slack.channel('dbas').id) }
    await expect(world.chat.send(to, asked, 'key', call())).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('is refused: it is shared with another organisation'),
    })
    expect(posts()).toEqual([])
    expect(await send(dm('ana'))).toMatchObject({ id: expect.any(String) })
  })

  it('asks once, not for every message, whether a channel is shared', async () => {
    for (let n = 0; n < 3; n += 1) await send(card('dbas'))
    expect(world.slack.calls('conversations.info')).toHaveLength(1)
  })

  it('goes on where a channel was renamed', async () => {
    const to = card('dbas')
    const posted = await send(to)
    world.slack.changeChannel('dbas', { name: 'data-base-admins' })
    expect(await world.chat.update(to.place, posted, say('Approved'), call())).toBe('done')
    await send(to, 'another')
    expect(posts('data-base-admins')).toHaveLength(2)
  })

  it('opens a direct message once', async () => {
    const first = await send(dm('ana'))
    await send(dm('ana'))
    expect(first.channel).toMatch(/^D/)
    expect(world.slack.dm('ana')).toHaveLength(2)
    expect(world.slack.calls('conversations.open')).toHaveLength(1)
  })
})

describe('redrawing', () => {
  it('changes the message and keeps its key', async () => {
    const posted = await send(card('dbas'))
    expect(await world.chat.update(card('dbas').place, posted, say('Approved'), call())).toBe('done')
    expect(posts()).toMatchObject([{ text: 'Approved', metadata: { event_payload: { key: 'key' } } }])
    expect(await world.chat.find(card('dbas'), 'key', since(), call())).toEqual(posted)
  })

  it('works in a direct message, too', async () => {
    const posted = await send(dm('ana'))
    expect(await world.chat.update(dm('ana').place, posted, say('Approved'), call())).toBe('done')
    expect(world.slack.dm('ana')).toMatchObject([{ text: 'Approved' }])
  })

  it('is refused where another organisation reads along by now', async () => {
    await world.stop()
    world = await startWorld()
    const shared = { channel: world.slack.channel('dbas').id, id: '1000000000.000001' }
    world.slack.changeChannel('dbas', { is_ext_shared: true })
    await expect(world.chat.update(card('dbas').place, shared, asked, call())).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('shared with another organisation'),
    })
    expect(world.slack.calls('chat.update')).toEqual([])
  })

  it('says that the message is gone when it can never be redrawn', async () => {
    const { slack, chat } = world
    const posted = await send(card('dbas'))
    slack.remove(posted.channel, posted.id)
    expect(await chat.update(card('dbas').place, posted, asked, call())).toBe('gone')
    const other = await send(card('audit'))
    slack.changeChannel('audit', { is_archived: true })
    expect(await chat.update(card('audit').place, other, asked, call())).toBe('gone')
    const theirs = slack.say({ user: 'ana', channel: 'dbas', text: 'hello' })
    expect(
      await chat.update(card('dbas').place, { channel: theirs.channel, id: theirs.ts }, asked, call()),
    ).toBe('gone')
    expect(
      await chat.update(card('dbas').place, { channel: 'C0NOWHERE0', id: theirs.ts }, asked, call()),
    ).toBe('gone')
  })

  it('is a fault when it may work later', async () => {
    const posted = await send(card('dbas'))
    world.slack.failCalls('chat.update', { does: 'refuse', error: 'invalid_auth' }, { times: 1 })
    await expect(world.chat.update(card('dbas').place, posted, asked, call())).rejects.toMatchObject({
      kind: 'permanent',
    })
    world.slack.failCalls('chat.update', { does: 'limit', retryAfterS: 3 }, { times: 1 })
    await expect(world.chat.update(card('dbas').place, posted, asked, call())).rejects.toMatchObject({
      kind: 'retry',
      afterMs: 3_000,
    })
  })
})

describe('when Slack fails', () => {
  it.each([
    ['a rate limit', { does: 'limit', retryAfterS: 7 }, { kind: 'retry', afterMs: 7_000 }],
    ['a rate limit without Retry-After', { does: 'limit' }, { kind: 'retry', afterMs: 30_000 }],
    ['HTTP 500', { does: 'status', status: 500 }, { kind: 'unknown' }],
    ['HTTP 403 by a proxy', { does: 'status', status: 403 }, { kind: 'permanent' }],
    ['a reset', { does: 'reset' }, { kind: 'unknown' }],
    ['a problem of its own', { does: 'refuse', error: 'internal_error' }, { kind: 'unknown' }],
    ['a revoked token', { does: 'refuse', error: 'token_revoked' }, { kind: 'permanent' }],
    ['too much', { does: 'refuse', error: 'ratelimited' }, { kind: 'retry', afterMs: 30_000 }],
  ] as const)('a post ends in the right fault after %s, and is tried once', async (_, failure, fault) => {
    const failing = world.slack.failCalls('chat.postMessage', failure)
    await expect(send(card('dbas'))).rejects.toMatchObject({ name: 'Fault', ...fault })
    expect(failing.hits()).toBe(1)
    expect(posts()).toEqual([])
  })

  it('what only reads may be tried again', async () => {
    for (const failure of [{ does: 'status', status: 500 }, { does: 'reset' }] as const) {
      const failing = world.slack.failCalls('conversations.open', failure)
      await expect(send(dm('ana'))).rejects.toMatchObject({ kind: 'retry' })
      failing.off()
    }
    world.slack.failCalls('conversations.history', { does: 'status', status: 503 }, { times: 1 })
    await expect(world.chat.find(card('dbas'), 'key', since(), call())).rejects.toMatchObject({
      kind: 'retry',
    })
  })

  it('a call ends with its signal, and its outcome is unknown', async () => {
    const { slack, chat } = world
    for (const does of ['hang', 'accept then hang'] as const) {
      const failing = slack.failCalls('chat.postMessage', { does }, { times: 1 })
      const giveUp = new AbortController()
      const sent = chat.send(card('dbas'), asked, does, call(giveUp.signal))
      await slack.waitFor(() => failing.hits() === 1)
      giveUp.abort()
      await expect(sent).rejects.toMatchObject({ kind: 'unknown' })
    }
    expect(await chat.find(card('dbas'), 'hang', since(), call())).toBe('absent')
    expect(await chat.find(card('dbas'), 'accept then hang', since(), call())).toMatchObject({
      id: posts()[0]?.ts,
    })
  })

  it('a post to a closed port was not sent', async () => {
    await world.slack.stop()
    await expect(send(card('dbas'))).rejects.toMatchObject({ kind: 'retry' })
  })

  it.each([
    [
      'private',
      'Slack shows Curfew no channel C0SECRETS0: check the id, and if it is private type `/invite @curfew` in that channel.',
    ],
    ['foreign', 'Curfew is not in channel C0FOREIGN0: type `/invite @curfew` in that channel.'],
    ['archived', 'Channel C0ATTIC000 is archived: unarchive it, or name another one.'],
  ])('an operator reads what to do about a channel that is %s', async (_, sentence) => {
    const { slack } = world
    slack.addChannel({ name: 'secrets', private: true, bot: false })
    slack.addChannel({ name: 'foreign', bot: false })
    slack.addChannel({ name: 'attic' })
    slack.changeChannel('attic', { is_archived: true })
    const id = sentence.match(/C0[A-Z0-9]+/)?.[0] ?? ''
    await expect(send(card(id))).rejects.toMatchObject({ kind: 'permanent', message: sentence })
  })
})

describe('finding a message after an unknown outcome', () => {
  const lose = (to: Destination, key: string) => {
    world.slack.failCalls('chat.postMessage', { does: 'accept then reset' }, { times: 1 })
    return expect(send(to, key)).rejects.toMatchObject({ kind: 'unknown' })
  }

  it('finds what arrived, in a channel, a thread and a direct message', async () => {
    const { slack, chat } = world
    await lose(card('dbas'), 'a')
    expect(await chat.find(card('dbas'), 'a', since(), call())).toMatchObject({ id: posts()[0]?.ts })
    const under = await send(thread('audit'), 'root')
    await lose({ ...thread('audit'), under }, 'b')
    const line = slack.thread('audit', under.id)[1]
    expect(await chat.find({ ...thread('audit'), under }, 'b', since(), call())).toEqual({
      channel: under.channel,
      id: line?.ts,
    })
    expect(await chat.find(card('audit'), 'b', since(), call())).toBe('absent')
    await lose(dm('ana'), 'c')
    expect(await chat.find(dm('ana'), 'c', since(), call())).toMatchObject({ id: slack.dm('ana')[0]?.ts })
  })

  it('walks more than one page', async () => {
    const from = since()
    const first = await send(card('dbas'), 'first')
    for (let n = 0; n < 120; n += 1) world.slack.say({ user: 'ana', channel: 'dbas', text: `${n}` })
    expect(await world.chat.find(card('dbas'), 'first', from, call())).toEqual(first)
  })

  it('does not take another’s message for its own', async () => {
    const { slack, chat } = world
    const metadata = { event_type: 'curfew', event_payload: { key: 'key' } }
    const content = { text: 'forged', truncated: false }
    const channel = slack.channel('dbas').id
    slack.post({ channel, user: slack.user('ana').id, content, metadata })
    const { ts } = slack.post({ channel, content, metadata })
    Object.assign(slack.find(channel, ts) ?? expect.unreachable(), { bot_id: 'B0OTHER000' })
    expect(await chat.find(card('dbas'), 'key', since(), call())).toBe('absent')
  })

  it('cannot tell without the history scopes', async () => {
    await lose(card('dbas'), 'a')
    world.slack.scopes.delete('channels:history')
    expect(await world.chat.find(card('dbas'), 'a', since(), call())).toBe('cannot tell')
  })
})

describe('examining', () => {
  const examine = (...names: string[]) => {
    const places = names.map((name) => place('thread', world.slack.findChannel(name)?.id ?? name))
    return world.chat.examine([...places, place('dm', 'U0ANA00000')], call())
  }

  it('finds nothing where all is well', async () => {
    expect(await examine('dbas', 'audit', 'audit')).toEqual([])
  })

  it('has a line for each channel that will not do', async () => {
    const { slack } = world
    slack.addChannel({ name: 'foreign', bot: false })
    slack.addChannel({ name: 'attic' })
    slack.changeChannel('attic', { is_archived: true })
    slack.changeChannel('audit', { is_ext_shared: true })
    expect(await examine('dbas', 'foreign', 'attic', 'audit', 'C0NOWHERE0')).toEqual([
      'Curfew is not in channel #foreign (C0FOREIGN0): type `/invite @curfew` in that channel.',
      'Channel #attic (C0ATTIC000) is archived: unarchive it, or name another one.',
      'Channel #audit (C0AUDIT000) is refused: it is shared with another organisation, whose people would read every request. Use a channel of your own.',
      'Slack shows Curfew no channel C0NOWHERE0: check the id, and if it is private type `/invite @curfew` in that channel.',
    ])
  })

  it('says once that the token or a scope is wrong', async () => {
    world.slack.scopes.delete('channels:read')
    expect(await examine('dbas', 'audit')).toEqual([
      'The Slack app lacks the scope channels:read: add it under "OAuth & Permissions" and install the app again.',
    ])
    world.slack.failCalls('auth.test', { does: 'refuse', error: 'account_inactive' }, { times: 1 })
    expect(await examine('dbas', 'audit')).toEqual([
      'Slack refuses SLACK_BOT_TOKEN (account_inactive): install the app again and set the bot token that it shows.',
    ])
  })
})
