/** Slack's real rate limits, and a bot that never meets them: time passes only when told, for both sides. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Place } from '../../src/domain/model.ts'
import type { Call, Destination, Posted } from '../../src/ports.ts'
import { asked, call, manualClock, startWorld, type World } from './slack-world.ts'

const EPOCH_MS = 1_764_000_000_000
/** What a call needs for itself; the rest of its time is for waiting. */
const CALL_MS = 10_000

let world: World
let time: ReturnType<typeof manualClock>
beforeEach(async () => {
  time = manualClock()
  const now = () => EPOCH_MS + time.clock.monotonicMs()
  world = await startWorld({ slack: { rateLimits: true, now }, clock: time.clock })
  await learn()
})
afterEach(() => world.stop())

const place = (kind: Place['kind'], to = 'dbas'): Place => ({
  chat: 'slack',
  kind,
  to: kind === 'dm' ? world.slack.user(to).id : world.slack.channel(to).id,
})
/** A call of this name that may wait so long for its turn. */
const patient = (key: string, ms: number): Call => ({ ...call(), key, left: () => CALL_MS + ms })
const send = (to: Destination, key = 'k', ms = 60_000) =>
  world.chat.send(to, asked, key, patient(key, ms)).then(
    (posted) => posted,
    (fault: unknown) => fault,
  )
const update = (at: Place, posted: Posted, key: string, ms = 60_000) =>
  world.chat.update(at, posted, asked, patient(key, ms)).then(
    () => key,
    (fault: unknown) => fault,
  )
/** Since Slack said so. */
const callsOf = (wanted: string) =>
  world.slack
    .calls()
    .slice(before)
    .filter(({ method }) => method === wanted)
const outcomes = (method: string) => callsOf(method).map(({ outcome }) => outcome)
const passedMs = () => time.clock.monotonicMs() - startedMs
const keysIn = (channel: string) =>
  world.slack
    .messages(channel)
    .map(({ metadata }) => metadata?.event_payload.key)
    .filter((key) => key !== 'known')

/** Lets time pass until all are done, in steps; each step leaves the calls time to arrive. */
const passUntil = async <T>(done: Promise<T>, stepMs = 250): Promise<T> => {
  let isDone = false
  const marked = done.finally(() => {
    isDone = true
  })
  await arrivals()
  while (!isDone) {
    time.advance(stepMs)
    await arrivals()
  }
  return marked
}

/** Whatever was set off by the last step has come back. */
const arrivals = async (): Promise<void> => {
  let seen = -1
  for (let quiet = 0; quiet < 3; quiet += 1) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    const now = world.slack.calls().length
    if (now !== seen) quiet = 0
    seen = now
  }
}

const METHODS = ['chat.postMessage', 'chat.update', 'conversations.open'] as const
/** Slack has said once of everything that it was too much; since then there was time enough for a whole burst. */
const learn = async (): Promise<void> => {
  const at = (await send({ place: place('thread', 'audit') }, 'known')) as Posted
  const limits = METHODS.map((method) =>
    world.slack.failCalls(method, { does: 'limit', retryAfterS: 1 }, { times: 2 }),
  )
  await send({ place: place('card') })
  await send({ place: place('thread', 'audit') })
  await update(place('card'), at, 'known')
  await send({ place: place('dm', 'ana') })
  for (const limit of limits) limit.off()
  time.advance(60_000)
  startedMs = time.clock.monotonicMs()
  before = world.slack.calls().length
}
let before = 0
let startedMs = 0

const times = (n: number): readonly number[] => Array.from({ length: n }, (_, i) => i)

it('until Slack says that it is too much nobody waits, and for ten minutes after it', async () => {
  const fresh = await startWorld({ clock: time.clock })
  const to = { place: { chat: 'slack', kind: 'card', to: fresh.slack.channel('dbas').id } } as const
  const post = (key: string) =>
    fresh.chat.send(to, asked, key, patient(key, 0)).catch((fault: unknown) => fault)
  for (const i of times(20)) expect(await post(`k${i}`)).toMatchObject({ id: expect.any(String) })
  fresh.slack.failCalls('chat.postMessage', { does: 'limit', retryAfterS: 1 }, { times: 1 })
  await post('limited')
  time.advance(1_000)
  await post('one')
  expect(await post('two')).toMatchObject({ paced: true })
  time.advance(10 * 60_000)
  for (const i of times(20)) expect(await post(`l${i}`)).toMatchObject({ id: expect.any(String) })
  await fresh.stop()
})

describe('a burst', () => {
  it('of posts to one channel is sent without a single 429, in order', async () => {
    const keys = times(12).map((i) => `p${i}`)
    await passUntil(Promise.all(keys.map((key) => send({ place: place('card') }, key))))
    expect(outcomes('chat.postMessage')).toEqual(keys.map(() => 'ok'))
    expect(keysIn('dbas')).toEqual(keys)
    expect(passedMs()).toBeLessThanOrEqual(11_000)
  })

  it('of redraws is sent without a single 429', async () => {
    const at = place('card')
    const posted = (await send({ place: at })) as Posted
    await passUntil(Promise.all(times(60).map((i) => update(at, posted, `u${i}`))))
    expect(outcomes('chat.update')).toEqual(times(60).map(() => 'ok'))
  })

  it('of direct messages is sent without a single 429', async () => {
    for (const i of times(55)) world.slack.addUser({ name: `p${i}` })
    await passUntil(Promise.all(times(55).map((i) => send({ place: place('dm', `p${i}`) }))))
    expect(outcomes('conversations.open')).toEqual(times(55).map(() => 'ok'))
    expect(outcomes('chat.postMessage')).toEqual(times(55).map(() => 'ok'))
  })

  it('to one channel lets another pass', async () => {
    const first = times(5).map((i) => send({ place: place('thread', 'audit') }, `a${i}`))
    expect(await send({ place: place('card') }, 'b')).toMatchObject({ id: expect.any(String) })
    expect(keysIn('audit')).toEqual(['a0', 'a1'])
    await passUntil(Promise.all(first))
  })
})

describe('who goes first', () => {
  it('a first card, then what people have, then a thread', async () => {
    const at = place('card')
    const under = (await send({ place: at }, 'root')) as Posted
    await send({ place: at }, 'last of the burst')
    const thread = send({ place: place('thread') }, 'thread')
    const line = send({ place: at, under }, 'line')
    const card = send({ place: at }, 'card')
    await passUntil(Promise.all([thread, line, card]), 1_000)
    const sent = callsOf('chat.postMessage').map(({ args }) => args.metadata ?? '')
    expect(sent.slice(2).map((text) => /"key":"(\w+)"/.exec(text)?.[1])).toEqual(['card', 'line', 'thread'])
  })

  it('a redraw for people before a redraw of a thread', async () => {
    const card = place('card')
    const posted = (await send({ place: card })) as Posted
    await passUntil(Promise.all(times(40).map((i) => update(card, posted, `u${i}`))), 1)
    const done: unknown[] = []
    const all = [
      update(place('thread'), posted, 'thread'),
      update(card, posted, 'card'),
      update(place('dm', 'ana'), posted, 'direct message'),
    ].map((one) => one.then((key) => done.push(key)))
    await passUntil(Promise.all(all))
    expect(done).toHaveLength(3)
    expect(done.at(-1)).toBe('thread')
  })
})

describe('who would wait too long', () => {
  it('is put off to a moment of its own, and then it is its turn', async () => {
    const to = { place: place('card') }
    await Promise.all([send(to, 'a', 0), send(to, 'b', 0)])
    const put = await Promise.all(['c', 'd', 'e'].map((key) => send(to, key, 0)))
    expect(put).toEqual(
      [1_000, 2_250, 3_500].map((afterMs) =>
        expect.objectContaining({ name: 'Fault', kind: 'retry', paced: true, afterMs }),
      ),
    )
    // Asked again too early, it is told the same.
    expect(await send(to, 'e', 0)).toMatchObject({ afterMs: 3_500 })
    expect(outcomes('chat.postMessage')).toEqual(['ok', 'ok'])
    for (const [key, ms] of [
      ['c', 1_000],
      ['d', 1_250],
      ['e', 1_250],
    ] as const) {
      time.advance(ms)
      expect(await send(to, key, 0)).toMatchObject({ id: expect.any(String) })
    }
    expect(keysIn('dbas')).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('gives its place up with its signal', async () => {
    const to = { place: place('card') }
    await Promise.all([send(to, 'a'), send(to, 'b')])
    const giveUp = new AbortController()
    const waits = world.chat.send(to, asked, 'c', { ...patient('c', 60_000), signal: giveUp.signal })
    await arrivals()
    giveUp.abort()
    await expect(waits).rejects.toMatchObject({ paced: true })
    const next = send(to, 'd')
    time.advance(1_000)
    expect(await next).toMatchObject({ id: expect.any(String) })
    expect(keysIn('dbas')).toEqual(['a', 'b', 'd'])
  })
})

describe('a 429', () => {
  const limit = (method: string, retryAfterS: number) =>
    world.slack.failCalls(method, { does: 'limit', retryAfterS }, { times: 1 })

  it('about a channel holds back that channel, and nothing else', async () => {
    const posted = (await send({ place: place('card') })) as Posted
    limit('chat.postMessage', 7)
    expect(await send({ place: place('card') }, 'a')).toMatchObject({ afterMs: 7_000, paced: false })
    expect(await send({ place: place('card') }, 'b', 0)).toMatchObject({ afterMs: 7_000, paced: true })
    expect(await send({ place: place('thread', 'audit') }, 'c', 0)).toMatchObject({ id: expect.any(String) })
    expect(await update(place('card'), posted, 'd', 0)).toBe('d')
    expect(callsOf('chat.postMessage').map(({ outcome }) => outcome)).toEqual(['ok', 'limit', 'ok'])
    time.advance(7_000)
    expect(await send({ place: place('card') }, 'b', 0)).toMatchObject({ id: expect.any(String) })
  })

  it('about redraws holds back redraws, and nothing else', async () => {
    const posted = (await send({ place: place('card') })) as Posted
    limit('chat.update', 7)
    expect(await update(place('card'), posted, 'a')).toMatchObject({ afterMs: 7_000, paced: false })
    expect(await update(place('thread', 'audit'), posted, 'b', 0)).toMatchObject({ paced: true })
    expect(await send({ place: place('card') }, 'c', 0)).toMatchObject({ id: expect.any(String) })
    expect(outcomes('chat.update')).toEqual(['limit'])
    const waits = update(place('card'), posted, 'd')
    await passUntil(waits, 1_000)
    expect(passedMs()).toBe(7_000)
  })
})
