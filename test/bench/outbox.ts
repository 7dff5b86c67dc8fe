/**
 * Thousands of grants that end at once leave thousands of messages behind, with Slack's real rate limits switched on:
 * how long does the next approval card take? The messages that stand before the end are put there without Slack's API.
 */
import type { Redis } from 'ioredis'
import { assemble } from '../../src/app.ts'
import { slackChat } from '../../src/chats/slack/index.ts'
import type { SlackSettings } from '../../src/chats/slack/settings.ts'
import type { Kinds } from '../../src/config/kinds.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { systemClock } from '../../src/infra/clock.ts'
import { makeLog } from '../../src/infra/log.ts'
import { dueName } from '../../src/journal/keys.ts'
import type { Chat, ChatKind, Clock, DirectoryKind, Gesture, Receiving } from '../../src/ports.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { lanesOfChat } from '../../src/service/chat-lanes.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { until } from '../fixtures/until.ts'
import { describeFigures, inTurns } from './figures.ts'

/** A grant takes no longer to be given, to be warned of and to end, fifty at a time. */
const GRANT_MS = 80
/** Grants are given for so long; the time until just before the end is gone over in strides. */
const GIVEN_MS = 3_600_000
/** Holders are told a tenth of that before the end; what they are told takes its time, and until then nothing is gone over. */
const WARNS_BEFORE_MS = GIVEN_MS / 10
const NEAR_MS = 8_000
const END_SOON_MS = 2_000
/** Less than what makes a bot doubt the clock: what is on its way was asked before the last one. */
const STRIDE_MS = 5_000
const AHEAD = 'bench:ahead'
/** Redis time, moved ahead. */
const PRELUDE = `
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000) + (redis.call('GET', '${AHEAD}') or 0)
end`
const BETWEEN_CARDS_MS = 2_000

const yaml = (slack: LocalSlack): string => `
operators: [boss@acme.test]
emailDomains: [acme.test]
audit: { channels: ["slack:${slack.channel('audit').id}"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: [vault/readonly]
    requesters: [everyone]
    approvers: [boss@acme.test]
    channels: ["slack:${slack.channel('dbas').id}"]
`

export interface Outbox {
  /** Messages that waited when the first card was asked for. */
  readonly behind: number
  /** From the words to the card in the approvers' channel, each, ms. */
  readonly cardMs: readonly number[]
  /** Calls that Slack refused with 429. */
  readonly refused: number
  /** What the log says about messages that met trouble. */
  readonly undelivered: readonly string[]
}

/** Ends so many grants at once and asks for so many cards after it. */
export const fillOutbox = async (grants: number, cards: number): Promise<Outbox> => {
  const redis = await startRedis()
  const slack = await startLocalSlack({ rateLimits: true })
  const workplace = makeWorkplace(slack)
  const warnings: string[] = []
  const log = makeLog({ level: 'warn', destination: { write: (line: string) => void warnings.push(line) } })
  const env = {
    REDIS_URL: redis.url,
    CURFEW_KEY: 'bench'.repeat(8),
    PORT: '0',
    HOST: '127.0.0.1',
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
  }
  const read = readConfig({ text: yaml(slack), env, kinds: workplace.kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const time = makeTime(redis.client)
  const overrides = { kinds: workplace.kinds, log, prelude: PRELUDE, clock: time.clock }
  const app = await assemble({ config: read.config, overrides })
  try {
    await giveAll(workplace, redis.client, grants, time)
    workplace.goReal()
    await until('the ends', 60_000 + grants * GRANT_MS, () => workplace.held.size === 0)
    const behind = await countBehind(redis.client)
    const cardMs: number[] = []
    for (let i = 0; i < cards; i += 1) {
      cardMs.push(await timeCard(workplace, slack, `late${i}`))
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_CARDS_MS))
    }
    const refused = slack.calls().filter(({ outcome }) => outcome === 'ratelimited').length
    return { behind, cardMs, refused, undelivered: warnings.filter((line) => line.includes('not delivered')) }
  } finally {
    await app.stop()
    await slack.stop()
    await redis.stop()
  }
}

/** Answers lines of figures. */
export const describeOutbox = async (grants: number, cards: number): Promise<string[]> => {
  const { behind, cardMs, refused, undelivered } = await fillOutbox(grants, cards)
  return [
    describeFigures(`a new card while ${behind} places are behind`, cardMs),
    `calls refused with 429: ${refused}, warnings: ${undelivered.length}`,
  ]
}

interface Time {
  readonly clock: Clock
  now(): number
  /** Goes to this instant, together with the clock of the process. */
  goTo(instant: number): Promise<void>
}

const makeTime = (redis: Redis): Time => {
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs
  return {
    clock: { ...systemClock, monotonicMs: () => performance.now() + aheadMs },
    now,
    goTo: async (instant) => {
      for (let leftMs = instant - now(); leftMs > 0; leftMs = instant - now()) {
        aheadMs += Math.min(STRIDE_MS, Math.ceil(leftMs))
        await redis.set(AHEAD, aheadMs)
      }
    },
  }
}

/** Everybody's access ends within the same seconds, which are about to come; nothing is behind. */
const giveAll = async (workplace: Workplace, redis: Redis, grants: number, time: Time): Promise<void> => {
  const endsAt = time.now() + GIVEN_MS
  const people = Array.from({ length: grants }, (_, i) => `p${i}`)
  await inTurns(people, 50, async (who) => {
    const seconds = Math.round((endsAt - time.now()) / 1_000)
    const id = await workplace.ask(who, `vault/readonly ${seconds}s because of the load`)
    await workplace.act('boss', { kind: 'press', verb: 'approve', value: id })
  })
  const patienceMs = 25_000 + grants * GRANT_MS
  await until(`${grants} grants`, patienceMs, () => workplace.held.size === grants)
  const untilQuiet = (at: number) =>
    until('a quiet chat', patienceMs, async () => (await countBehind(redis, at)) === 0)
  await untilQuiet(time.now())
  await time.goTo(endsAt - WARNS_BEFORE_MS - NEAR_MS)
  await untilQuiet(endsAt - WARNS_BEFORE_MS + NEAR_MS)
  await time.goTo(endsAt - END_SOON_MS)
}

/** Messages that wait; with `dueBy`, also requests of which something is due then. */
const countBehind = async (redis: Redis, dueBy?: number): Promise<number> => {
  const sizes = await Promise.all([
    ...lanesOfChat('slack').map(({ lane }) => redis.zcard(dueName(lane))),
    dueBy === undefined ? 0 : redis.zcount(dueName('records'), '-inf', dueBy),
  ])
  return sizes.reduce((sum, size) => sum + size, 0)
}

const timeCard = async (workplace: Workplace, slack: LocalSlack, who: string): Promise<number> => {
  const askedMs = performance.now()
  const id = await workplace.ask(who, 'vault/readonly 1h because of INC-42')
  const channel = slack.channel('dbas').id
  await until(`the card of ${id}`, 60_000, () =>
    slack
      .calls('chat.postMessage')
      .some(
        ({ args, outcome }) => args.channel === channel && outcome === 'ok' && args.metadata?.includes(id),
      ),
  )
  return performance.now() - askedMs
}

interface Workplace {
  readonly kinds: Kinds
  /** Who holds access right now. */
  readonly held: ReadonlySet<string>
  act(who: string, does: Gesture['does']): Promise<string>
  /** Answers the request's id. */
  ask(who: string, words: string): Promise<string>
  /** From here on messages go through Slack's API. */
  goReal(): void
}

/** A target and a directory in this process, and Slack, which at first takes every message at once. */
const makeWorkplace = (slack: LocalSlack): Workplace => {
  const local = makeInProcess()
  const ids = new Map<string, string>()
  const names = new Map<string, string>()
  let receiving: Receiving | undefined
  let real: Chat | undefined
  let isReal = false
  let gestures = 0
  for (const name of ['dbas', 'audit']) slack.addChannel({ name })

  const idOf = (name: string): string => {
    const known = ids.get(name) ?? slack.addUser({ name }).id
    ids.set(name, known)
    names.set(`slack:${known}`, name)
    return known
  }
  const fast: Pick<Chat, 'send' | 'update' | 'find'> = {
    // What people have before the end is only where it stands, not what it says.
    send: async ({ place, under }) => {
      if (under !== undefined) return { channel: under.channel, id: `${under.id}9` }
      const channel = place.kind === 'dm' ? slack.openDm(place.to).id : place.to
      const { ts } = slack.post({ channel, content: { text: 'a card', truncated: false } })
      return { channel, id: ts }
    },
    update: async () => 'done',
    find: async () => 'absent',
  }
  const now = (): Pick<Chat, 'send' | 'update' | 'find'> => (isReal && real ? real : fast)
  const chat: ChatKind<SlackSettings> = {
    ...slackChat,
    connect: async (settings, tools) => {
      receiving = tools.receiving
      const { receiving: _, ...sending } = tools
      real = await slackChat.connect(settings, sending)
      return {
        ...real,
        send: (...args) => now().send(...args),
        update: (...args) => now().update(...args),
        find: (...args) => now().find(...args),
      }
    },
  }
  const directory: DirectoryKind = {
    kind: 'slack',
    fromEnv: () => ({ settings: {} }),
    classify: (id) => (id.startsWith('C') ? 'channel' : 'person'),
    connect: () => ({
      person: async (ref) => {
        const name = names.get(ref) ?? ref.replace('@acme.test', '')
        const id = idOf(name)
        const identity = `slack:${slack.team.id}/${id}`
        return { ref: `slack:${id}`, identity, name, email: `${name}@acme.test`, standing: 'member' }
      },
      members: async () => [],
      forget: () => undefined,
      close: async () => undefined,
    }),
  }
  const act: Workplace['act'] = async (who, does) => {
    gestures += 1
    const by = { id: `bench/${gestures}`, chat: 'slack', actor: `slack:${idOf(who)}` }
    return JSON.stringify(await receiving?.on({ ...by, does }))
  }
  return {
    kinds: { ...local.kinds, chats: [chat], directories: [directory] },
    held: local.held,
    act,
    ask: async (who, text) => {
      const said = await act(who, { kind: 'words', mentions: [], text })
      const id = /R-[0-9A-Z]{6}/.exec(said)?.[0]
      if (id === undefined) throw new Error(`not asked: ${said}`)
      return id
    },
    goReal: () => {
      isReal = true
    },
  }
}
