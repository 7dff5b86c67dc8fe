/** Slack fails in every way it knows: everything stands there once in the end, and no end of access waits for it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Args, Failure } from '../../src/sandbox/slack/faults.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())
afterEach(() => bench.slack.stopFailing())

const CATCH_UP_MS = 25_000
const HISTORY = ['channels:history', 'groups:history', 'im:history'] as const

/** The messages that are sent for one request, each by how its call looks. */
const MESSAGES: Readonly<Record<string, (args: Args) => boolean>> = {
  card: (args) => args.channel === bench.channels.dbas,
  thread: (args) => args.channel === bench.channels.audit && args.thread_ts === undefined,
  line: (args) => args.channel === bench.channels.audit && args.thread_ts !== undefined,
  dm: (args) => args.channel?.startsWith('D') === true && args.thread_ts === undefined,
  'line of the dm': (args) => args.channel?.startsWith('D') === true && args.thread_ts !== undefined,
}

/** The first call for each message fails, and the first redraw of each card. */
const failEachOnce = (failure: Failure): readonly { hits(): number }[] => [
  ...Object.values(MESSAGES).map((when) =>
    bench.slack.failCalls('chat.postMessage', failure, { times: 1, when }),
  ),
  ...[bench.channels.dbas, bench.channels.audit].map((channel) =>
    bench.slack.failCalls('chat.update', failure, { times: 1, when: (args) => args.channel === channel }),
  ),
]

const requestOf = async (who: string, words = `${READONLY} 1h because of INC-42`): Promise<string> => {
  const said = await bench.type(who, `request ${words}`)
  expect(said).toMatch(/^Requested: R-\w{6} waits for 1 of: bob@acme.test, cy@acme.test\. It lapses /)
  return /R-\w{6}/.exec(said)?.[0] ?? said
}

const rootsIn = (id: string, where: string) =>
  (where.startsWith('@') ? bench.slack.dm(where.slice(1)) : bench.slack.messages(where)).filter(({ text }) =>
    text.includes(id),
  )

/** Every message about a request: how many cards, and the lines below them with their numbers. */
const standing = (id: string, where: string) => {
  const roots = rootsIn(id, where)
  const below = roots.flatMap(({ channel, ts }) => bench.slack.thread(channel, ts).slice(1))
  return {
    cards: roots.map((root) => bench.shown(root).split('\n')[0]),
    lines: below.map((line) => bench.shown(line).split('\n')[0]),
  }
}

const until = (what: string, look: () => boolean) =>
  bench.slack.waitFor(look, { timeoutMs: CATCH_UP_MS, what })
const titleIs = (id: string, where: string, title: string) =>
  rootsIn(id, where).some((root) => bench.shown(root).startsWith(`■ ${title}`))

const WITHDRAWN = 'Access request: withdrawn'
const story = (who: string) => [
  `1. @${who} asks for \`${READONLY}\` for 1 h. Reason: INC-42`,
  `2. Withdrawn by @${who}. Nothing was given.`,
]

describe('a message that fails once, at every place', () => {
  it.each<[string, Failure]>([
    ['asked to wait a second', { does: 'limit', retryAfterS: 1 }],
    ['HTTP 500', { does: 'status', status: 500 }],
    ['a problem of Slack’s own', { does: 'refuse', error: 'internal_error' }],
    ['no answer at all', { does: 'reset' }],
    ['taken, and the answer lost', { does: 'accept then reset' }],
  ])('%s: all of it stands there once', { timeout: 60_000 }, async (_, failure) => {
    const who = await bench.newPerson()
    const failing = failEachOnce(failure)
    const id = await requestOf(who)
    for (const where of ['dbas', 'audit', `@${who}`]) {
      await until(`a card in ${where}`, () => rootsIn(id, where).length > 0)
    }
    expect(await bench.type(who, `withdraw ${id}`)).toBe(`Withdrawn: ${id} was withdrawn; nothing was given.`)
    for (const where of ['audit', `@${who}`]) {
      await until(`both lines in ${where}`, () => standing(id, where).lines.length >= 2)
    }
    for (const where of ['dbas', 'audit', `@${who}`]) {
      await until(`a redrawn card in ${where}`, () => titleIs(id, where, WITHDRAWN))
    }
    expect(failing.map((rule) => rule.hits())).toEqual(failing.map(() => 1))
    expect(standing(id, 'dbas')).toEqual({ cards: [`■ ${WITHDRAWN}`], lines: [] })
    for (const where of ['audit', `@${who}`]) {
      expect(standing(id, where)).toEqual({ cards: [`■ ${WITHDRAWN}`], lines: story(who) })
    }
  })
})

it('without the history scopes a repeat is visibly the same numbered line', { timeout: 60_000 }, async () => {
  for (const scope of HISTORY) bench.slack.scopes.delete(scope)
  try {
    const who = await bench.newPerson()
    for (const when of [MESSAGES.line, MESSAGES.card]) {
      bench.slack.failCalls(
        'chat.postMessage',
        { does: 'accept then reset' },
        { times: 1, ...(when && { when }) },
      )
    }
    const id = await requestOf(who)
    await until(
      'the repeats',
      () => standing(id, 'audit').lines.length === 2 && rootsIn(id, 'dbas').length === 2,
    )
    await bench.type(who, `withdraw ${id}`)
    await until('the end', () => standing(id, 'audit').lines.length === 3)
    const [first = '', second = ''] = story(who)
    expect(standing(id, 'audit').lines).toEqual([first, first, second])
    await until('the redrawn card', () => titleIs(id, 'dbas', WITHDRAWN))
    // The copy nobody knows of can still be pressed, and tells the truth.
    const stale = rootsIn(id, 'dbas').find((root) => !bench.shown(root).includes(WITHDRAWN))
    expect(await bench.press('bob', 'Approve', id, stale && { message: stale })).toMatch(
      `Not done: ${id} was withdrawn by ${bench.slack.user(who).real_name}.`,
    )
  } finally {
    for (const scope of HISTORY) bench.slack.scopes.add(scope)
  }
})

describe('a channel that cannot be written to', () => {
  const mends: readonly (readonly [string, Failure & { error: string }, string])[] = [
    [
      'the bot was not invited',
      { does: 'refuse', error: 'not_in_channel' },
      'Curfew is not in channel C0DBAS0000: type `/invite @curfew` in that channel.',
    ],
    [
      'it is not shown',
      { does: 'refuse', error: 'channel_not_found' },
      'Slack shows Curfew no channel C0DBAS0000: check the id, and if it is private type `/invite @curfew` in that channel.',
    ],
    [
      'it is archived',
      { does: 'refuse', error: 'is_archived' },
      'Channel C0DBAS0000 is archived: unarchive it, or name another one.',
    ],
  ]
  it.each(mends)(
    '%s: the log says what mends it, and all else goes on',
    { timeout: 30_000 },
    async (_, failure, says) => {
      const who = await bench.newPerson()
      bench.slack.failCalls('chat.postMessage', failure, {
        when: (args) => args.channel === bench.channels.dbas,
      })
      const id = await requestOf(who)
      await bench.untilLine(id, 'asks for')
      const logged = () =>
        bench.bot().log.filter((line) => line.msg === 'not delivered' && line.request === id)
      await expect.poll(() => logged().map((line) => line.fault), { timeout: 5_000 }).toEqual([says])
      expect(await bench.type('bob', `approve ${id}`)).toContain('[Approve] [Approve for less] [Deny]')
      const card = bench.slack.ephemeral('bob').at(-1)
      expect(await bench.press('bob', 'Approve', id, card && { message: card })).toBe(
        `Approved: ${id}: the access is being given.`,
      )
      await bench.untilLine(id, 'Access is given')
      expect(await bench.orders.canRead(who)).toBe(true)
      bench.slack.stopFailing()
      await bench.type(who, `done ${id}`)
      await until('the card, with the next event', () => titleIs(id, 'dbas', 'Access: ended'))
      expect(rootsIn(id, 'dbas')).toHaveLength(1)
    },
  )
})

describe('Slack cannot say who somebody is', () => {
  it.each<[string, Failure]>([
    ['asked to wait', { does: 'limit', retryAfterS: 60 }],
    ['HTTP 500', { does: 'status', status: 500 }],
    ['no answer', { does: 'hang' }],
  ])('%s: nothing was changed', async (_, failure) => {
    const who = await bench.newPerson()
    const happened = await bench.fromNow()
    const rule = bench.slack.failCalls('users.info', failure)
    expect(await bench.type(who, `request ${READONLY} 1h because of INC-42`)).toBe(
      'Nothing was changed. Try again in a minute.',
    )
    rule.release()
    expect(await happened()).toEqual([])
  })
})

it('an end comes on time while Slack is down, and is told when it is back', { timeout: 60_000 }, async () => {
  const who = await bench.newPerson()
  const id = await bench.give(who, `${READONLY} 10s because of INC-42`)
  bench.slack.failCalls('*', { does: 'status', status: 503 })
  expect(await bench.orders.canRead(who)).toBe(true)
  const eventOf = async (type: string) =>
    (await bench.events()).find((event) => event.record === `r:${id}` && event.type === type)
  const endsAt = Number((await eventOf('confirmed'))?.endsAt)
  await expect.poll(() => bench.orders.canRead(who), { timeout: 15_000, interval: 50 }).toBe(false)
  expect(Date.now() - endsAt).toBeLessThan(2_000)
  await expect.poll(() => eventOf('ended'), { timeout: 5_000 }).toBeDefined()
  expect(bench.lines(id).join()).not.toContain('Ended')
  bench.slack.stopFailing()
  await bench.untilLine(id, 'Ended: read back, the access is gone.', CATCH_UP_MS)
  expect(Number((await eventOf('ended'))?.lateMs)).toBeLessThan(1_000)
})

it('a start while Slack is down ends on time, and tells when it is back', { timeout: 90_000 }, async () => {
  const who = await bench.newPerson()
  const id = await bench.give(who, `${READONLY} 16s because of INC-42`)
  await bench.bot().end('SIGTERM')
  bench.slack.failCalls('*', { does: 'status', status: 503 })
  await bench.startBot()
  expect(await bench.orders.canRead(who)).toBe(true)
  await expect.poll(() => bench.orders.canRead(who), { timeout: 20_000, interval: 50 }).toBe(false)
  const ended = async () =>
    (await bench.events()).find((event) => event.record === `r:${id}` && event.type === 'ended')
  await expect.poll(ended, { timeout: 5_000 }).toBeDefined()
  expect(Number((await ended())?.lateMs)).toBeLessThan(1_000)
  expect(bench.lines(id).join()).not.toContain('Ended')
  bench.slack.stopFailing()
  await bench.untilLine(id, 'Ended: read back, the access is gone.', CATCH_UP_MS)
  expect(await bench.type(who, 'mine')).toContain('You have no requests and no access.')
})
