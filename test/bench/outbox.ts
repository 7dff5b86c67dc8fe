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
import { makeLog } from '../../src/infra/log.ts'
import { dueName } from '../../src/journal/keys.ts'
import type { Chat, ChatKind, DirectoryKind, Gesture, Receiving } from '../../src/ports.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { lanesOfChat } from '../../src/service/chat-lanes.ts'
import { makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { describeFigures, inTurns } from './figures.ts'

const LOOK_EVERY_MS = 20
/** One grant takes about this long, a hundred at a time. */
const GIVE_MS = 80
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

/** Ends so many grants at once and asks for so many cards after it. Takes about 80 ms a grant before that. */
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
  const app = await assemble({ config: read.config, overrides: { kinds: workplace.kinds, log } })
  try {
    await giveAll(workplace, redis.client, grants)
    workplace.goReal()
    await waitFor('the ends', 60_000 + grants * GIVE_MS, () => workplace.held.size === 0)
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

/** Everybody's access ends in the same second. */
const giveAll = async (workplace: Workplace, redis: Redis, grants: number): Promise<void> => {
  const endsAt = Date.now() + 25_000 + grants * GIVE_MS
  const people = Array.from({ length: grants }, (_, i) => `p${i}`)
  await inTurns(people, 50, async (who) => {
    const seconds = Math.max(10, Math.round((endsAt - Date.now()) / 1_000))
    const id = await workplace.ask(who, `vault/readonly ${seconds}s because of the load`)
    await workplace.act('boss', { kind: 'press', verb: 'approve', value: id })
  })
  await waitFor(`${grants} grants`, endsAt - Date.now(), () => workplace.held.size === grants)
  await waitFor('a quiet chat', endsAt - Date.now(), async () => (await countBehind(redis)) === 0)
}

const countBehind = async (redis: Redis): Promise<number> => {
  const sizes = await Promise.all(lanesOfChat('slack').map(({ lane }) => redis.zcard(dueName(lane))))
  return sizes.reduce((sum, size) => sum + size, 0)
}

const timeCard = async (workplace: Workplace, slack: LocalSlack, who: string): Promise<number> => {
  const askedMs = performance.now()
  const id = await workplace.ask(who, 'vault/readonly 1h because of INC-42')
  const channel = slack.channel('dbas').id
  await waitFor(`the card of ${id}`, 60_000, () =>
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

const waitFor = async (
  what: string,
  withinMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<void> => {
  const deadlineMs = performance.now() + withinMs
  while (!(await holds())) {
    if (performance.now() > deadlineMs) throw new Error(`did not happen in time: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS))
  }
}
