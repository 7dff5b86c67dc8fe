/** Messages that stay: where they go, by which addresses, what refusals and lost answers become. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import type { Place } from '../../src/domain/model.ts'
import { cardOf } from '../fixtures/local-teams/check-card.ts'
import type { Failure, Operation } from '../fixtures/local-teams/faults.ts'
import { readActivity } from '../fixtures/local-teams/read-card.ts'
import { asked, call, say } from './bot-side.ts'
import { startWorld, type World } from './teams-world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(() => world?.stop())

let channels = 0
/** Each has a rate limit of its own. */
const channel = (type: 'channel' | 'groupChat' = 'channel') => {
  channels += 1
  return world.teams.addChannel({ name: `c${channels}`, members: ['ana'], type })
}
const place = (to: string, kind: Place['kind'] = 'card'): Place => ({ chat: 'teams', kind, to })
const send = (to: Place) => world.chat.send({ place: to }, asked, 'key', call())
const faultOf = async (doing: Promise<unknown>): Promise<Fault> => {
  const thrown = await doing.then(() => undefined).catch((caught: unknown) => caught)
  if (!(thrown instanceof Fault)) throw new Error('it worked')
  return thrown
}
const callsSince = (before: number) =>
  world.teams.calls.slice(before).map(({ method, path }) => `${method} ${path.join('/')}`)

describe('a place', () => {
  it('that is a channel gets a post of its own, and lines in its reply chain', async () => {
    const { teams, chat } = world
    const { id } = channel()
    const before = teams.calls.length
    const at = await send(place(id, 'thread'))
    await chat.send({ place: place(id, 'thread'), under: at }, say('1. first'), 'k', call())
    await chat.update(place(id, 'thread'), at, say('over'), call())
    expect(callsSince(before)).toEqual([
      'POST conversations',
      `POST conversations/${id};messageid=${at.id}/activities`,
      `PUT conversations/${id};messageid=${at.id}/activities/${at.id}`,
    ])
    expect(teams.findMessage(id, at.id)?.root).toBeUndefined()
    expect(teams.messages.at(-1)).toMatchObject({ root: at.id })
    expect(readActivity(teams.findMessage(id, at.id)?.activity ?? {})).toContain('over')
  })

  it('that is a group chat has no reply chains: lines stand below', async () => {
    const { teams, chat } = world
    const { id } = channel('groupChat')
    const before = teams.calls.length
    const at = await send(place(id))
    await chat.send({ place: place(id), under: at }, say('1. first'), 'k', call())
    await chat.update(place(id), at, say('over'), call())
    expect(callsSince(before)).toEqual([
      `POST conversations/${id}/activities`,
      `POST conversations/${id}/activities`,
      `PUT conversations/${id}/activities/${at.id}`,
    ])
  })

  it('that is a person who was never met is written to, and the chat is opened once', async () => {
    const { teams, chat } = world
    const { oid } = teams.addPerson({ name: 'dan' })
    const before = teams.calls.length
    const at = await send(place(oid, 'dm'))
    expect(at.channel).toBe(teams.personalWith(teams.person('dan')).id)
    await send(place(oid, 'dm'))
    await chat.update(place(oid, 'dm'), at, say('over'), call())
    expect(callsSince(before)).toEqual([
      'POST conversations',
      `POST conversations/${at.channel}/activities`,
      `POST conversations/${at.channel}/activities`,
      `PUT conversations/${at.channel}/activities/${at.id}`,
    ])
    expect(teams.calls[before]?.body).toMatchObject({ members: [{ id: oid }], tenantId: teams.tenantId })
  })
})

it('a message says without its card what it is, and its buttons work in old clients', async () => {
  const { teams } = world
  const { id } = channel()
  const at = await send(place(id))
  const activity = teams.findMessage(id, at.id)?.activity ?? {}
  expect(activity.summary).toBe('Ana asks')
  expect(cardOf(activity)).toMatchObject({ version: '1.5', speak: 'Ana asks', fallbackText: 'Ana asks' })
  expect(JSON.stringify(cardOf(activity))).toContain('"fallback":{"type":"Action.Submit"')
})

describe('who cannot be reached', () => {
  it.each<[string, () => Place, RegExp]>([
    [
      'somebody without the app',
      () => place(world.teams.addPerson({ name: 'eva', installed: false }).oid, 'dm'),
      /^The Curfew app is not installed for \S+: they add it under “Apps” in Teams, or an administrator/,
    ],
    [
      'a channel from which it was removed',
      () => {
        const gone = channel()
        gone.bot = false
        return place(gone.id)
      },
      /^The Curfew app is not in 19:\S+: add it to that team or chat/,
    ],
    [
      'an archived team',
      () => {
        const old = channel()
        old.archived = true
        return place(old.id)
      },
      /^Teams lets Curfew write nothing in 19:\S+: it is archived/,
    ],
    [
      'no channel at all',
      () => place('19:nowhere@thread.tacv2'),
      /^Teams shows Curfew no conversation 19:nowhere/,
    ],
    ['nobody', () => place('33333333-3333-3333-3333-333333333333', 'dm'), /^Teams refused 33333333/],
  ])('%s: a permanent fault that says what to do', async (_, to, says) => {
    const fault = await faultOf(send(to()))
    expect(fault.kind).toBe('permanent')
    expect(fault.message).toMatch(says)
  })

  it('what stood there is gone: from a removed app, an archived team, or deleted', async () => {
    for (const change of [
      (one: ReturnType<typeof channel>) => {
        one.bot = false
      },
      (one: ReturnType<typeof channel>) => {
        one.archived = true
      },
    ]) {
      const one = channel()
      const at = await send(place(one.id))
      change(one)
      expect(await world.chat.update(place(one.id), at, say('x'), call())).toBe('gone')
    }
    const { id } = channel()
    expect(await world.chat.update(place(id), { channel: id, id: '1' }, say('x'), call())).toBe('gone')
  })

  it('doctor names each channel without the app, and a password that is refused', async () => {
    const { teams, chat } = world
    const lacking = channel()
    lacking.bot = false
    const lines = await chat.examine([place(lacking.id), place(channel().id), place('x', 'dm')], call())
    expect(lines).toEqual([expect.stringContaining(`The Curfew app is not in ${lacking.id}`)])
    expect(teams.calls.at(-1)?.method).toBe('GET')
  })
})

describe('what goes wrong on the way', () => {
  type Case = [string, Failure, Fault['kind'], { afterMs?: [number, number] }?]
  const status = (code: number, headers?: Record<string, string>): Failure => ({
    does: 'status',
    status: code,
    ...(headers && { headers }),
  })
  const cases: readonly Case[] = [
    ['429 with its wait', status(429, { 'retry-after': '7' }), 'retry', { afterMs: [7_000, 10_500] }],
    ['429 without', status(429), 'retry', { afterMs: [5_000, 7_500] }],
    ['412', status(412), 'retry', { afterMs: [1_000, 1_500] }],
    ['502', status(502), 'unknown'],
    ['503', status(503), 'unknown'],
    ['504', status(504), 'unknown'],
    ['a cut line', { does: 'reset' }, 'unknown'],
    ['a cut line after it was taken', { does: 'accept then reset' }, 'unknown'],
    ['401', status(401), 'permanent'],
    ['413', { does: 'status', status: 413, code: 'MessageSizeTooBig' }, 'permanent'],
    [
      'an administrator who blocked the app',
      { does: 'status', status: 403, code: 'BotDisabledByAdmin' },
      'permanent',
    ],
  ]
  it.each(cases)('%s while sending is one call and one fault', async (_, failure, kind, more) => {
    const { teams } = world
    const { id } = channel('groupChat')
    const failing = teams.failCalls('send', failure)
    const fault = await faultOf(send(place(id)))
    failing.off()
    expect(failing.hits()).toBe(1)
    expect(fault.kind).toBe(kind)
    const [least, most] = more?.afterMs ?? [0, 0]
    expect(fault.afterMs ?? 0).toBeGreaterThanOrEqual(least)
    expect(fault.afterMs ?? 0).toBeLessThanOrEqual(most)
    expect(fault.message).not.toContain('made to fail')
  })

  it('what only reads is tried again, never of unknown outcome', async () => {
    const { teams } = world
    const { oid } = teams.addPerson({ name: 'finn' })
    for (const failure of [status(504), { does: 'reset' }] as const) {
      const failing = teams.failCalls('create' satisfies Operation, failure)
      expect((await faultOf(send(place(oid, 'dm')))).kind).toBe('retry')
      failing.off()
    }
  })

  it('a post that was taken although its answer said otherwise stands once', async () => {
    const { teams } = world
    const { id } = channel('groupChat')
    const failing = teams.failCalls('send', { does: 'accept then status', status: 502 })
    expect((await faultOf(send(place(id)))).kind).toBe('unknown')
    failing.off()
    expect(teams.messages.filter((one) => one.conversation === id)).toHaveLength(1)
  })

  it('waits that were asked for at once do not end at once', async () => {
    const { teams } = world
    const failing = teams.failCalls('send', status(429, { 'retry-after': '10' }))
    const waits = await Promise.all(
      Array.from({ length: 8 }, async () => (await faultOf(send(place(channel('groupChat').id)))).afterMs),
    )
    failing.off()
    expect(new Set(waits).size).toBeGreaterThan(4)
  })
})
