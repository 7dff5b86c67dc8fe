/**
 * Hears from Slack by signed HTTP: Bolt's receiver on the bot's one server. Bolt never listens itself and never gets
 * to see a request that is too early.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { HTTPReceiver } from '@slack/bolt'
import type { Log } from '../../ports.ts'
import type { Doorway, DoorwayTools } from './doorway.ts'
import { isFromTheFuture, normaliseContentType } from './guard-request.ts'
import { bridgeLogger } from './web-client.ts'

const PATH = '/slack/events'
/** Far above what Slack sends; Bolt's own limit is 4 MiB. */
const BODY_MAX = '1mb'

export const receiveHttp = (signingSecret: string, { log, route }: DoorwayTools): Doorway => {
  const receiver = createReceiver(signingSecret, log)
  let closed = false
  return {
    receiver,
    open: async () =>
      route(PATH, (request: IncomingMessage, response: ServerResponse) => {
        if (closed) return reply(response, 503)
        if (isFromTheFuture(request, Date.now())) return reply(response, 401)
        normaliseContentType(request)
        try {
          receiver.requestListener(request, response)
        } catch {
          reply(response, 404)
        }
      }),
    close: async (drained) => {
      closed = true
      await drained
    },
  }
}

/** What it cannot make sense of is logged and answered with 200: nobody waits for it. */
const createReceiver = (signingSecret: string, log: Log): HTTPReceiver =>
  new HTTPReceiver({
    signingSecret,
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

const reply = (response: ServerResponse, status: number): void => {
  if (!response.headersSent) response.writeHead(status)
  response.end()
}
