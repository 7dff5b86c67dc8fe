/** What changes in the directory reaches Curfew: by an event at once, and without one all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, READONLY, startBench, WRITER } from '../fixtures/run-bot.ts'

const CASE = { timeout: 60_000 }
/** From the event to a refused query. */
const WITHIN_MS = 2_000

let bench: Bench
beforeAll(async () => {
  // The group is made later: what does not exist yet keeps nobody from starting.
  bench = await startBench({
    config: (yaml) =>
      yaml.replace('cy@acme.test]\n    channels', 'cy@acme.test, "slack:S0OWNERS00"]\n    channels'),
  })
})
afterAll(() => bench?.stop())

/** Slack's word that something happened, as often as it likes. */
const tellBot = async (event: Readonly<Record<string, unknown>>, times = 1): Promise<void> => {
  const payload = { type: 'event_callback', team_id: bench.slack.team.id, event_id: 'Ev1', event }
  for (let n = 0; n < times; n++) await bench.slack.deliver({ type: 'events_api', payload })
}
const tellChanged = (who: string, times?: number) =>
  tellBot({ type: 'user_change', user: bench.slack.user(who) }, times)

const untilRefused = (who: string, timeout = WITHIN_MS) =>
  expect.poll(() => bench.orders.canRead(who), { timeout, interval: 20 }).toBe(false)
const eventsOf = async (id: string, type: string) =>
  (await bench.events()).filter((one) => one.record === `r:${id}` && one.type === type)

describe('somebody who is deactivated', () => {
  it('loses access at once, once, and the thread says why', CASE, async () => {
    const who = await bench.newPerson()
    const id = await bench.give(who)
    const waiting = await bench.ask(who, `${WRITER} 1h because of INC-43`)
    bench.slack.changeUser(who, { deleted: true })
    await tellChanged(who, 3)
    await untilRefused(who)
    await bench.untilLine(id, 'Ended')
    expect(bench.lines(id).slice(-2)).toEqual([
      `@${who} was deactivated; the access ends now.`,
      'Ended: read back, the access is gone.',
    ])
    await bench.untilLine(waiting, 'Void')
    expect(bench.lines(waiting).at(-1)).toMatch(/^Void, nothing was given: \w+ was deactivated$/)
    expect([await eventsOf(id, 'ending'), await eventsOf(waiting, 'voided')]).toMatchObject([
      [{ because: 'left' }],
      [{}],
    ])
  })

  it('loses it without any event as well, when a bot starts', CASE, async () => {
    const who = await bench.newPerson()
    const id = await bench.give(who)
    bench.slack.changeUser(who, { deleted: true })
    await bench.restart()
    await untilRefused(who, 10_000)
    await bench.untilLine(id, 'was deactivated; the access ends now.')
  })

  it('loses it although Slack did not answer at first', CASE, async () => {
    const who = await bench.newPerson()
    await bench.give(who)
    const failing = bench.slack.failCalls('users.info', { does: 'status', status: 500 }, { times: 2 })
    bench.slack.changeUser(who, { deleted: true })
    await tellChanged(who)
    await untilRefused(who, 10_000)
    expect(failing.hits()).toBe(2)
  })
})

it('an event alone takes nothing away, nor does any word but the plain one', CASE, async () => {
  const who = await bench.newPerson()
  const id = await bench.give(who)
  const asked = () => bench.slack.calls('users.info').length
  const look = async (): Promise<void> => {
    const before = asked()
    await tellBot({ type: 'user_change', user: { ...bench.slack.user(who), deleted: true } })
    await bench.slack.waitFor(() => asked() > before)
  }
  await look()
  bench.slack.changeUser(who, { is_restricted: true })
  await look()
  bench.slack.failCalls('users.info', { does: 'refuse', error: 'user_not_found' }, { times: 1 })
  await look()
  // One look follows the other: when this one asks, all that the others did is done.
  await look()
  expect(await eventsOf(id, 'ending')).toEqual([])
  expect(await bench.orders.canRead(who)).toBe(true)
})

it('events about people who hold nothing cost no question', CASE, async () => {
  const [idle, holder] = [await bench.newPerson(), await bench.newPerson()]
  await bench.give(holder)
  const before = bench.slack.calls('users.info').length
  await tellChanged(idle, 20)
  await tellChanged(holder)
  await bench.slack.waitFor(() => bench.slack.calls('users.info').length > before)
  const asked = bench.slack.calls('users.info').slice(before)
  expect(asked.map(({ args }) => (args as { user?: string }).user)).toEqual([bench.slack.user(holder).id])
})

describe('an approver who is deactivated', () => {
  it('is refused at once', CASE, async () => {
    const [who, id] = await someRequest()
    // He has just been looked up, and would be believed to be there for another minute.
    expect(await bench.type('bob', 'help')).toContain('/jit request')
    bench.slack.changeUser('bob', { deleted: true })
    await tellChanged('bob')
    expect(await bench.press('bob', 'Approve', id)).toContain('This person is deactivated.')
    expect(await bench.orders.canRead(who)).toBe(false)
    bench.slack.changeUser('bob', { deleted: false })
    await tellChanged('bob')
    expect(await bench.press('bob', 'Approve', id)).toContain('Approved')
  })

  it('no longer counts with what they approved before', CASE, async () => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${WRITER} 1h because of INC-44`)
    expect(await bench.press('bob', 'Approve', id)).toContain('waits for another approver')
    bench.slack.changeUser('bob', { deleted: true })
    await tellChanged('bob')
    await bench.press('cy', 'Approve', id)
    await bench.untilLine(id, 'Void, nothing was given')
    expect(bench.lines(id).at(-1)).toMatch(/bob/i)
    bench.slack.changeUser('bob', { deleted: false })
    await tellChanged('bob')
  })
})

const someRequest = async (): Promise<readonly [string, string]> => {
  const who = await bench.newPerson()
  return [who, await bench.ask(who, `${READONLY} 1h because of INC-45`)]
}

describe('a group that a policy names', () => {
  const OWNERS = 'slack:S0OWNERS00'
  const people: string[] = []
  const refOf = (who: string) => `slack:${bench.slack.user(who).id}`
  const tellGroup = (times?: number) =>
    tellBot({ type: 'subteam_members_changed', subteam_id: 'S0OWNERS00' }, times)
  const told = () =>
    bench.slack
      .messages('audit')
      .filter(({ text }) => text.startsWith('The group'))
      .map((message) => bench.shown(message).split('\n')[0])
  const written = async () => (await bench.events()).filter(({ record }) => record === `m:${OWNERS}`)
  const untilTold = (count: number) =>
    bench.slack.waitFor(() => told().length >= count, { timeoutMs: 10_000, what: `${count} lines` })

  beforeAll(async () => {
    for (let i = 0; i < 4; i++) people.push(await bench.newPerson())
    bench.slack.addGroup({ handle: 'owners', id: 'S0OWNERS00', users: people.slice(0, 2) })
  })

  it('is written down when it is first seen, and not told', CASE, async () => {
    await tellGroup(3)
    await expect
      .poll(written, { timeout: 5_000 })
      .toMatchObject([{ type: 'group seen', members: people.slice(0, 2).map(refOf).sort() }])
    expect(told()).toEqual([])
  })

  it('and loses a member: refused at once, one entry, one line', CASE, async () => {
    const [gone = '', stays = '', comes = ''] = people
    const [who, id] = await someRequest()
    // The group has just been looked up, and would be believed for another minute.
    expect(await bench.type(gone, `status ${id}`)).toContain('[Approve]')
    bench.slack.changeGroup('owners', { users: [stays, comes] })
    await tellGroup(3)
    expect(await bench.press(gone, 'Approve', id)).toContain('You are not an approver')
    await untilTold(1)
    expect(told()).toEqual([
      `The group \`${OWNERS}\` changed: added @${comes}, removed @${gone}. It is used by the policy “reading orders”.`,
    ])
    expect((await written()).slice(1)).toMatchObject([
      { type: 'group changed', added: [refOf(comes)], removed: [refOf(gone)] },
    ])
    expect(await bench.orders.canRead(who)).toBe(false)
    expect(await bench.press(comes, 'Approve', id)).toContain('Approved')
  })

  it('changes while no bot runs and Slack loses an answer: told once by two bots', CASE, async () => {
    const [, stays = '', , last = ''] = people
    await bench.bot().end('SIGTERM')
    bench.slack.changeGroup('owners', { users: [stays, last] })
    const lost = bench.slack.failCalls(
      'chat.postMessage',
      { does: 'accept then reset' },
      { times: 1, when: ({ text }) => text?.startsWith('The group') === true },
    )
    await Promise.all([bench.startBot(), bench.startBot()])
    await untilTold(2)
    await bench.slack.waitFor(() => lost.hits() === 1)
    await tellGroup()
    await expect.poll(async () => (await openNotices()).length, { timeout: 10_000 }).toBe(0)
    expect(told()).toHaveLength(2)
    expect(await written()).toHaveLength(3)
  })

  const openNotices = async () => {
    const { Redis } = await import('ioredis')
    const redis = new Redis({ path: bench.redis.path })
    const live = await redis.smembers('{curfew}:live')
    redis.disconnect()
    return live.filter((key) => key.startsWith('t:'))
  }
})
