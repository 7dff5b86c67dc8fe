/**
 * A bot's side of Slack for tests: one real HTTP server with the plug-in's route, connected to a local Slack.
 * Everything it starts is stopped by `stop`.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { slackChat } from '../../src/chats/slack/index.ts'
import { type Card, plain } from '../../src/domain/cards/card.ts'
import type { Place, RequestId } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import type {
  Answer,
  Call,
  Chat,
  Clock,
  DirectoryChange,
  Gesture,
  Log,
  Posted,
  Route,
} from '../../src/ports.ts'
import {
  type LocalSlack,
  type LocalSlackOptions,
  startLocalSlack,
} from '../../src/sandbox/slack/local-slack.ts'

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

export interface World {
  readonly slack: LocalSlack
  readonly chat: Chat
  /** What reached Curfew, oldest first. */
  readonly gestures: Gesture[]
  /** Hints that reached Curfew, oldest first. */
  readonly changes: DirectoryChange[]
  /** Replaces how gestures are answered. */
  answerWith(on: (gesture: Gesture) => Promise<Answer>): void
  /** Replaces which gestures ask for a form; by default none. */
  expectForms(expects: (gesture: Gesture) => string | undefined): void
  /** Sends {@link asked} to a channel. */
  sendCard(channel: string): Promise<Posted>
  stop(): Promise<void>
}

const heard = (does: Gesture['does']): string => {
  if (does.kind === 'words') return `heard ${does.text}`
  return does.kind === 'press' ? `pressed ${does.verb}` : does.kind
}

export type By = 'http' | 'sockets'

interface Wishes {
  /** How Slack reaches the bot. Default: http. */
  readonly by?: By
  readonly slack?: LocalSlackOptions
  readonly clock?: Clock
  readonly log?: Log
}

export const settingsFor = ({ botToken, appToken, signingSecret, apiUrl }: LocalSlack, by: By) => ({
  token: botToken,
  apiUrl,
  receives: by === 'http' ? ({ by, signingSecret } as const) : ({ by, appToken } as const),
})

/** Ana and Bob in `#dbas` and `#audit`, with the bot; a message with a button can be sent by `chat.send`. */
export const startWorld = async (wishes: Wishes = {}): Promise<World> => {
  const slack = await startLocalSlack({ ...wishes.slack, socketMode: wishes.by === 'sockets' })
  for (const name of ['ana', 'bob']) slack.addUser({ name })
  for (const name of ['dbas', 'audit']) slack.addChannel({ name, members: ['ana', 'bob'] })
  const routes = new Map<string, Route>()
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://bot')
    const route = routes.get(pathname)
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
  const stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await slack.stop()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const gestures: Gesture[] = []
  const changes: DirectoryChange[] = []
  let answer = async (gesture: Gesture): Promise<Answer> => ({
    card: say(heard(gesture.does)),
  })
  let expects = (_: Gesture): string | undefined => undefined
  try {
    const chat = await slackChat.connect(settingsFor(slack, wishes.by ?? 'http'), {
      log: wishes.log ?? SILENT,
      clock: wishes.clock ?? realClock,
      receiving: {
        on: (gesture) => {
          gestures.push(gesture)
          return answer(gesture)
        },
        expectsForm: (gesture) => expects(gesture),
        changed: (what) => void changes.push(what),
        route: (path, handle) => void routes.set(path, handle),
      },
    })
    slack.connectBot(`http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`)
    return {
      slack,
      chat,
      gestures,
      changes,
      answerWith: (on) => {
        answer = on
      },
      expectForms: (on) => {
        expects = on
      },
      sendCard: (channel) => {
        const place: Place = { chat: 'slack', kind: 'card', to: slack.channel(channel).id }
        return chat.send({ place }, asked, 'key', call())
      },
      stop: async () => {
        await chat.close()
        await stop()
      },
    }
  } catch (thrown) {
    await stop()
    throw thrown
  }
}
