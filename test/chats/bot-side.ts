/**
 * A bot's side of a chat for tests: one real HTTP server for the routes of a plug-in, what reaches Curfew, and how it is
 * answered. Everything it starts is stopped by `stop`.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Card, plain } from '../../src/domain/cards/card.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import type { Answer, Call, Clock, DirectoryChange, Gesture, Receiving, Route } from '../../src/ports.ts'

export const SILENT = makeLog({ level: 'silent' })

export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref()
    return () => clearTimeout(timer)
  },
}

/** Time that passes only when told. */
export const manualClock = () => {
  let nowMs = 0
  const timers = new Set<{ at: number; run: () => void }>()
  const clock: Clock = {
    monotonicMs: () => nowMs,
    after: (ms, run) => {
      const timer = { at: nowMs + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const advance = (ms: number) => {
    nowMs += ms
    for (const timer of [...timers]) {
      if (timer.at > nowMs) continue
      timers.delete(timer)
      timer.run()
    }
  }
  return { clock, advance, waiting: () => timers.size }
}

export const call = (signal: AbortSignal = new AbortController().signal): Call => ({
  signal,
  notAfter: Date.now() + 30_000,
  left: () => 30_000,
  key: 'k',
})

export const say = (words: string): Card => ({
  title: 'Answer',
  summary: [plain(words)],
  parts: [{ part: 'text', spans: [plain(words)] }],
})

export const REQUEST = 'R-7K3QX9' as RequestId

/** A card with one button. */
export const asked: Card = {
  title: 'Waiting',
  summary: [plain('Ana asks')],
  parts: [{ part: 'buttons', buttons: [{ verb: 'approve', request: REQUEST, label: 'Approve' }] }],
}

const heard = (does: Gesture['does']): string => {
  if (does.kind === 'words') return `heard ${does.text}`
  return does.kind === 'press' ? `pressed ${does.verb}` : does.kind
}

export interface BotSide {
  readonly url: string
  /** What reached Curfew, oldest first. */
  readonly gestures: Gesture[]
  /** Hints that reached Curfew, oldest first. */
  readonly changes: DirectoryChange[]
  readonly receiving: Receiving
  /** Replaces how gestures are answered. */
  answerWith(on: (gesture: Gesture) => Promise<Answer>): void
  /** Replaces which gestures ask for a form; by default none. */
  expectForms(expects: (gesture: Gesture) => string | undefined): void
  stop(): Promise<void>
}

export const startBotSide = async (): Promise<BotSide> => {
  const routes = new Map<string, Route>()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bot')
    const route = routes.get(pathname)
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gestures: Gesture[] = []
  const changes: DirectoryChange[] = []
  let answer = async (gesture: Gesture): Promise<Answer> => ({
    card: say(heard(gesture.does)),
  })
  let expects = (_: Gesture): string | undefined => undefined
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    gestures,
    changes,
    receiving: {
      on: (gesture) => {
        gestures.push(gesture)
        return answer(gesture)
      },
      expectsForm: (gesture) => expects(gesture),
      changed: (what) => void changes.push(what),
      route: (path, handle) => void routes.set(path, handle),
    },
    answerWith: (on) => {
      answer = on
    },
    expectForms: (on) => {
      expects = on
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
