import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { slackChat } from '../../src/chats/slack/index.ts'
import type { Answer } from '../../src/ports.ts'
import { manualClock, realClock, SILENT, say, startWorld, type World } from './slack-world.ts'

let world: World
const told = (who: string) => world.slack.ephemeral(who).map((one) => one.text)

describe('an answer that is late', () => {
  const time = manualClock()
  let finish: (answer: Answer) => void
  let fail: (why: Error) => void

  beforeEach(async () => {
    world = await startWorld({ clock: time.clock })
    world.answerWith(
      () =>
        new Promise((resolve, reject) => {
          finish = resolve
          fail = reject
        }),
    )
  })
  afterEach(async () => {
    finish({ card: say('over') })
    await world.stop()
  })

  /** Gestures do not change Slack, so that somebody has to look. */
  const gestureCame = async () => {
    const timer = setInterval(() => world.slack.changed(), 5)
    await world.slack.waitFor(() => world.gestures.length === 1).finally(() => clearInterval(timer))
  }

  it('to a command is "Working on it…" after two seconds, and then comes by itself', async () => {
    const answered = world.slack.slashCommand({ user: 'ana', text: 'mine' })
    await gestureCame()
    time.advance(1_999)
    expect(time.waiting()).toBe(1)
    time.advance(1)
    expect((await answered).status).toBe(200)
    expect(told('ana')).toEqual(['Working on it…'])
    finish({ card: say('done') })
    await world.slack.waitFor(() => told('ana').includes('done'))
    expect(told('ana')).toEqual(['Working on it…', 'done'])
  })

  it('to a button likewise, all of it by the response url', async () => {
    await world.sendCard('dbas')
    const answered = world.slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve' })
    await gestureCame()
    time.advance(2_000)
    expect((await answered).status).toBe(200)
    await world.slack.waitFor(() => told('bob').includes('Working on it…'))
    finish({ card: say('done') })
    await world.slack.waitFor(() => told('bob').includes('done'))
    expect(told('bob')).toEqual(['Working on it…', 'done'])
  })

  it('may be that nothing was changed', async () => {
    const answered = world.slack.slashCommand({ user: 'ana', text: 'mine' })
    await gestureCame()
    time.advance(2_000)
    await answered
    fail(new Error('internal'))
    await world.slack.waitFor(() => told('ana').length === 2)
    expect(told('ana')[1]).toBe('Nothing was changed. Try again in a minute.')
  })

  it('is waited for when the chat closes, but not for ever, and nothing new is taken', async () => {
    const answered = world.slack.slashCommand({ user: 'ana', text: 'mine' })
    await gestureCame()
    const closed = world.chat.close()
    expect((await world.slack.slashCommand({ user: 'bob', text: 'mine' })).status).toBe(503)
    time.advance(3_000)
    await closed
    await answered
    expect(world.gestures).toHaveLength(1)
  })
})

describe('connecting', () => {
  beforeEach(async () => {
    world = await startWorld()
  })
  afterEach(() => world.stop())

  const connect = (token: string) =>
    slackChat.connect(
      { token, receives: { by: 'http', signingSecret: 's' }, apiUrl: world.slack.apiUrl },
      {
        log: SILENT,
        clock: realClock,
        receiving: {
          on: () => Promise.reject(),
          expectsForm: () => undefined,
          changed: () => undefined,
          route: () => expect.unreachable(),
        },
      },
    )

  it('with a refused token is a permanent fault in one sentence without the token', async () => {
    await expect(connect('xoxb-wrong')).rejects.toMatchObject({
      name: 'Fault',
      kind: 'permanent',
      message:
        'Slack refuses SLACK_BOT_TOKEN (invalid_auth): install the app again and set the bot token that it shows.',
    })
  })

  it('while Slack is down may be tried again', async () => {
    world.slack.failCalls('auth.test', { does: 'reset' })
    await expect(connect(world.slack.botToken)).rejects.toMatchObject({ name: 'Fault', kind: 'retry' })
  })
})
