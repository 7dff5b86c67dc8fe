import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bridgeLogger } from '../../src/chats/slack/web-client.ts'
import { Fault } from '../../src/domain/fault.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type By, REQUEST, startWorld, type World } from './slack-world.ts'

const OUTSIDERS = /only for members of the organisation/

type Payload = Record<string, unknown>
const act = (change: Payload) => (payload: Payload) => {
  Object.assign((payload.actions as [Payload])[0], change)
}
const change = (change: Payload) => (payload: Payload) => {
  Object.assign(payload, change)
}

describe.each<By>(['http', 'sockets'])('by %s', (by) => {
  let world: World
  beforeEach(async () => {
    world = await startWorld({ by })
  })
  afterEach(() => world.stop())

  const sendCard = () => world.sendCard('dbas')
  const told = (who: string) => world.slack.ephemeral(who).map((one) => one.text)

  describe('a slash command', () => {
    it('becomes a gesture, and the acknowledgement is its answer', async () => {
      const { slack, gestures } = world
      const answered = await slack.slashCommand({
        user: 'ana',
        channel: 'dbas',
        text: 'request orders-db/readonly',
      })
      expect(answered.status).toBe(200)
      expect(gestures).toEqual([
        {
          id: expect.stringMatching(/^slack:\d+\.\d+\.[0-9a-f]+$/),
          chat: 'slack',
          actor: `slack:${slack.user('ana').id}`,
          channel: `slack:${slack.channel('dbas').id}`,
          does: { kind: 'words', text: 'request orders-db/readonly', mentions: [] },
        },
      ])
      expect(told('ana')).toEqual(['heard request orders-db/readonly'])
      expect(slack.ephemeral('ana')[0]).toMatchObject({ from: 'acknowledgement' })
      expect(slack.ephemeral('ana')[0]?.blocks).toHaveLength(2)
      expect(slack.messages('dbas')).toEqual([])
      expect(told('bob')).toEqual([])
    })

    it('hands on the words as they were typed', async () => {
      const text =
        'because &lt;!channel&gt; &amp;lt; <https://jira.test/INC-42?a=1&amp;b=2|INC-42> <@U0BOB00000|bob>'
      await world.slack.slashCommand({ user: 'ana', text, command: '/access' })
      expect(world.gestures[0]?.does).toEqual({
        kind: 'words',
        text: 'because <!channel> &lt; https://jira.test/INC-42?a=1&b=2 <@U0BOB00000|bob>',
        mentions: [{ ref: 'slack:U0BOB00000', name: 'bob' }],
      })
    })

    it('of 100,000 characters arrives whole', async () => {
      await world.slack.slashCommand({ user: 'ana', text: 'é'.repeat(100_000) })
      expect(world.gestures[0]?.does).toMatchObject({ text: 'é'.repeat(100_000) })
    })

    it('says that nothing was changed when it could not be handled', async () => {
      world.answerWith(async () => {
        throw new Fault('retry', 'redis is away')
      })
      const answered = await world.slack.slashCommand({ user: 'ana', text: 'mine' })
      expect([answered.status, told('ana')]).toEqual([200, ['Nothing was changed. Try again in a minute.']])
    })

    it('that came a hundred times carries the same id each time', async () => {
      const { request } = await world.slack.slashCommand({ user: 'ana', text: 'mine' })
      const replies = await world.slack.replay(request, 99)
      expect(replies.map(({ status }) => status)).toEqual(Array(99).fill(200))
      expect(world.gestures).toHaveLength(100)
      expect(new Set(world.gestures.map((gesture) => gesture.id)).size).toBe(1)
    })
  })

  describe('a pressed button', () => {
    it('becomes a gesture with who, what and the value, and is answered in private', async () => {
      const { slack, gestures } = world
      await sendCard()
      const answered = await slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve' })
      expect([answered.status, answered.body]).toEqual([200, ''])
      expect(gestures).toMatchObject([
        {
          actor: `slack:${slack.user('bob').id}`,
          channel: `slack:${slack.channel('dbas').id}`,
          does: { kind: 'press', verb: 'approve', value: REQUEST },
        },
      ])
      await slack.waitFor(() => told('bob').includes('pressed approve'))
      expect(slack.ephemeral('bob')).toMatchObject([{ from: 'response_url' }])
      expect(slack.messages('dbas')).toHaveLength(1)
      expect(slack.messages('dbas')[0]?.edited).toBeUndefined()
    })

    it('hands on a changed value as it is, to be looked up and not trusted', async () => {
      await sendCard()
      await world.slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve', value: 'R-ANYTHING' })
      expect(world.gestures[0]?.does).toMatchObject({ value: 'R-ANYTHING' })
    })

    it('is told again when the first answer did not get through', async () => {
      await sendCard()
      world.slack.failCalls('response_url', { does: 'status', status: 500 }, { times: 1 })
      await world.slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve' })
      await world.slack.waitFor(() => told('bob').includes('pressed approve'))
    })

    it.each([
      ['of another app', act({ action_id: 'other:approve' })],
      ['without an action', change({ actions: [] })],
      ['without a trigger', change({ trigger_id: undefined })],
      ['with a value of the wrong type', act({ value: { $ne: '' } })],
      ['with an answer to somewhere else', change({ response_url: 'http://169.254.169.254/latest' })],
      ['without a user', change({ user: undefined })],
    ])('is acknowledged and does nothing: %s', async (_, edit) => {
      await sendCard()
      const answered = await world.slack.pressButton({
        user: 'bob',
        channel: 'dbas',
        label: 'Approve',
        edit,
      })
      expect([answered.status, answered.body]).toEqual([200, ''])
      expect(world.gestures).toEqual([])
    })
  })

  describe('a delivery that is no gesture', () => {
    it.each([
      ['an event', { event: { type: 'app_home_opened', user: 'U0ANA00000' }, type: 'event_callback' }],
      ['a shortcut', { type: 'shortcut', user: { id: 'U0ANA00000' }, team: { id: 'T0ACME0000' } }],
      ['a kind that nobody knows', { type: 'telepathy' }],
      ['a command of several teams', { command: '/jit', team_id: ['T1', 'T2'], user_id: 'U0ANA00000' }],
    ])('is acknowledged and does nothing: %s', async (_, payload) => {
      const type = 'command' in payload ? 'slash_commands' : 'interactive'
      const answered = await world.slack.deliver({ type, payload })
      expect([answered.status, answered.body, world.gestures]).toEqual([200, '', []])
    })
  })

  describe('the log', () => {
    it('holds what went wrong, and no secret', async () => {
      await world.stop()
      const lines: string[] = []
      const log = makeLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
      world = await startWorld({ by, log })
      world.answerWith(() => Promise.reject(new Fault('retry', 'redis is away')))
      const { slack } = world
      let url = ''
      const edit = (fields: Payload) => {
        url = String(fields.response_url)
      }
      await slack.slashCommand({ user: 'ana', text: 'because of Mallory', edit })
      slack.failCalls('response_url', { does: 'status', status: 404 })
      slack.failCalls('chat.postMessage', { does: 'status', status: 500 }, { times: 1 })
      await expect(sendCard()).rejects.toThrow()
      await sendCard()
      await slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve', edit: act({ value: 7 }) })
      await slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve' })
      await world.chat.close()
      const logged = lines.join('')
      for (const says of ['redis is away', 'makes no sense', 'did not reach']) {
        expect(logged).toContain(says)
      }
      expect(url).toContain('/commands/')
      for (const secret of [
        slack.botToken,
        slack.appToken,
        slack.signingSecret,
        url,
        '/actions/',
        'Mallory',
      ]) {
        expect(logged).not.toContain(secret)
      }
    })
  })

  describe('people of another organisation', () => {
    it('are told in private that Curfew is not for them, and nothing is done', async () => {
      const { slack } = world
      await sendCard()
      slack.addUser({ name: 'eve', team_id: 'T0EVIL0000', is_stranger: true })
      slack.changeChannel('dbas', { members: ['ana', 'bob', 'eve'] })
      await slack.pressButton({ user: 'eve', channel: 'dbas', label: 'Approve' })
      await slack.waitFor(() => told('eve').length === 1)
      expect(told('eve')[0]).toMatch(OUTSIDERS)
      await slack.pressButton({ user: 'bob', channel: 'dbas', label: 'Approve', teamId: 'T0EVIL0000' })
      const edit = change({ team_id: 'T0EVIL0000' })
      await slack.slashCommand({ user: 'ana', text: 'mine', edit })
      expect(told('ana')[0]).toMatch(OUTSIDERS)
      expect(world.gestures).toEqual([])
    })
  })

  describe('in an Enterprise Grid', () => {
    beforeEach(async () => {
      await world.stop()
      const enterprise = { id: 'E0ACME0000', name: 'Acme' }
      world = await startWorld({ by, slack: { team: { id: 'T0ACME0000', enterprise } } })
      await sendCard()
    })

    it('people of a sister workspace count, once Slack says that they are of the organisation', async () => {
      world.slack.addUser({ name: 'sis', team_id: 'T0SISTER00' })
      await world.slack.pressButton({ user: 'sis', channel: 'dbas', label: 'Approve' })
      expect(world.gestures).toHaveLength(1)
    })

    it('people of another organisation do not', async () => {
      world.slack.addUser({ name: 'eve', team_id: 'T0EVIL0000', is_stranger: true })
      await world.slack.pressButton({ user: 'eve', channel: 'dbas', label: 'Approve' })
      await world.slack.waitFor(() => told('eve').length === 1)
      expect(told('eve')[0]).toMatch(OUTSIDERS)
      expect(world.gestures).toEqual([])
    })

    it('nothing is done while Slack cannot say', async () => {
      world.slack.addUser({ name: 'sis', team_id: 'T0SISTER00' })
      world.slack.failCalls('users.info', { does: 'status', status: 500 })
      await world.slack.pressButton({ user: 'sis', channel: 'dbas', label: 'Approve' })
      await world.slack.waitFor(() => told('sis').length === 1)
      expect(told('sis')).toEqual(['Nothing was changed. Try again in a minute.'])
      expect(world.gestures).toEqual([])
    })
  })
})

describe('the sdk’s own lines', () => {
  it('reach the log without a token and without bodies', () => {
    const lines: string[] = []
    const log = makeLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
    const logger = bridgeLogger(log)
    logger.debug('http request body: {"text":"words"}')
    logger.error('failed with', new Error('Bearer xoxb-12-ab'))
    expect(lines.map((line) => JSON.parse(line).says)).toEqual(['failed with Error: Bearer [token]'])
  })
})
