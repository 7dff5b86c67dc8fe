/**
 * The HTTP side of the local Slack: reads a body, fails on purpose where a test asked for it, hands on to the
 * Web API or a response url. Listens on loopback only; closing it cuts every connection.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Args, Failure, Faults } from './faults.ts'
import type { Fields } from './model.ts'
import { parseArgs } from './web-api.ts'

/** A call as the bot made it. `outcome`: Slack's answer, or how it failed on purpose. */
export interface Call {
  readonly method: string
  readonly args: Args
  readonly outcome: string
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Record<string, string>
}

export interface Handlers {
  api(method: string, args: Args, authorization: string | undefined): Fields
  responseUrl(path: string, body: string): { status: number; body: string }
  /** Seconds to wait, or 0. */
  rateLimit(method: string, args: Args): number
  record(call: Call): void
  readonly take: Faults['take']
}

const BODY_MAX = 4 * 1024 * 1024

/** Reads at most {@link BODY_MAX} bytes. */
const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > BODY_MAX) throw new Error('body too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const json = (body: Fields, status = 200, headers: Record<string, string> = {}): Answer => ({
  status,
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
})

const tooMany = (seconds: number | undefined): Answer =>
  json({ ok: false, error: 'ratelimited' }, 429, seconds === undefined ? {} : { 'retry-after': `${seconds}` })

/** What is sent for a failure; `undefined`: nothing at all. */
const answerFailure = (failure: Failure): Answer | undefined => {
  switch (failure.does) {
    case 'limit':
      return tooMany(failure.retryAfterS)
    case 'status':
      return { status: failure.status, body: 'internal error' }
    case 'refuse':
      return json({ ok: false, error: failure.error })
    case 'reset':
    case 'hang':
    case 'accept then reset':
    case 'accept then hang':
      return undefined
    default:
      return failure satisfies never
  }
}

const send = (response: ServerResponse, { status, body, headers = {} }: Answer): void => {
  if (!response.destroyed) response.writeHead(status, headers).end(body)
}

export interface HttpServer {
  /** Without a slash at its end. */
  readonly origin: string
  readonly server: Server
  stop(): Promise<void>
}

interface Incoming {
  /** A Web API method, or `response_url`. */
  readonly method: string
  readonly path: string
  readonly body: string
  readonly args: Args
  readonly authorization: string | undefined
}

const readIncoming = async (request: IncomingMessage): Promise<Incoming> => {
  const body = await readBody(request)
  const path = (request.url ?? '/').split('?')[0] ?? '/'
  const method = path.startsWith('/api/') ? path.slice('/api/'.length) : 'response_url'
  const args = parseArgs(body, request.headers['content-type'] ?? '')
  return { method, path, body, args, authorization: request.headers.authorization }
}

const runCall = (handlers: Handlers, { method, path, body, args, authorization }: Incoming): Answer => {
  if (method === 'response_url') return handlers.responseUrl(path, body)
  const wait = handlers.rateLimit(method, args)
  return wait > 0 ? tooMany(wait) : json(handlers.api(method, args, authorization))
}

const outcomeOf = ({ status, body }: Answer): string =>
  /^\{"ok":false,"error":"(\w+)"/.exec(body)?.[1] ?? (status === 200 ? 'ok' : String(status))

const serve = async (handlers: Handlers, request: IncomingMessage, response: ServerResponse) => {
  const call = await readIncoming(request)
  const { method, args } = call
  const runAndSend = () => {
    const answer = runCall(handlers, call)
    handlers.record({ method, args, outcome: outcomeOf(answer) })
    send(response, answer)
  }
  const taken = handlers.take(method, args)
  if (!taken) return runAndSend()
  const { failure, hold } = taken
  if (failure.does === 'hang') hold(runAndSend)
  if (failure.does.startsWith('accept')) runCall(handlers, call)
  handlers.record({ method, args, outcome: failure.does })
  if (failure.does.endsWith('reset')) request.socket.resetAndDestroy()
  const answer = answerFailure(failure)
  if (answer) send(response, answer)
}

/** Listens on 127.0.0.1 and a free port. */
export const startHttpServer = async (handlers: Handlers): Promise<HttpServer> => {
  const refuse = (thrown: unknown, url = ''): Answer => {
    if (!(thrown instanceof SyntaxError))
      return json({ ok: false, error: 'fatal_error', detail: String(thrown) }, 500)
    return json({ ok: false, error: 'invalid_json' }, url.startsWith('/api/') ? 200 : 400)
  }
  const server = createServer((request, response) => {
    serve(handlers, request, response).catch((thrown: unknown) => send(response, refuse(thrown, request.url)))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, server, stop: () => stop(server) }
}

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
