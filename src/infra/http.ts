/** The bot's one HTTP server: paths are mounted by chats and by the app; anything else is 404 without a body. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Route } from '../ports.ts'

export interface Http {
  route(path: string, handle: Route): void
  /** Answers the port, which the system chooses for 0. Rejects when the port is taken. */
  listen(port: number, host: string): Promise<number>
  /** Takes no new connections; what is being answered has two seconds to finish. */
  close(): Promise<void>
}

const HEADERS_WITHIN_MS = 10_000
const REQUEST_WITHIN_MS = 30_000
/** Everything else that stops waits for it: a request that never comes to its end must not use up that time. */
const CLOSE_WITHIN_MS = 2_000

export const openHttp = (): Http => {
  const routes = new Map<string, Route>()
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const handle = routes.get(path)
    if (handle === undefined) response.writeHead(404).end()
    else handle(request, response)
  })
  server.headersTimeout = HEADERS_WITHIN_MS
  server.requestTimeout = REQUEST_WITHIN_MS
  return {
    route: (path, handle) => void routes.set(path, handle),
    listen: (port, host) =>
      new Promise((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
      }),
    close: () =>
      new Promise((resolve) => {
        const cut = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS)
        server.close(() => {
          clearTimeout(cut)
          resolve()
        })
        server.closeIdleConnections()
      }),
  }
}

/** A short JSON answer that nobody may cache. */
export const answerJson = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(`${JSON.stringify(body)}\n`)
}
