/** Takes what Teams sends by HTTP on the bot's one server: a body of a sane size, verified, read, and answered. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Log, Receiving } from '../../ports.ts'
import type { Verify } from './verify.ts'

const PATH = '/api/messages'
/** Far above what Teams sends. */
const BODY_BYTES_MAX = 1_000_000

/** An HTTP status, and for an invoke what the client is told. */
export interface HttpAnswer {
  readonly status: number
  readonly body?: unknown
}

/** Answers a verified activity of any shape; never rejects. */
export type Take = (body: object, serviceUrl: string) => Promise<HttpAnswer>

interface ReceptionTools {
  readonly verify: Verify
  readonly take: Take
  readonly log: Log
  readonly route: Receiving['route']
}

/** Answers what closes it: from then on nothing is let in. */
export const receiveHttp = ({ verify, take, log, route }: ReceptionTools): (() => void) => {
  let closed = false

  const answer = async (request: IncomingMessage): Promise<HttpAnswer> => {
    if (closed) return { status: 503 }
    if (request.method !== 'POST') return { status: 405 }
    const { authorization } = request.headers
    if (!authorization?.startsWith('Bearer ')) return { status: 401 }
    const body = await readBody(request)
    if (body === undefined) return { status: 413 }
    const parsed = parse(body)
    if (parsed === undefined) return { status: 400 }
    const verified = await verify(authorization, parsed, (ours) => take(ours.body, ours.serviceUrl))
    if ('answer' in verified) return verified.answer
    log.warn({ why: verified.why }, 'a delivery that is not let in')
    return { status: verified.status }
  }

  route(PATH, (request, response) => {
    answer(request)
      .catch((err: unknown): HttpAnswer => {
        log.error({ err }, 'a delivery could not be answered')
        return { status: 500 }
      })
      .then(({ status, body }) => reply(response, status, body))
  })
  return () => {
    closed = true
  }
}

/** `undefined`: too long. It is read to its end all the same, which the server's time-out bounds, so that the answer arrives. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request) {
    bytes += (part as Buffer).length
    if (bytes <= BODY_BYTES_MAX) parts.push(part as Buffer)
  }
  return bytes <= BODY_BYTES_MAX ? Buffer.concat(parts).toString('utf8') : undefined
}

const parse = (text: string): object | undefined => {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined
  } catch {
    return undefined
  }
}

const reply = (response: ServerResponse, status: number, body: unknown): void => {
  if (body === undefined) response.writeHead(status).end()
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
