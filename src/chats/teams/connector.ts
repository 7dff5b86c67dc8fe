/**
 * Calls of the connector's REST API. Made here and not by botbuilder's client, which sends a post again by itself when its
 * answer is lost, cannot be ended, and knows no messages for one reader; nothing is retried here.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
import { z } from 'zod'
import { Fault } from '../../domain/fault.ts'
import type { FetchToken } from './fetch-token.ts'
import { ConnectorError, type Errand, fromNetwork, fromStatus } from './to-fault.ts'

/** One call to Teams, ms. */
export const CALL_MS = 10_000

export interface Asking extends Errand {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Segments after `/v3/`. */
  readonly path: readonly string[]
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/** What was answered, as JSON of any shape. Rejects with a fault. */
export type Connector = (asking: Asking) => Promise<unknown>

interface Connecting {
  readonly token: FetchToken
  readonly scope: string
  /** Where the connector is at present, without a `/` at the end. */
  serviceUrl(): string
}

const refusal = z.object({ error: z.object({ code: z.string().max(100) }) })

const addressOf = (base: string, { path, query }: Asking): string => {
  const asked = query === undefined ? '' : `?${new URLSearchParams(query)}`
  return `${base}/v3/${path.map(encodeURIComponent).join('/')}${asked}`
}

export const createConnector =
  ({ token, scope, serviceUrl }: Connecting): Connector =>
  async (asking) => {
    const signals = [AbortSignal.timeout(CALL_MS), ...(asking.signal ? [asking.signal] : [])]
    const bearer = await token(scope, asking.signal)
    const response = await fetch(addressOf(serviceUrl(), asking), {
      method: asking.method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(asking.body !== undefined && { body: JSON.stringify(asking.body) }),
      redirect: 'error',
      signal: AbortSignal.any(signals),
    }).catch((thrown: unknown) => {
      throw fromNetwork(thrown, asking)
    })
    const said = await response.text().catch((thrown: unknown) => {
      throw fromNetwork(thrown, asking)
    })
    const answer = parse(said)
    if (response.ok) return answer
    const code = refusal.safeParse(answer).data?.error.code ?? ''
    throw fromStatus(new ConnectorError(response.status, code), response.headers.get('retry-after'), asking)
  }

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A part of an answer that has to be there. */
export const read = <T>(shape: z.ZodType<T>, answer: unknown, { writes }: Errand): T => {
  const parsed = shape.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new Fault(writes ? 'unknown' : 'retry', 'Teams answered with something that makes no sense.')
}
