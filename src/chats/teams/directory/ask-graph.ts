/**
 * Reads from Microsoft Graph with the bot's own token, a page at a time; nothing is retried here. The one translator of what
 * Graph answers into faults: its sentences never hold a token or the body of an answer.
 * https://learn.microsoft.com/graph/errors and https://learn.microsoft.com/graph/throttling
 */
import { z } from 'zod'
import { Fault } from '../../../domain/fault.ts'
import type { FetchToken } from '../fetch-token.ts'

/** What Graph refused, by its own name for it. */
export class GraphError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string) {
    super(`HTTP ${status} ${code}`)
    this.name = 'GraphError'
    this.status = status
    this.code = code
  }
}

/** The status of a refusal; undefined for any other failure. */
export const graphStatusOf = (thrown: unknown): number | undefined =>
  thrown instanceof Fault && thrown.cause instanceof GraphError ? thrown.cause.status : undefined

export interface Graph {
  /** `path` below the version, with its query. Rejects with a fault. */
  get<T>(path: string, shape: z.ZodType<T>): Promise<T>
  /** All items of a list. Rejects with a fault, also when there are more than `most`. */
  list<T>(path: string, shape: z.ZodType<T>, most: number): Promise<readonly T[]>
}

/** One call, ms. */
const CALL_MS = 10_000
/** For a refusal that does not say how long, ms. */
const AGAIN_MS = 5_000
const PAGES_MAX = 100

const refusal = z.object({ error: z.object({ code: z.string().max(100) }) })
const pageOf = z.object({ value: z.array(z.unknown()), '@odata.nextLink': z.string().optional() })

const fromStatus = (error: GraphError, after: string | null): Fault => {
  const { status, code } = error
  if (status === 429 || status >= 500) {
    const afterMs = /^\d{1,5}$/.test(after ?? '') ? Number(after) * 1_000 : AGAIN_MS
    return new Fault('retry', `Microsoft Graph answered with HTTP ${status}.`, { afterMs, cause: error })
  }
  const name = /^[\w.]{1,60}$/.test(code) ? ` (${code})` : ''
  return new Fault('permanent', `Microsoft Graph refused with HTTP ${status}${name}.`, { cause: error })
}

const noSense = (): Fault =>
  new Fault('retry', 'Microsoft Graph answered with something that makes no sense.')

export const createGraph = (graphUrl: string, token: FetchToken): Graph => {
  const base = `${graphUrl}/v1.0`

  const fetchJson = async (url: string): Promise<unknown> => {
    const bearer = await token(`${graphUrl}/.default`)
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${bearer}`, accept: 'application/json' },
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_MS),
    }).catch((cause: unknown) => {
      throw new Fault('retry', 'Microsoft Graph cannot be reached, or did not answer in time.', { cause })
    })
    const said: unknown = await response.json().catch(() => undefined)
    if (response.ok) return said
    const code = refusal.safeParse(said).data?.error.code ?? ''
    throw fromStatus(new GraphError(response.status, code), response.headers.get('retry-after'))
  }

  const read = <T>(shape: z.ZodType<T>, said: unknown): T => {
    const parsed = shape.safeParse(said)
    if (!parsed.success) throw noSense()
    return parsed.data
  }

  return {
    get: async (path, shape) => read(shape, await fetchJson(`${base}${path}`)),
    list: async (path, shape, most) => {
      const found = []
      let asked = 0
      let next: string | undefined = `${base}${path}`
      while (next !== undefined) {
        const page: z.infer<typeof pageOf> = read(pageOf, await fetchJson(next))
        found.push(...page.value.map((one) => read(shape, one)))
        next = page['@odata.nextLink']
        // A page may be empty, but not every page.
        asked += 1
        if (found.length > most || asked > PAGES_MAX)
          throw new Fault('permanent', `Microsoft Graph lists more than ${most}.`)
        // The token goes with it: nowhere else than where we asked.
        if (next !== undefined && !next.startsWith(`${graphUrl}/`)) throw noSense()
      }
      return found
    },
  }
}
