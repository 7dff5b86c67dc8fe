/**
 * Sends a request to the bot as Slack does: signed over the very bytes, on a connection of its
 * own. Called by the drivers; also sends what Slack never would, for hostile tests.
 */
import { createHmac } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { ACKNOWLEDGE_MS } from './limits.ts'

/** What an attacker, a proxy or a broken clock may change about a signed request. */
export interface Hostile {
  /** Seconds since 1970 in the signed header; default now, by the machine's own clock, as the bot checks it. */
  readonly timestampS?: number
  /** Signs with this instead of the app's secret. */
  readonly secret?: string
  /** Sent as it is, instead of a signature. */
  readonly signature?: string
  readonly contentType?: string
  /** Sends the very same bytes this often, at once. Default 1. */
  readonly copies?: number
}

export interface SignedRequest {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Reply {
  /** 0: nobody answered. */
  readonly status: number
  readonly body: string
  /** Until the whole answer was there. */
  readonly ms: number
}

/** Slack gives up after 3 s; the driver listens longer, to see what the app would have said. */
const LISTEN_MS = 15_000

const sign = (secret: string, timestampS: number, body: string): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestampS}:${body}`).digest('hex')}`

export interface Body {
  readonly contentType: string
  readonly body: string
}

/** https://docs.slack.dev/authentication/verifying-requests-from-slack */
export const signRequest = (
  { body, contentType }: Body,
  appSecret: string,
  hostile: Hostile,
): SignedRequest => {
  const timestampS = hostile.timestampS ?? Math.floor(Date.now() / 1_000)
  return {
    body,
    headers: {
      'content-type': hostile.contentType ?? contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(timestampS),
      'x-slack-signature': hostile.signature ?? sign(hostile.secret ?? appSecret, timestampS, body),
    },
  }
}

/** Never rejects: a bot that is away is a status of 0. */
export const sendSigned = (url: string, { body, headers }: SignedRequest): Promise<Reply> =>
  new Promise((resolve) => {
    const startedAt = performance.now()
    const finish = (status: number, said: string) =>
      resolve({ status, body: said, ms: performance.now() - startedAt })
    const length = { 'content-length': String(Buffer.byteLength(body)) }
    const options = { method: 'POST', headers: { ...headers, ...length }, agent: false, timeout: LISTEN_MS }
    const request = httpRequest(url, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => finish(response.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')))
      response.on('error', (error) => finish(0, error.message))
    })
    request.on('timeout', () => request.destroy(new Error('no answer')))
    request.on('error', (error) => finish(0, error.message))
    request.end(body)
  })

/** Slack's name for what went wrong, where the bot did not answer well or not in time. */
export const failureOf = ({ status, ms }: Reply): 'operation_timeout' | 'dispatch_failed' | undefined => {
  if (ms > ACKNOWLEDGE_MS) return 'operation_timeout'
  return status === 200 ? undefined : 'dispatch_failed'
}
