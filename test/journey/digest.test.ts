/** The daily digest as three replicas on one Redis post it, by a clock that the test sets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import type { Kinds } from '../../src/config/kinds.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Card } from '../../src/domain/cards/card.ts'
import { Fault } from '../../src/domain/fault.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

const CASE = { timeout: 60_000 }
const KEY = 'digests-'.repeat(4)
const DAY_MS = 24 * 3_600_000

const OPS = 'local:channel-ops'
const digestAt = (channel: string): string =>
  `{ channel: "${channel}", at: "02:30", timezone: Europe/Berlin }`
const config = (channels: readonly string[]): string => `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
digests: [${channels.map(digestAt).join(', ')}]
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: ["*/readonly"]
    requesters: [everyone]
    approvers: [bob@acme.test]
    maxDuration: 1d
    channels: ["local:channel-dbas"]
`

interface Replica {
  readonly app: App
  readonly local: InProcess
}

let redis: TestRedis
let running: Replica[] = []
/** Nothing can be posted there. */
let unreachable: string | undefined
let posted: { readonly channel: string; readonly card: Card }[] = []

beforeEach(async () => {
  redis = await startRedis()
  posted = []
  unreachable = undefined
})
afterEach(async () => {
  await stopAll()
  await redis.stop()
})

const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map(({ app }) => app.stop()))
}

/** From now on it is this moment. */
const itIs = (text: string): Promise<unknown> => redis.client.set('test:ahead', Date.parse(text) - Date.now())

/** The same chat, with every digest that is posted in it kept. */
const listenIn = (kinds: Kinds): Kinds => ({
  ...kinds,
  chats: kinds.chats.map((kind) => ({
    ...kind,
    connect: async (settings, tools) => {
      const chat = await kind.connect(settings, tools)
      return {
        ...chat,
        send: async (to, card, key, call) => {
          if (to.place.to === unreachable) throw new Fault('permanent', 'channel_not_found')
          if (card.title === 'Daily digest') posted.push({ channel: `local:${to.place.to}`, card })
          return chat.send(to, card, key, call)
        },
      }
    },
  })),
})

const start = async (count: number, channels: readonly string[] = [OPS]): Promise<void> => {
  const begun = Array.from({ length: count }, async (): Promise<Replica> => {
    const local = makeInProcess()
    const kinds = listenIn(local.kinds)
    const env = { REDIS_URL: redis.url, CURFEW_KEY: KEY, PORT: '0', HOST: '127.0.0.1' }
    const read = readConfig({ text: config(channels), env, kinds })
    if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
    const overrides = { kinds, log: makeLog({ level: 'silent' }), prelude: MOVED }
    return { app: await assemble({ config: read.config, overrides }), local }
  })
  running = await Promise.all(begun)
}

interface Event {
  readonly type?: string
  readonly at: number
  readonly digest?: string
  readonly day?: string
}
const events = async (): Promise<readonly Event[]> =>
  (await redis.client.xrange('{curfew}:journal', '-', '+')).map(
    ([, fields]) => (JSON.parse(fields[1] ?? '{}') as { event: Event }).event,
  )
const lastPostedAt = async (): Promise<number> =>
  (await events()).findLast(({ type }) => type === 'digest posted')?.at ?? 0

/** The days in the record's own chain: when it began, then every day it was posted for. */
const daysOf = async (channel: string): Promise<readonly string[]> =>
  (await events())
    .filter(({ type, digest }) => type?.startsWith('digest') && digest?.startsWith(`${channel}/`))
    .map(({ day }) => day ?? '')
const untilDays = (channel: string, days: readonly string[]): Promise<void> =>
  expect.poll(() => daysOf(channel), { timeout: 20_000, interval: 50 }).toEqual(days)
const untilPosted = (count: number): Promise<void> =>
  expect.poll(() => posted.length, { timeout: 20_000, interval: 50 }).toBe(count)

const wordsOf = (card: Card): string =>
  card.parts
    .flatMap((part) => ('spans' in part ? part.spans : []))
    .map((span) => ('text' in span ? span.text : '_'))
    .join('')

const act = (who: string, text: string): Promise<Card> => {
  const [first] = running
  if (first === undefined) throw new Error('nothing is running')
  return first.local.act(who, { kind: 'words', text, mentions: [] })
}

const requestId = async (): Promise<RequestId> => {
  const [key = ''] = (await redis.client.smembers('{curfew}:live')).filter((one) => one.startsWith('r:'))
  return key.slice(2) as RequestId
}

const give = async (wish = '2h'): Promise<RequestId> => {
  await act('ana', `request vault/readonly ${wish} because of INC-42`)
  const id = await requestId()
  await running[0]?.local.act('bob', { kind: 'press', verb: 'approve', value: id })
  await expect.poll(() => act('ana', 'mine').then(wordsOf), { timeout: 10_000 }).toContain('active')
  return id
}

describe('a daily digest', () => {
  it('is posted once by three replicas, after the gap of spring, and tells what is so', CASE, async () => {
    await itIs('2026-03-28T12:00:00Z')
    await start(3)
    await untilDays(OPS, ['2026-03-28'])
    const id = await give('20h')
    await stopAll()
    expect(posted).toEqual([])

    await itIs('2026-03-29T00:59:56Z')
    await start(3)
    await untilPosted(1)
    await stopAll()
    expect(await daysOf(OPS)).toEqual(['2026-03-28', '2026-03-29'])
    expect(await lastPostedAt()).toBeGreaterThanOrEqual(Date.parse('2026-03-29T01:00:00Z'))
    expect(posted.map(({ channel }) => channel)).toEqual([OPS])
    const words = wordsOf(posted[0]?.card as Card)
    expect(words).toContain(`Ends within 24 hours: 1${id} ana: vault/readonly ends _`)
    expect(words).toContain('1 asked, 1 approved, 0 denied, 0 lapsed, 1 given, 0 ended, 0 late.')
  })

  it('is not posted again when autumn shows its time a second time', CASE, async () => {
    await itIs('2026-10-24T12:00:00Z')
    await start(1)
    await untilDays(OPS, ['2026-10-24'])
    await stopAll()
    await itIs('2026-10-25T00:30:00Z')
    await start(1)
    await untilPosted(1)
    await stopAll()
    await itIs('2026-10-25T01:30:00Z')
    // The second channel is looked at after the first, and begins: by then the first was looked at.
    await start(3, [OPS, 'local:channel-dev'])
    await untilDays('local:channel-dev', ['2026-10-25'])
    await stopAll()
    expect(await daysOf(OPS)).toEqual(['2026-10-24', '2026-10-25'])
    expect(posted).toHaveLength(1)
  })

  it('that was missed is made up for once, only the latest, and leaves nothing out', CASE, async () => {
    await itIs('2026-11-20T12:00:00Z')
    await start(1)
    await untilDays(OPS, ['2026-11-20'])
    const id = await give()
    await act('ana', `done ${id}`)
    await expect.poll(() => redis.client.smembers('{curfew}:set:closed:2026-11-20'), CASE).toEqual([id])
    await stopAll()

    await itIs('2026-11-21T04:00:00Z')
    await start(3)
    await untilPosted(1)
    await untilDays(OPS, ['2026-11-20', '2026-11-21'])
    expect(wordsOf(posted[0]?.card as Card)).toContain(
      `Ended: 1\ngiven back 1${id} ana: vault/readonly given back _`,
    )
    await stopAll()

    // The day of the index is longer over than any digest tells.
    await itIs('2026-11-30T23:00:00Z')
    await start(3)
    await untilPosted(2)
    await expect.poll(() => redis.client.keys('{curfew}:set:closed*'), CASE).toEqual([])
    await stopAll()
    expect(await daysOf(OPS)).toEqual(['2026-11-20', '2026-11-21', '2026-11-30'])
    expect(wordsOf(posted[1]?.card as Card)).not.toContain(id)
    expect(Date.parse('2026-11-30T23:00:00Z') - Date.parse('2026-11-20T12:00:00Z')).toBeGreaterThan(
      8 * DAY_MS,
    )
  })
})

describe('/jit digest', () => {
  it('shows operators and approvers how it is now, and nobody else', CASE, async () => {
    await start(1)
    const id = await give()
    for (const who of ['olga', 'bob']) {
      const card = await act(who, 'digest')
      expect(card.title).toBe('Digest as of now')
      expect(wordsOf(card)).toContain(`Ends within 24 hours: 1${id} ana: vault/readonly`)
    }
    const refused = await act('ana', 'digest')
    expect(refused.title).toBe('Not done')
    expect(wordsOf(refused)).toContain('Only operators and approvers see the digest.')
    expect(wordsOf(refused)).not.toContain('vault')
    expect(posted).toEqual([])
  })

  it('names the place that cannot be reached, and counts what waits for it', CASE, async () => {
    unreachable = 'channel-audit'
    await start(1)
    await give()
    await act('cy', 'request vault/readonly 2h because of INC-43')
    const digest = (): Promise<string> => act('olga', 'digest').then(wordsOf)
    await expect.poll(digest, { timeout: 10_000 }).toContain('_: 2 waiting; channel_not_found')
    expect(await digest()).toContain('Places that cannot be reached: 1_')
    expect(await digest()).toContain('Waits for a decision: 1')
  })
})
