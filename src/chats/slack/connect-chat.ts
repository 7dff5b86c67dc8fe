/**
 * Slack as a chat: gestures in through Bolt over signed HTTP, messages out by the Web API. Connected once by
 * the composition root; Bolt never listens itself and never gets to see a request that is too early.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { App, HTTPReceiver } from '@slack/bolt'
import type { Answer, Chat, ChatKind, Log } from '../../ports.ts'
import { type Acknowledge, answerGesture } from './answer-gesture.ts'
import { examine } from './examine.ts'
import { isFromTheFuture, normaliseContentType } from './guard-request.ts'
import { type Installation, readInstallation } from './installation.ts'
import { judgeOrigin } from './judge-origin.ts'
import { postMessages } from './post-messages.ts'
import { type Delivery, type Origin, readGesture } from './read-gesture.ts'
import { readUser } from './read-user.ts'
import type { SlackSettings } from './settings.ts'
import { translate } from './to-fault.ts'
import { type Api, bridgeLogger, clientOptions, createApi } from './web-client.ts'

const PATH = '/slack/events'
/** Far above what Slack sends; Bolt's own limit is 4 MiB. */
const BODY_MAX = '1mb'
/** What is being answered gets this long at the end, ms. */
const CLOSE_WITHIN_MS = 3_000

const OUTSIDER =
  'Curfew is only for members of the organisation that installed it. Nothing was done; ask one of them instead.'

type Tools = Parameters<ChatKind<SlackSettings>['connect']>[1]

const reply = (response: ServerResponse, status: number): void => {
  if (!response.headersSent) response.writeHead(status)
  response.end()
}

/** Bolt's receiver, on our server. What it cannot make sense of is logged and answered with 200: nobody waits for it. */
const createReceiver = (settings: SlackSettings, log: Log): HTTPReceiver =>
  new HTTPReceiver({
    signingSecret: settings.signingSecret,
    endpoints: PATH,
    bodyLimit: BODY_MAX,
    logger: bridgeLogger(log),
    unhandledRequestHandler: ({ response }) => {
      log.warn({}, 'a delivery that nothing answered')
      reply(response, 200)
    },
    processEventErrorHandler: async ({ error, response }) => {
      log.warn({ err: error }, 'a delivery that makes no sense')
      reply(response, 200)
      return true
    },
  })

/**
 * One door for everything Bolt delivers, so that no two listeners can answer one delivery. The token was
 * verified before, with ids given: the constructor calls nobody.
 */
const createApp = (settings: SlackSettings, receiver: HTTPReceiver, at: Installation, log: Log): App => {
  const app = new App({
    receiver,
    token: settings.token,
    tokenVerificationEnabled: false,
    botId: at.botId,
    botUserId: at.botUserId,
    convoStore: false,
    attachFunctionToken: false,
    logger: bridgeLogger(log),
    clientOptions: clientOptions(settings, log),
  })
  app.error(async (err) => log.error({ err }, 'a delivery failed within bolt'))
  return app
}

const admit = async (from: Origin, at: Installation, api: Api): Promise<boolean> => {
  const judged = judgeOrigin(from, at)
  if (judged !== 'unclear') return judged === 'ours'
  const answer = await translate({ writes: false, about: from.user }, () =>
    api().users.info({ user: from.user }),
  )
  const person = readUser(answer.user, at)
  return person !== undefined && person.standing !== 'stranger'
}

/** Rejects with a permanent fault, in one sentence, when Slack refuses the token. */
export const connectChat = async (settings: SlackSettings, tools: Tools): Promise<Chat> => {
  const { log, clock } = tools
  const api = createApi(settings, log)
  const at = await readInstallation(api())
  const receiver = createReceiver(settings, log)
  const app = createApp(settings, receiver, at, log)
  const answering = new Set<Promise<void>>()
  let closed = false

  const handle = async ({ gesture, from }: Delivery): Promise<Answer | string> =>
    (await admit(from, at, api)) ? tools.on(gesture) : OUTSIDER

  const take = async (body: unknown, acknowledge: Acknowledge): Promise<void> => {
    const read = readGesture(body)
    if (read.kind !== 'delivery') {
      if (read.kind === 'junk') log.warn({ wrong: read.wrong }, 'a delivery that makes no sense')
      return acknowledge()
    }
    const { delivery } = read
    const desk = { clock, acknowledge, log: log.child({ gesture: delivery.gesture.id }) }
    const answered = answerGesture(delivery, () => handle(delivery), desk)
    answering.add(answered)
    await answered.finally(() => answering.delete(answered))
  }

  app.use(async (args) => {
    if ('ack' in args && args.ack) await take(args.body, args.ack as Acknowledge)
  })

  tools.route(PATH, (request: IncomingMessage, response: ServerResponse) => {
    if (closed) return reply(response, 503)
    if (isFromTheFuture(request, Date.now())) return reply(response, 401)
    normaliseContentType(request)
    try {
      receiver.requestListener(request, response)
    } catch {
      reply(response, 404)
    }
  })

  return {
    ...postMessages(api, at),
    examine: (places, call) => examine(api, places, call),
    close: async () => {
      closed = true
      await new Promise<void>((resolve) => {
        const cancel = clock.after(CLOSE_WITHIN_MS, resolve)
        Promise.allSettled(answering).then(() => {
          cancel()
          resolve()
        })
      })
    },
  }
}
