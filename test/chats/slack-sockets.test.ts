/** Sockets to Slack come and go; what people do gets through, and a token that is refused ends the start. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { slackChat } from '../../src/chats/slack/index.ts'
import { makeLog } from '../../src/infra/log.ts'
import type { Log } from '../../src/ports.ts'
import type { Delivery } from '../../src/sandbox/slack/carry.ts'
import { call, manualClock, realClock, SILENT, settingsFor, startWorld, type World } from './slack-world.ts'

let world: World
const lines: string[] = []
const listening: Log = makeLog({ level: 'info', destination: { write: (line) => void lines.push(line) } })

beforeEach(async () => {
  lines.length = 0
  world = await startWorld({ by: 'sockets', log: listening })
})
afterEach(() => world.stop())

const untilOpen = (count: number) =>
  world.slack.waitFor(() => world.slack.sockets.count() === count, { what: `${count} sockets` })
const answerOf = async (text: string): Promise<string | undefined> => {
  const { status } = await world.slack.slashCommand({ user: 'ana', text })
  return status === 200 ? world.slack.ephemeral('ana').at(-1)?.text : `HTTP ${status}`
}

describe('sockets', () => {
  it('are two, and gestures come through either', async () => {
    await untilOpen(2)
    for (let i = 0; i < 20; i++) expect(await answerOf(`mine ${i}`)).toBe(`heard mine ${i}`)
    expect(world.gestures).toHaveLength(20)
    expect(world.slack.calls('apps.connections.open')).toHaveLength(2)
  })

  it.each([
    'refresh_requested',
    'cut',
  ] as const)('are opened anew at once when Slack closes them: %s', async (how) => {
    await untilOpen(2)
    for (let round = 1; round <= 3; round++) {
      world.slack.sockets.recycle(how)
      await untilOpen(0)
      await untilOpen(2)
      expect(await answerOf(`mine ${round}`)).toBe(`heard mine ${round}`)
    }
  })

  it('are opened again after Slack was away, whatever it answered meanwhile', async () => {
    await untilOpen(2)
    const failures = [
      { does: 'status', status: 500 },
      { does: 'reset' },
      { does: 'limit', retryAfterS: 1 },
      { does: 'refuse', error: 'internal_error' },
      { does: 'refuse', error: 'invalid_auth' },
    ] as const
    for (const failure of failures) {
      world.slack.failCalls('apps.connections.open', failure, { times: 2 })
      world.slack.sockets.recycle('cut')
      expect(world.slack.sockets.count()).toBe(0)
      await untilOpen(2)
    }
    expect(await answerOf('mine')).toBe('heard mine')
  })

  it('survive envelopes that make no sense', async () => {
    await untilOpen(2)
    const nonsense = [
      { type: 'events_api', payload: {} },
      { type: 'events_api', payload: { event: null } },
      { type: 'events_api', payload: { event: { type: 'error' } } },
      { type: 'error', payload: {} },
    ] as unknown as Delivery[]
    for (const one of nonsense) void world.slack.deliver(one)
    await expect.poll(() => lines.join()).toContain('an envelope that makes no sense')
    await untilOpen(2)
    for (let i = 0; i < 6; i++) expect(await answerOf(`mine ${i}`)).toBe(`heard mine ${i}`)
  })

  it('that are full are tried again, more slowly each time', async () => {
    await untilOpen(2)
    const others = await Promise.all(
      Array.from({ length: 4 }, () => slackChat.connect(settingsFor(world.slack, 'sockets'), tools())),
    )
    await untilOpen(10)
    const eleventh = await slackChat.connect(settingsFor(world.slack, 'sockets'), tools()).then(
      () => 'open',
      (thrown: Error) => thrown.message,
    )
    expect(eleventh).toBe('Slack cannot be reached, or did not answer in time.')
    await Promise.all(others.map((chat) => chat.close()))
    await untilOpen(2)
  })

  it('are closed at the end, after what came through them was answered', async () => {
    await untilOpen(2)
    let release = (): void => undefined
    world.answerWith(async () => {
      await new Promise<void>((resolve) => {
        release = resolve
      })
      return { card: { title: 'Done', summary: [], parts: [] } }
    })
    const asked = world.slack.slashCommand({ user: 'ana', text: 'mine' })
    await expect.poll(() => world.gestures.length).toBe(1)
    const closed = world.chat.close()
    release()
    expect((await asked).status).toBe(200)
    await closed
    await untilOpen(0)
    expect((await world.slack.slashCommand({ user: 'ana', text: 'mine' })).status).toBe(0)
  })
})

const tools = () => ({
  log: SILENT,
  clock: realClock,
  receiving: {
    on: () => Promise.reject(),
    expectsForm: () => undefined,
    changed: () => undefined,
    route: () => expect.unreachable(),
  },
})

describe('an answer whose socket is gone', () => {
  it('reaches the person all the same', async () => {
    await untilOpen(2)
    world.answerWith(async () => {
      world.slack.sockets.recycle('cut')
      await untilOpen(0)
      await untilOpen(2)
      return { card: { title: 'Yours', summary: [{ span: 'plain', text: 'you have nothing' }], parts: [] } }
    })
    void world.slack.slashCommand({ user: 'ana', text: 'mine' })
    await world.slack.waitFor(() => world.slack.ephemeral('ana').some(({ text }) => text.includes('nothing')))
  })
})

describe('an app token that Slack refuses', () => {
  const settings = () => ({
    ...settingsFor(world.slack, 'sockets'),
    receives: { by: 'sockets', appToken: 'xapp-wrong' } as const,
  })
  const says =
    'Slack refuses SLACK_APP_TOKEN (invalid_auth): make an app-level token with the scope connections:write under "Basic Information", and set it.'

  it('is a permanent fault, in one sentence', async () => {
    await expect(slackChat.connect(settings(), tools())).rejects.toMatchObject({
      kind: 'permanent',
      message: says,
    })
  })

  it('is found by doctor, which opens no socket', async () => {
    await untilOpen(2)
    const chat = await slackChat.connect(settings(), { log: SILENT, clock: realClock })
    expect(await chat.examine([], call())).toContain(says)
    expect(world.slack.sockets.count()).toBe(2)
  })

  it('a bot token in its place is refused as well', async () => {
    const bot = { ...settings(), receives: { by: 'sockets', appToken: world.slack.botToken } as const }
    await expect(slackChat.connect(bot, tools())).rejects.toMatchObject({
      kind: 'permanent',
      message: says.replace('invalid_auth', 'not_allowed_token_type'),
    })
  })
})

it('says so when no socket could be opened for half a minute, and when one is again', async () => {
  const { clock, advance } = manualClock()
  await world.stop()
  world = await startWorld({ by: 'sockets', log: listening, clock })
  await untilOpen(2)
  const failing = world.slack.failCalls('apps.connections.open', { does: 'status', status: 500 })
  world.slack.sockets.recycle('cut')
  await untilOpen(0)
  const passing = () => {
    advance(1_000)
    return lines.join('')
  }
  await expect.poll(passing, { interval: 10, timeout: 5_000 }).toContain('Slack cannot reach Curfew')
  world.slack.stopFailing()
  expect(failing.hits()).toBeGreaterThan(1)
  await expect.poll(passing, { interval: 10, timeout: 5_000 }).toContain('Slack reaches Curfew again')
})
