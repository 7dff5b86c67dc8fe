/**
 * The page's own server: loopback only, one stream of frames down (server-sent events), small JSON calls up. It answers
 * nobody that another site sent: hosts are checked, and what changes something has to be JSON.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PageFiles } from './bundle-page.ts'
import type { Done, Frame } from './seen.ts'

export interface PageOptions {
  readonly files: PageFiles
  /** `curfew.yaml` as it is to be taken home. */
  readonly config: string
  /** First choice; the next ones are tried where it is taken. 0: any. */
  readonly port: number
  /** What these people see, in this tab. */
  frame(people: readonly string[], tab: string): Omit<Frame, 'server'>
  act(body: unknown): Promise<Done>
}

export interface Page {
  readonly url: string
  /** The port that was asked for was taken. */
  readonly moved: boolean
  /** Everybody who looks is shown the newest frame, soon. */
  changed(): void
  stop(): Promise<void>
}

const PORTS_TRIED = 20
const BODY_MAX = 64 * 1024
/** Changes come in bursts. */
const GATHER_MS = 25
/** So that a countdown and a dead line are noticed. */
const AGAIN_MS = 5_000
const PEOPLE_MAX = 2

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

interface Viewer {
  readonly response: ServerResponse
  readonly people: readonly string[]
  readonly tab: string
}

export const servePage = async (options: PageOptions): Promise<Page> => {
  const id = randomBytes(8).toString('hex')
  const viewers = new Set<Viewer>()
  let timer: NodeJS.Timeout | undefined

  const show = ({ response, people, tab }: Viewer): void => {
    const frame: Frame = { server: id, ...options.frame(people, tab) }
    response.write(`data: ${JSON.stringify(frame)}\n\n`)
  }
  const showAll = (): void => {
    timer = undefined
    for (const viewer of viewers) show(viewer)
  }
  const changed = (): void => {
    timer ??= setTimeout(showAll, GATHER_MS)
  }
  const again = setInterval(changed, AGAIN_MS)

  const watch = (url: URL, response: ServerResponse): void => {
    const people = (url.searchParams.get('as') ?? '').split(',').slice(0, PEOPLE_MAX)
    const viewer = { response, people, tab: url.searchParams.get('tab') ?? '' }
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' })
    viewers.add(viewer)
    response.on('close', () => viewers.delete(viewer))
    show(viewer)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://localhost')
    if (!isLocal(request)) return send(response, 403, 'text/plain', 'The sandbox answers this machine alone.')
    const { html, script, style } = options.files
    switch (`${request.method} ${url.pathname}`) {
      case 'GET /':
        return send(response, 200, 'text/html; charset=utf-8', html)
      case 'GET /page.js':
        return send(response, 200, 'text/javascript; charset=utf-8', script)
      case 'GET /style.css':
        return send(response, 200, 'text/css; charset=utf-8', style)
      case 'GET /curfew.yaml':
        return send(response, 200, 'text/yaml; charset=utf-8', options.config)
      case 'GET /events':
        return watch(url, response)
      case 'POST /act':
        return send(
          response,
          200,
          'application/json',
          JSON.stringify(await options.act(await readJson(request))),
        )
      default:
        return send(response, 404, 'text/plain', 'There is nothing here.')
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((thrown: unknown) => {
      const error = thrown instanceof Error ? thrown.message : String(thrown)
      send(response, 400, 'application/json', JSON.stringify({ ok: false, error }))
    })
  })
  const port = await listen(server, options.port)
  return {
    url: `http://localhost:${port}/`,
    moved: options.port !== 0 && port !== options.port,
    changed,
    stop: async () => {
      clearInterval(again)
      clearTimeout(timer)
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    },
  }
}

/** Another name for this address would be another site's (DNS rebinding), and so would another origin. */
const isLocal = ({ headers }: IncomingMessage): boolean => {
  const local = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/
  const { host = '', origin } = headers
  return local.test(host) && (origin === undefined || origin === `http://${host}`)
}

/** JSON alone: a form of another site cannot send it without being asked first. */
const readJson = async (request: IncomingMessage): Promise<unknown> => {
  if (!request.headers['content-type']?.startsWith('application/json')) throw new Error('not JSON')
  let text = ''
  for await (const chunk of request) {
    text += chunk
    if (text.length > BODY_MAX) throw new Error('too long')
  }
  return JSON.parse(text)
}

const send = (response: ServerResponse, status: number, type: string, body: string): void => {
  if (response.headersSent) return void response.end()
  response.writeHead(status, { ...HEADERS, 'content-type': type })
  response.end(body)
}

const listen = async (server: Server, wanted: number): Promise<number> => {
  for (let port = wanted; ; port += 1) {
    try {
      return await listenOn(server, port)
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException
      if (code !== 'EADDRINUSE' || port >= wanted + PORTS_TRIED) throw thrown
    }
  }
}

const listenOn = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
