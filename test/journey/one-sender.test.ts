/** Two bots and one Redis: while one of them sends a message, nothing that happens makes the other send it, too. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import type { Kinds } from '../../src/config/kinds.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeLog } from '../../src/infra/log.ts'
import type { ChatKind, Gesture } from '../../src/ports.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { RECORDED_CONFIG } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

/** How long the chat takes for a line: long enough for something else to happen. */
const SLOW_MS = 1_000

let redis: TestRedis
const apps: App[] = []
/** The key of every message that was sent, by whichever bot. */
let sent: string[]
/** Titles that the approvers' card had, in the order in which they arrived in the chat. */
let drawn: string[]
const bots: ReturnType<typeof makeInProcess>[] = []

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The chat as it is for one bot; a redraw by the first arrives late. */
const slowly = (kinds: Kinds, isFirst: boolean): Kinds => {
  const [kind] = kinds.chats as readonly [ChatKind]
  const chat: ChatKind = {
    ...kind,
    connect: async (settings, tools) => {
      const local = await kind.connect(settings, tools)
      return {
        ...local,
        send: async (to, card, key, call) => {
          sent.push(key)
          if (to.under !== undefined) await pause(SLOW_MS)
          return local.send(to, card, key, call)
        },
        update: async (place, at, card, call) => {
          if (isFirst) await pause(SLOW_MS)
          if (place.kind === 'card') drawn.push(card.title)
          return local.update(place, at, card, call)
        },
      }
    },
  }
  return { ...kinds, chats: [chat] }
}

const startBot = async (): Promise<void> => {
  const local = makeInProcess()
  const kinds = slowly(local.kinds, bots.length === 0)
  const env = { REDIS_URL: redis.url, CURFEW_KEY: 'one-sender'.repeat(4), PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: RECORDED_CONFIG, env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  bots.push(local)
  apps.push(await assemble({ config: read.config, overrides: { kinds, log: makeLog({ level: 'silent' }) } }))
}

const act = async (bot: number, who: string, does: Gesture['does']): Promise<string> => {
  return JSON.stringify(await bots[bot]?.act(who, does))
}
const words = (text: string): Gesture['does'] => ({ kind: 'words', text, mentions: [] })

beforeEach(async () => {
  sent = []
  drawn = []
  redis = await startRedis()
  await startBot()
  await startBot()
})
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.stop()))
  bots.splice(0)
  await redis.stop()
})

it('every message is sent once, and the card shows the last state', { timeout: 60_000 }, async () => {
  const people = Array.from({ length: 8 }, (_, i) => `p${i}`)
  const ids = await Promise.all(
    people.map(
      async (who) => /R-[0-9A-Z]{6}/.exec(await act(0, who, words('vault/readonly because of INC-42')))?.[0],
    ),
  )
  const isSending = (): boolean =>
    ids.every((id) => sent.some((key) => key.startsWith(`${id}/`) && key.endsWith('/1')))
  await expect.poll(isSending, { timeout: 10_000 }).toBe(true)
  // The other bot hears of it, and looks at once. Each counts its own gestures: what asks nothing sets them apart.
  for (const who of people) await act(1, who, words('help'))
  await Promise.all(ids.map((id, i) => act(1, people[i] ?? '', words(`withdraw ${id}`))))
  const lines = (place: string) => sent.filter((key) => key.includes(place) && !key.endsWith('/card'))
  await expect.poll(() => lines(':thread:').length, { timeout: 20_000 }).toBeGreaterThanOrEqual(16)
  await expect.poll(() => lines(':dm:').length, { timeout: 20_000 }).toBeGreaterThanOrEqual(16)
  const lanes = ['local:new', 'local', 'local:audit'].map((lane) => `{curfew}:due:chat:${lane}`)
  const waiting = async () => (await Promise.all(lanes.map((lane) => redis.client.zcard(lane)))).join()
  await expect.poll(waiting, { timeout: 20_000 }).toBe('0,0,0')
  expect([...sent].sort()).toEqual([...new Set(sent)].sort())
  expect(drawn.at(-1)).toBe('Access request: withdrawn')
})
