/** What whoever runs the process asks it: is it alive, may it give access, and how does it do. */
import { asFault } from '../domain/fault.ts'
import { FREEZE_KEY } from '../domain/model.ts'
import type { Journal } from '../ports.ts'
import { answerJson, type Http } from './http.ts'

export interface Health {
  readonly journal: Pick<Journal, 'load'>
  /** Why nothing is given at present; empty: all is well. */
  doubts(): readonly string[]
  /** Everything that is counted, in the format of Prometheus. */
  metrics(): Promise<string>
}

/** Mounts `/healthz`, `/readyz` and `/metrics`. */
export const serveHealth = (http: Http, { journal, doubts, metrics }: Health): void => {
  http.route('/healthz', (_, response) => answerJson(response, 200, { ok: true }))
  http.route('/readyz', async (_, response) => {
    const read = await journal.load([FREEZE_KEY]).catch((thrown: unknown) => asFault(thrown).message)
    const found = [...(typeof read === 'string' ? [read] : []), ...doubts()]
    const ready = found.length === 0
    // An operator's wish, and nothing that is wrong: whoever asks in chat must still be answered. Why is not for everybody.
    answerJson(response, ready ? 200 : 503, { ready, frozen: isFrozen(read), doubts: found })
  })
  http.route('/metrics', async (_, response) => {
    const text = await metrics()
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
    response.end(text)
  })
}

const isFrozen = (read: Awaited<ReturnType<Journal['load']>> | string): boolean => {
  const state = typeof read === 'string' ? null : read.records.get(FREEZE_KEY)?.state
  return (state as { since?: number } | null | undefined)?.since !== undefined
}
