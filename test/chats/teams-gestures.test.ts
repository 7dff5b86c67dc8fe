/** What people do in Teams as Curfew hears of it, who is not heard, and where each is answered. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../src/domain/cards/card.ts'
import type { Gesture } from '../../src/ports.ts'
import { cardOf } from '../fixtures/local-teams/check-card.ts'
import type { Message } from '../fixtures/local-teams/model.ts'
import { readActivity, readCard } from '../fixtures/local-teams/read-card.ts'
import { asked, call, REQUEST, say } from './bot-side.ts'
import { startWorld, type World } from './teams-world.ts'

let world: World
let posted: Message
beforeAll(async () => {
  world = await startWorld()
  const { teams, chat } = world
  teams.addPerson({ name: 'gus', role: 'guest' })
  teams.addPerson({ name: 'otto', tenantId: '44444444-4444-4444-4444-444444444444' })
  for (const name of ['gus', 'otto']) teams.join('dbas', name)
  const place = { chat: 'teams', kind: 'card', to: teams.channel('dbas').id } as const
  const at = await chat.send({ place }, asked, 'key', call())
  posted = teams.findMessage(at.channel, at.id) as Message
})
beforeEach(() => {
  world.gestures.length = 0
  world.expectForms(() => undefined)
  world.answerWith(async () => ({ card: say('heard') }))
})
afterAll(() => world?.stop())

const only = (): Gesture => {
  expect(world.gestures).toHaveLength(1)
  return world.gestures[0] as Gesture
}
const lastHeard = (who: string): string => {
  const last = world.teams.heardBy(who).at(-1)
  return last === undefined || typeof last === 'string' ? (last ?? '') : readActivity(last.activity)
}
const until = async (look: () => boolean): Promise<void> => {
  for (let i = 0; i < 500 && !look(); i += 1) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(look()).toBe(true)
}
/** An activity of Ana's in her chat with Curfew, or of whoever where. */
const around = (who = 'ana', where = world.teams.personalWith(world.teams.person(who))) =>
  world.teams.around(world.teams.person(who), where)

describe('words', () => {
  it.each([
    ['in the chat with Curfew', 'personal', undefined],
    ['in a channel', 'dbas', 'dbas'],
  ])('%s are heard as they were typed', async (_, place, channel) => {
    const { teams } = world
    await teams.say('ana', 'request orders-db/readonly 1h because <b>A & B</b>', place)
    expect(only()).toMatchObject({
      actor: `teams:${teams.person('ana').oid}`,
      does: { kind: 'words', text: 'request orders-db/readonly 1h because <b>A & B</b>' },
    })
    expect(only().channel).toBe(channel && `teams:${teams.channel(channel).id}`)
    expect(only().group).toBe(channel && `teams:team/${teams.channel(channel).team}`)
  })

  it.each([
    '/jit mine please',
    'jit mine please',
    '  mine please  ',
    'mine&nbsp;please',
  ])('%j is “mine please”', async (text) => {
    await world.teams.send({ ...around(), type: 'message', text })
    expect(only().does).toMatchObject({ kind: 'words', text: 'mine please' })
  })

  it('as a slash command of a channel need no mention', async () => {
    const { teams } = world
    const activity = around('ana', teams.channel('dbas'))
    const recipient = { id: teams.botId, isTargeted: true }
    await teams.send({ ...activity, type: 'message', text: 'catalog', recipient })
    expect(only().does).toMatchObject({ kind: 'words', text: 'catalog' })
  })

  it('that are not for Curfew are not heard, also where a bot hears everything', async () => {
    const { teams } = world
    const other = { type: 'mention', text: '<at>Robot</at>', mentioned: { id: '28:other', name: 'Robot' } }
    const activity = around('ana', teams.channel('dbas'))
    await teams.send({ ...activity, type: 'message', text: 'catalog' })
    await teams.send({ ...activity, type: 'message', text: '<at>Robot</at> revoke', entities: [other] })
    expect(world.gestures).toEqual([])
  })

  it('with mentions say who is meant, by their object ids', async () => {
    const { teams } = world
    const bob = teams.person('bob')
    const entities = [
      { type: 'mention', text: '<at>Bob</at>', mentioned: { id: bob.mri, name: 'Bob' } },
      { type: 'mention', text: '<at>dbas</at>', mentioned: { id: teams.channel('dbas').id, name: 'dbas' } },
      { type: 'mention', text: '<at>Nobody</at>', mentioned: { id: '29:nobody', name: 'Nobody' } },
    ]
    await teams.say('ana', 'id', 'dbas', entities)
    expect(only().does).toEqual({
      kind: 'words',
      text: 'id',
      mentions: [
        { ref: `teams:${teams.channel('dbas').id}`, name: 'dbas' },
        { ref: `teams:${bob.oid}`, name: 'Bob' },
      ],
    })
  })

  it('carry the zone of the device', async () => {
    const { teams } = world
    teams.addPerson({ name: 'zoe', zone: 'Europe/Berlin' })
    await teams.say('zoe', 'catalog')
    expect(only().zone).toBe('Europe/Berlin')
  })

  it('are answered in the channel for one person alone, in the same reply chain', async () => {
    const { teams } = world
    await teams.say('ana', 'catalog', 'dbas')
    const answer = teams.messages.at(-1)
    expect(answer).toMatchObject({ to: teams.person('ana').oid, conversation: teams.channel('dbas').id })
    expect(answer?.root).toBeDefined()
  })

  it('are answered in the chat with Curfew where a channel takes no such message', async () => {
    const { teams } = world
    const failing = teams.failCalls('send', { does: 'status', status: 403, code: 'Forbidden' }, 1)
    await teams.say('ana', 'catalog', 'dbas')
    await until(() => failing.hits() === 1 && teams.messages.at(-1)?.conversation.startsWith('a:') === true)
    expect(teams.messages.at(-1)?.conversation).toBe(teams.personalWith(teams.person('ana')).id)
  })
})

describe('who is not heard', () => {
  const nobodyHeard = () => expect(world.gestures).toEqual([])

  it.each(['gus', 'otto'])('%s, by words and by buttons: they are told so', async (who) => {
    const { teams } = world
    await teams.pressOn(who, 'Approve', posted)
    expect(lastHeard(who)).toContain('only for members')
    await teams.say(who, 'catalog', 'dbas')
    expect(lastHeard(who)).toContain('only for members')
    nobodyHeard()
  })

  it('who is not in the conversation, or is called by somebody else’s object id', async () => {
    const { teams } = world
    const bob = teams.person('bob')
    const activity = { ...around(), type: 'message', text: 'catalog' }
    await teams.send({ ...activity, from: { id: '29:unknown', aadObjectId: bob.oid } })
    await teams.send({ ...activity, from: { id: teams.person('ana').mri, aadObjectId: bob.oid } })
    nobodyHeard()
  })

  it.each<[string, object]>([
    ['without an object id', { from: { id: '29:1' } }],
    ['with one that is none', { from: { id: '29:1', aadObjectId: 'ana' } }],
    ['from nobody', { from: undefined }],
    ['from a string', { from: 'ana' }],
    ['without an id of its own', { id: undefined }],
    ['with a number for an id', { id: 7 }],
    ['to nobody', { recipient: undefined }],
  ])('an activity %s', async (_, more) => {
    const { status } = await world.teams.send({ ...around(), type: 'message', text: 'catalog', ...more })
    expect([400, 403]).toContain(status)
    nobodyHeard()
  })

  it('a roster that cannot be read lets nobody in, and they are told that nothing was changed', async () => {
    const { teams } = world
    teams.addPerson({ name: 'hal' })
    const down = teams.failCalls('member', { does: 'status', status: 503 })
    await teams.say('hal', 'catalog')
    down.off()
    expect(lastHeard('hal')).toContain('Nothing was changed')
    nobodyHeard()
  })
})

describe('buttons', () => {
  it('say which, by whom and where; a short answer is a notice', async () => {
    const { teams } = world
    await teams.pressOn('bob', 'Approve', posted)
    expect(only()).toMatchObject({
      actor: `teams:${teams.person('bob').oid}`,
      channel: `teams:${posted.conversation}`,
      does: { kind: 'press', verb: 'approve', value: REQUEST },
    })
    expect(teams.notices.at(-1)).toEqual({ who: 'bob', text: 'Answer: heard' })
  })

  it('of old clients do the same', async () => {
    await world.teams.pressOn('bob', 'Approve', posted, true)
    expect(only().does).toEqual({ kind: 'press', verb: 'approve', value: REQUEST })
    expect(lastHeard('bob')).toContain('heard')
  })

  it('that ask whether somebody is sure unfold the question', async () => {
    const { teams, chat } = world
    const confirm = { title: 'Sure?', text: 'It ends at once.', yes: 'End it', no: 'Not yet' }
    const buttons = [{ verb: 'revoke', request: REQUEST, label: 'Revoke', confirm }] as const
    const card: Card = { ...asked, parts: [{ part: 'buttons', buttons }] }
    const place = { chat: 'teams', kind: 'card', to: teams.channel('audit').id } as const
    const at = await chat.send({ place }, card, 'k', call())
    const message = teams.findMessage(at.channel, at.id) as Message
    expect(JSON.stringify(cardOf(message.activity))).toContain('It ends at once.')
    await teams.pressOn('bob', 'Revoke', message)
    expect(only().does).toEqual({ kind: 'press', verb: 'revoke', value: REQUEST })
  })

  it('twice the same activity carries the same id, and one person’s id is nobody else’s', async () => {
    const { teams } = world
    const { sent } = await teams.pressOn('bob', 'Approve', posted)
    await teams.post(sent)
    const [first, second] = world.gestures
    expect(first?.id).toBe(second?.id)
    expect(first?.id).toContain(teams.person('bob').oid)
  })

  it('with something to copy open a window, and never a message', async () => {
    const { teams, chat } = world
    const buttons = [{ verb: 'reveal', request: REQUEST, label: 'Show' }] as const
    const place = { chat: 'teams', kind: 'dm', to: teams.person('ana').oid } as const
    const at = await chat.send({ place }, { ...asked, parts: [{ part: 'buttons', buttons }] }, 'k', call())
    const message = teams.findMessage(at.channel, at.id) as Message
    const secret = { part: 'secret', label: 'Password', value: 's3cr*t_{{x' } as const
    world.expectForms(() => 'Credentials')
    world.answerWith(async () => ({ card: { ...say('yours'), parts: [secret] } }))
    await teams.pressOn('ana', 'Show', message)
    expect(readCard(teams.dialogOf('ana')?.card ?? {})).toContain('s3cr*t_{{x')
    // Whoever asks in another way gets no message with it.
    await teams.send({
      ...around(),
      type: 'message',
      value: { curfew: { verb: 'reveal', value: REQUEST } },
    })
    await until(() => lastHeard('ana').includes('Press again'))
    const value = {
      action: {
        type: 'Action.Execute',
        verb: 'curfew:reveal',
        data: { curfew: { verb: 'reveal', value: REQUEST } },
      },
    }
    await teams.invoke(
      teams.person('ana'),
      teams.personalWith(teams.person('ana')),
      'adaptiveCard/action',
      value,
    )
    await until(() => world.gestures.length === 3)
    expect(JSON.stringify(teams.messages)).not.toContain('s3cr')
    expect(JSON.stringify(teams.notices)).not.toContain('s3cr')
  })
})

describe('what a client made up', () => {
  const invoke = (name: string, value: unknown) => {
    const ana = world.teams.person('ana')
    return world.teams.invoke(ana, world.teams.personalWith(ana), name, value)
  }
  it.each<[string, string, unknown]>([
    [
      'data of another app',
      'adaptiveCard/action',
      { action: { type: 'Action.Execute', verb: 'x', data: { a: 1 } } },
    ],
    ['no data', 'adaptiveCard/action', { action: { type: 'Action.Execute', verb: 'curfew:approve' } }],
    ['another action', 'adaptiveCard/action', { action: { type: 'Action.Http', verb: 'x', data: {} } }],
    [
      'a verb that is an object',
      'adaptiveCard/action',
      { action: { type: 'Action.Execute', verb: {}, data: {} } },
    ],
    ['more than it has', 'task/submit', { data: { curfew: { verb: 'approve', value: 'x', as: 'bob' } } }],
    [
      'a value of 100 KB',
      'task/submit',
      { data: { curfew: { verb: 'approve', value: 'x'.repeat(100_000) } } },
    ],
    ['a form without a name', 'task/submit', { data: { curfew: { does: 'submit' } } }],
    [
      'a thousand fields',
      'task/submit',
      {
        data: {
          curfew: { does: 'submit', form: 'request', about: '' },
          ...Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`field:${n}`, 'x'])),
        },
      },
    ],
    [
      'a wish of no kind',
      'task/submit',
      { data: { curfew: { again: { id: 'x', does: { kind: 'home' } } } } },
    ],
    ['nothing to search', 'application/search', { queryText: 'x', dataset: 'people' }],
    ['a search that is a number', 'application/search', 7],
    ['a task of nothing', 'task/fetch', null],
  ])('%s: refused', async (_, name, value) => {
    expect((await invoke(name, value)).status).toBe(400)
    expect(world.gestures).toEqual([])
  })

  it('nobody gets what somebody else was answered, by asking again', async () => {
    const { teams } = world
    await invoke('task/submit', {
      data: {
        curfew: {
          again: {
            id: `${teams.person('bob').oid}/1`,
            does: { kind: 'press', verb: 'look', value: REQUEST },
          },
        },
      },
    })
    expect(only().id.startsWith(`teams:${teams.person('ana').oid}/`)).toBe(true)
    expect(only().actor).toBe(`teams:${teams.person('ana').oid}`)
  })

  it.each([
    ['composeExtension/query', {}],
    ['signin/verifyState', { state: '1' }],
    ['actionableMessage/executeAction', {}],
    ['config/fetch', {}],
  ])('the invoke %s is not for us, and harms nothing', async (name, value) => {
    expect((await invoke(name, value)).status).toBe(200)
    expect(world.gestures).toEqual([])
  })
})

describe('the form', () => {
  it('comes from the compose box, is sent there, and its answer takes its place', async () => {
    const { teams } = world
    world.answerWith(async ({ does }) =>
      does.kind === 'open'
        ? {
            form: {
              form: 'request',
              about: '',
              title: 'Ask for access',
              submit: 'Ask',
              words: '/jit request',
              parts: [{ part: 'field', name: 'reason', label: 'Why', input: 'line', max: 60 }],
            },
          }
        : { card: say('asked for') },
    )
    await teams.extend('ana', 'request', 'dbas')
    expect(only().does).toEqual({ kind: 'open', form: 'request' })
    teams.fill('ana', { 'field:reason': 'INC-42' })
    const { sent } = await teams.submit('ana')
    expect(world.gestures.at(-1)?.does).toEqual({
      kind: 'submit',
      form: 'request',
      about: '',
      values: { reason: 'INC-42' },
    })
    expect(readCard(teams.dialogOf('ana')?.card ?? {})).toContain('asked for')
    // The platform sends it up to three times.
    await teams.post(sent)
    expect(world.gestures.at(-1)?.id).toBe(world.gestures.at(-2)?.id)
  })
})

describe('one’s own page', () => {
  it('is drawn anew when its client looks again, also after a start', async () => {
    const { teams } = world
    world.answerWith(async () => ({ card: say('first') }))
    await teams.say('bob', 'mine')
    expect(only().does).toEqual({ kind: 'home' })
    const [page] = teams.messages.slice(-1)
    world.answerWith(async () => ({ card: say('second') }))
    await teams.refresh('bob', page as Message)
    expect(readCard(teams.ownCard('bob', page as Message) ?? {})).toContain('second')
    expect(readActivity((page as Message).activity)).toContain('first')
  })

  it('of nobody whose page was never seen is not drawn, and nothing fails', async () => {
    const { teams, chat } = world
    const before = teams.calls.length
    await chat.showHome(teams.addPerson({ name: 'ida' }).oid, say('x'), call())
    expect(teams.calls).toHaveLength(before)
  })
})
