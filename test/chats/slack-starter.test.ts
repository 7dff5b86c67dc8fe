/** Names of channels and groups to references, as `init` looks them up with a bot token. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { starter } from '../../src/chats/slack/starter.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { makeCall, quietTools } from '../contract/target.ts'

let slack: LocalSlack
beforeAll(async () => {
  slack = await startLocalSlack()
  for (let n = 0; n < 450; n += 1) slack.addChannel({ name: `channel-${n}`, bot: false })
  slack.addChannel({ name: 'dbas', bot: false })
  slack.addChannel({ name: 'within', private: true })
  slack.addChannel({ name: 'outside', private: true, bot: false })
  slack.addChannel({ name: 'old' })
  slack.changeChannel('old', { is_archived: true })
  slack.addGroup({ handle: 'engineers' })
})
afterAll(() => slack?.stop())

const find = (name: string, token = slack.botToken) =>
  starter.lookUp?.({ SLACK_BOT_TOKEN: token, SLACK_API_URL: slack.apiUrl }, quietTools)?.(name, makeCall())

test('a channel on the third page, a private one from inside, a group', async () => {
  expect(await find('#dbas')).toBe(`slack:${slack.channel('dbas').id}`)
  expect(await find('#within')).toBe(`slack:${slack.channel('within').id}`)
  expect(await find('@engineers')).toBe(`slack:${slack.findGroup('engineers')?.id}`)
})

test.each([
  '#outside',
  '#old',
  '#nowhere',
  '#engineers',
  '@dbas',
])('%s is not there for the bot', async (name) => expect(await find(name)).toBeUndefined())

test('a token that Slack refuses is a fault that says so', async () => {
  await expect(find('#dbas', 'xoxb-wrong')).rejects.toThrow(/Slack refuses SLACK_BOT_TOKEN/)
})

test('without a token nothing can be looked up', () =>
  expect(starter.lookUp?.({}, quietTools)).toBeUndefined())
