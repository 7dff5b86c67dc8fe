/**
 * Socket Mode of the local Slack: one-use addresses, at most ten sockets, each envelope to one of them. It recycles
 * sockets when told, as Slack does every few hours. https://docs.slack.dev/apis/events-api/using-socket-mode
 */
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'
import { ACKNOWLEDGE_MS, SOCKETS_MAX } from './limits.ts'
import type { Fields } from './model.ts'

export interface Envelope {
  readonly type: 'slash_commands' | 'interactive' | 'events_api'
  readonly payload: Fields
  readonly retry_attempt?: number
}

/** How the bot acknowledged, as an HTTP answer would have looked; status 0: it did not, in time. */
export interface Acknowledged {
  readonly status: number
  readonly body: string
  readonly ms: number
}

export interface Sockets {
  /** For `apps.connections.open`; the address works once. */
  newAddress(origin: string): string
  /** How many sockets stand right now. */
  count(): number
  /** Sends it through one of the sockets; never rejects. */
  send(envelope: Envelope): Promise<Acknowledged>
  /** Asks every bot to open new ones, as before a deploy, or cuts them without a word. */
  recycle(how: 'refresh_requested' | 'cut'): void
  stop(): void
}

const PATH = '/link/'
/** Slack sends pings; a client that hears none takes the line for dead. */
const PING_EVERY_MS = 5_000

export const createSockets = (server: Server, changed: () => void): Sockets => {
  const tickets = new Set<string>()
  const open = new Set<WebSocket>()
  const waiting = new Map<string, (payload: unknown) => void>()
  const web = new WebSocketServer({ noServer: true })

  server.on('upgrade', (request, socket, head) => {
    const ticket = request.url?.startsWith(PATH) ? request.url.slice(PATH.length) : ''
    if (!tickets.delete(ticket)) return socket.destroy()
    web.handleUpgrade(request, socket, head, greet)
  })

  const greet = (socket: WebSocket): void => {
    socket.on('error', () => undefined)
    if (open.size >= SOCKETS_MAX) {
      refuse(socket, 'too_many_websockets')
      return
    }
    open.add(socket)
    const ping = setInterval(() => socket.ping(), PING_EVERY_MS).unref()
    socket.on('close', () => {
      clearInterval(ping)
      open.delete(socket)
      changed()
    })
    socket.on('message', (data) => hear(String(data)))
    socket.send(JSON.stringify({ type: 'hello', num_connections: open.size }))
    changed()
  }

  const hear = (text: string): void => {
    const { envelope_id, payload } = JSON.parse(text) as { envelope_id: string; payload?: unknown }
    waiting.get(envelope_id)?.(payload)
  }

  /** It stands no longer from here on; `close` is told some time later, and until then it would get envelopes. */
  const cut = (socket: WebSocket): void => {
    open.delete(socket)
    socket.terminate()
  }

  return {
    newAddress: (origin) => {
      const ticket = randomBytes(16).toString('hex')
      tickets.add(ticket)
      return `${origin.replace('http', 'ws')}${PATH}${ticket}`
    },
    count: () => open.size,
    send: (envelope) => sendTo(pick(open), envelope, waiting),
    recycle: (how) => {
      for (const socket of open) {
        if (how === 'cut') cut(socket)
        else refuse(socket, how)
      }
    },
    stop: () => {
      for (const socket of open) socket.terminate()
      web.close()
    },
  }
}

const refuse = (socket: WebSocket, reason: string): void =>
  socket.send(JSON.stringify({ type: 'disconnect', reason }), () => socket.close())

/** Which socket gets an envelope is not for the app to know. */
const pick = (open: ReadonlySet<WebSocket>): WebSocket | undefined =>
  [...open][Math.floor(Math.random() * open.size)]

/** Longer than Slack waits, to see what the app would have said. */
const LISTEN_MS = 5 * ACKNOWLEDGE_MS

const sendTo = (
  socket: WebSocket | undefined,
  envelope: Envelope,
  waiting: Map<string, (payload: unknown) => void>,
): Promise<Acknowledged> =>
  new Promise((resolve) => {
    const beganMs = performance.now()
    const envelope_id = randomBytes(16).toString('hex')
    const finish = (status: number, body: string): void => {
      clearTimeout(timer)
      waiting.delete(envelope_id)
      resolve({ status, body, ms: performance.now() - beganMs })
    }
    const timer = setTimeout(() => finish(0, ''), LISTEN_MS)
    if (socket === undefined) return finish(0, '')
    waiting.set(envelope_id, (payload) => finish(200, isEmpty(payload) ? '' : JSON.stringify(payload)))
    const accepts_response_payload = envelope.type !== 'events_api'
    socket.send(JSON.stringify({ envelope_id, accepts_response_payload, ...envelope }))
  })

/** The SDK always sends a payload, also to say nothing. */
const isEmpty = (payload: unknown): boolean =>
  typeof payload !== 'object' || payload === null || Object.keys(payload).length === 0
