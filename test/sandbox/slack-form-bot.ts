/** A tiny app over Bolt's own receivers that hears everything and answers as a test says; Ana is its first user. */
import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt'
import type { WebClient } from '@slack/web-api'
import { onTestFinished } from 'vitest'
import type { LocalSlack, LocalSlackOptions } from '../../src/sandbox/slack/local-slack.ts'
import type { Fields } from '../../src/sandbox/slack/model.ts'
import { silent, startAcme } from './slack-fixture.ts'

/** What the app acknowledges with; `'never'`: it does not. */
type Answer = object | 'never' | undefined

export interface FormBot {
  readonly slack: LocalSlack
  readonly client: WebClient
  /** Bodies as they came, oldest first. */
  readonly heard: Fields[]
  /** The newest body of a type, which must be there. */
  last(type: string): Fields
  /** Answers of this type from now on. */
  answer(type: string, make: (body: Fields) => Answer | Promise<Answer>): void
  /** Ana runs a shortcut and the app opens this modal. */
  open(view: object): Promise<Fields>
}

export const text = (words: string) => ({ type: 'plain_text' as const, text: words })
export const option = (value: string) => ({ text: text(value.toUpperCase()), value })
export const input = (action_id: string, element: object = {}, change: object = {}) => ({
  type: 'input',
  block_id: `${action_id}-block`,
  label: text(action_id),
  element: { type: 'plain_text_input', action_id, ...element },
  ...change,
})
export const modal = (blocks: object[], change: object = {}) => ({
  type: 'modal',
  callback_id: 'form',
  title: text('Ask'),
  submit: text('Send'),
  blocks,
  ...change,
})

const makeReceiver = (slack: LocalSlack, isSocket: boolean) => {
  const { signingSecret, appToken, apiUrl } = slack
  if (!isSocket) return new HTTPReceiver({ signingSecret, port: 0, logger: silent })
  const clientOptions = { slackApiUrl: apiUrl, retryConfig: { retries: 0 } }
  return new SocketModeReceiver({ appToken, logger: silent, installerOptions: { clientOptions } })
}

type Heard = { body: unknown; ack: (answer?: never) => Promise<void> }

export const startFormBot = async (options: LocalSlackOptions = {}): Promise<FormBot> => {
  const { slack, client } = await startAcme(options)
  const receiver = makeReceiver(slack, options.socketMode === true)
  const app = new App({
    receiver,
    token: slack.botToken,
    logger: silent,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
    deferInitialization: true,
  })
  await app.init()
  const heard: Fields[] = []
  const answers = new Map<string, (body: Fields) => Answer | Promise<Answer>>()
  const hear = async ({ body, ack }: Heard) => {
    const said = body as Fields
    heard.push(said)
    slack.changed()
    const made = await answers.get(String(said.type))?.(said)
    if (made !== 'never') await ack(made as never)
  }
  app.shortcut(/.*/, hear)
  app.action(/.*/, hear)
  app.options(/.*/, hear)
  app.view(/.*/, hear)
  app.view({ type: 'view_closed', callback_id: /.*/ }, hear)
  app.event(/.*/, async ({ body }) => {
    heard.push(body as unknown as Fields)
    slack.changed()
  })
  const server = (await app.start({ port: 0, host: '127.0.0.1' } as never)) as {
    address?: () => { port: number }
  }
  onTestFinished(() => app.stop() as Promise<void>)
  if (server.address) slack.connectBot(`http://127.0.0.1:${server.address().port}/slack/events`)
  else await slack.waitFor(() => slack.sockets.count() === 1)

  const last = (type: string): Fields => {
    const found = heard.findLast((body) => body.type === type)
    if (!found) throw new Error(`the app heard no ${type}`)
    return found
  }
  return {
    slack,
    client,
    heard,
    last,
    answer: (type, make) => void answers.set(type, make),
    open: async (view) => {
      await slack.shortcut({ user: 'ana', callbackId: 'ask' })
      const trigger_id = String(last('shortcut').trigger_id)
      const opened = await client.views.open({ trigger_id, view: view as never })
      return opened.view as Fields
    },
  }
}
