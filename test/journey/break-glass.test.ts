/** Break-glass as its people live through it: the assembled app on a real Redis, by a clock that the test moves. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { run as exportRows } from '../../src/cli/export.ts'
import type { Kinds } from '../../src/config/kinds.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Card } from '../../src/domain/cards/card.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { MOVED } from '../fixtures/moved-time.ts'
import { RECORDED_KEY } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'

const CASE = { timeout: 30_000 }
const HOUR = 3_600_000
const GLASS = `
  - name: emergency
    entitlements: [vault/admin]
    requesters: [everyone]
    quorum: 0
    review: [dbas]
    maxUnreviewed: 2
    maxExtensions: 2
    maxDuration: 1h
    channels: ["local:channel-dbas"]
`
const config = (policies: string): string => `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
groups: { dbas: [bob@acme.test, cy@acme.test, ana@acme.test, dora@acme.test] }
people:
  - { email: ana@acme.test, local: ana, other: anna }
  - { email: bob@acme.test, local: bob, other: bobby }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { admin: {}, readonly: {} } }
policies:
  - { name: reading, entitlements: [vault/readonly], requesters: [everyone], quorum: 0 }
${policies}`

interface Told {
  readonly to: string
  readonly card: Card
}

let redis: TestRedis
let app: App
let local: InProcess
let other: InProcess
let told: Told[] = []

/** Two chats, with everything kept that is posted in the first. */
const inTwoChats = (first: Kinds, second: Kinds): Kinds => ({
  ...first,
  chats: [
    ...first.chats.map((kind) => ({
      ...kind,
      connect: async (...args: Parameters<typeof kind.connect>) => {
        const chat = await kind.connect(...args)
        const send: typeof chat.send = async (to, card, key, call) => {
          told.push({ to: to.place.to, card })
          return chat.send(to, card, key, call)
        }
        return { ...chat, send }
      },
    })),
    ...second.chats,
  ],
  directories: [...first.directories, ...second.directories],
})

const start = async (policies = GLASS, edit = (text: string): string => text): Promise<void> => {
  local = makeInProcess()
  other = makeInProcess({}, 'other')
  const kinds = inTwoChats(local.kinds, other.kinds)
  const env = { REDIS_URL: redis.url, CURFEW_KEY: RECORDED_KEY, PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: edit(config(policies)), env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  app = await assemble({
    config: read.config,
    overrides: { kinds, log: makeLog({ level: 'silent' }), prelude: MOVED },
  })
}

beforeAll(async () => {
  redis = await startRedis()
})
afterAll(() => redis?.stop())
beforeEach(async () => {
  await redis.client.flushall()
  told = []
  await start()
})
afterEach(() => app?.stop())

const wordsOf = ({ title, parts }: Card): string =>
  [
    title,
    ...parts.map((part) =>
      part.part === 'buttons'
        ? part.buttons.map(({ label }) => `[${label}]`).join('')
        : ('spans' in part ? part.spans : []).map((span) => ('text' in span ? span.text : '_')).join(''),
    ),
  ].join('\n')
const say = async (who: string, text: string, chat: InProcess = local): Promise<string> =>
  wordsOf(await chat.act(who, { kind: 'words', text, mentions: [] }))
/** The clock goes on while nothing runs: a clock that jumps under a running bot is not believed. */
const later = async (ms: number): Promise<void> => {
  await app.stop()
  await redis.client.incrby('test:ahead', ms)
  await start()
}
const toldIn = (to: string): readonly string[] =>
  told.filter((one) => one.to === to).map(({ card }) => wordsOf(card))
const untilTold = (to: string, words: string): Promise<void> =>
  expect.poll(() => toldIn(to).join('\n'), { timeout: 15_000, interval: 50 }).toContain(words)
const live = async (id: RequestId): Promise<boolean> =>
  (await redis.client.sismember('{curfew}:live', `r:${id}`)) === 1
const count = async (type: string): Promise<number> =>
  (await redis.client.xrange('{curfew}:journal', '-', '+'))
    .map(([, fields]) => JSON.parse(fields[1] ?? '{}') as { event: { type: string } })
    .filter(({ event }) => event.type === type).length

const untilState = (who: string, id: RequestId, state: string): Promise<void> =>
  expect
    .poll(() => say(who, 'mine'), { timeout: 10_000, interval: 50 })
    .toContain(`${id} vault/admin: ${state}`)

/** Somebody takes it; answers the id once it is given. */
const breakGlass = async (who = 'ana', wish = '1h'): Promise<RequestId> => {
  const said = await say(who, `request vault/admin ${wish} because the *orders* are <!channel> down`)
  const id = /R-\w{6}/.exec(said)?.[0] as RequestId | undefined
  if (id === undefined || !said.startsWith('Break-glass')) throw new Error(said)
  await untilState(who, id, 'active')
  return id
}

/** Taken and given back. */
const useAndEnd = async (who = 'ana'): Promise<RequestId> => {
  const id = await breakGlass(who)
  await say(who, `done ${id}`)
  await untilState(who, id, 'ended, waits for a review')
  return id
}

describe('break-glass', () => {
  it('is given at once and announced where its policy and the audit say', CASE, async () => {
    const id = await breakGlass()
    expect([...local.held]).toEqual(['memory/vault/admin/ana'])
    await untilTold(
      'channel-audit',
      'Break-glass: _ takes vault/admin for 1 h without anybody’s approval, until _',
    )
    const line = toldIn('channel-audit').find((one) => one.includes('takes'))
    expect(line).toContain('To be reviewed by dbas. Reason: the *orders* are <!channel> down')
    await untilTold('channel-dbas', 'BREAK-GLASS. Access')
    expect(toldIn('channel-dbas')[0]).toContain('it can be signed by dbas, and never by whoever used this')
    expect(await say('olga', `status ${id}`)).toMatch(/^BREAK-GLASS\. Access: active\nGiven at once/)
    expect(await say('ana', 'catalog admin')).toContain('break-glass, reviewed afterwards')
  })

  it('needs a reason, and holds its cap', CASE, async () => {
    expect(await say('ana', 'request vault/admin 1h')).toContain('Please say why')
    expect(await say('ana', 'request vault/admin 2h because it is all down')).toContain('longer than the 1 h')
    expect(await count('requested')).toBe(0)
  })

  it('is signed by a reviewer after its end, and only then is it closed', CASE, async () => {
    const id = await useAndEnd()
    expect(local.held.size).toBe(0)
    expect(await live(id)).toBe(true)
    const reader = { id, review: 'open', reviewedBy: null, reviewedAt: null }
    expect(JSON.parse((await runCommand(exportRows, redis.url, ['--json'])).out)).toMatchObject(reader)
    expect(await say('bob', `status ${id}`)).toContain('[Sign the review]')
    expect(await say('bob', `review ${id} because it was an outage, *fine* <@U1>`)).toContain(
      'the review is signed',
    )
    expect(await live(id)).toBe(false)
    await untilTold('channel-audit', 'Reviewed by _. because it was an outage, *fine* <@U1>')
    await untilTold('channel-dbas', 'Reviewed by _.')
    const [row] = (await runCommand(exportRows, redis.url, ['--json'])).out.trim().split('\n')
    expect(JSON.parse(row ?? '')).toMatchObject({
      id,
      chain: 'whole',
      approvers: [],
      review: 'signed',
      reviewedBy: 'bob@acme.test',
      reviewedAt: expect.stringMatching(/Z$/),
    })
    expect(await say('cy', `review ${id}`)).toContain('was already signed by bob')
  })

  it('is never signed by its user, whichever identity they take', CASE, async () => {
    const id = await useAndEnd('ana')
    const own = 'Nobody signs the review of their own break-glass'
    expect(await say('ana', `review ${id}`)).toContain(own)
    expect(await say('anna', `review ${id}`, other)).toContain(own)
    const dora = await useAndEnd('dora')
    expect(await say('dora', `review ${dora}`, other)).toContain(own)
    expect(await say('eve', `review ${id}`)).toContain('You are not a reviewer of this request.')
    expect(await say('olga', `review ${id}`)).toContain('It can be signed by: dbas.')
    expect(await count('reviewed')).toBe(0)
    // Somebody else may, from another chat only where it is stated who they are in this one.
    expect(await say('cy', `review ${id}`, other)).toContain('the config does not say who you are in local')
    expect(await say('bobby', `review ${id}`, other)).toContain('the review is signed')
  })

  it('of two who sign at the same time one does', CASE, async () => {
    const id = await useAndEnd()
    const said = await Promise.all(['bob', 'cy', 'dora'].map((who) => say(who, `review ${id} seen`)))
    expect(said.filter((one) => one.includes('the review is signed'))).toHaveLength(1)
    expect(said.filter((one) => one.includes('was already signed by'))).toHaveLength(2)
    expect(await count('reviewed')).toBe(1)
  })

  it('is asked for after a day, and daily, until somebody signs', CASE, async () => {
    const id = await useAndEnd()
    for (const days of [1, 2]) {
      await later(24 * HOUR)
      await expect.poll(() => count('review awaited'), { timeout: 15_000, interval: 50 }).toBe(days)
    }
    await untilTold('channel-audit', `Not reviewed yet, for 1 d`)
    await expect
      .poll(() => toldIn('channel-dbas').filter((one) => one.includes('Not reviewed yet')), {
        timeout: 10_000,
      })
      .toEqual([
        expect.stringContaining(`this was break-glass. dbas: /jit review ${id}`),
        expect.stringMatching(/for 2 d(.|\n)*\[Sign the review\]$/),
      ])
    await say('bob', `review ${id}`)
    await later(24 * HOUR)
    // Another request is looked at after this one would have been.
    await useAndEnd('dora')
    expect(await count('review awaited')).toBe(2)
  })

  it('stands on the Home of those who may sign, and of nobody else', CASE, async () => {
    const id = await useAndEnd()
    const home = async (who: string) => wordsOf(await local.act(who, { kind: 'home' }))
    expect(await home('cy')).toContain(
      `Waits for your review\n${id} _ used break-glass: vault/admin, open since _`,
    )
    for (const who of ['ana', 'eve', 'olga']) expect(await home(who)).not.toContain('Waits for your review')
    await say('cy', `review ${id}`)
    expect(await home('bob')).not.toContain(id)
  })

  it('is refused to who has too much of it unreviewed, also at once', CASE, async () => {
    const first = await breakGlass('ana', '30m')
    expect(await say('ana', `extend ${first} 10m because it is still down`)).toContain('Extended')
    const limit = `You have used break-glass 2 times without a review, and the policy allows 2: ${first}.`
    for (const words of [
      `extend ${first} 10m because of more trouble`,
      'request vault/admin 1h because of more trouble',
    ])
      expect(await say('ana', words)).toContain(`${limit}\nAsk a reviewer to sign: /jit review ${first}`)
    expect(await say('ana', 'request vault/readonly 1h because of other work')).toContain(
      'Approved by policy',
    )
    await say('bob', `review ${first}`)
    const both = await Promise.all(
      [1, 2, 3].map((n) =>
        local.act('ana', { kind: 'words', text: `request vault/admin 1h because INC-${n}`, mentions: [] }),
      ),
    )
    expect(both.map(({ title }) => title).sort()).toEqual(['Break-glass', 'Break-glass', 'Not done'])
  })

  it('more time after the signature has to be reviewed anew', CASE, async () => {
    const id = await breakGlass('ana', '30m')
    await say('bob', `review ${id} seen it begin`)
    expect(await say('ana', `extend ${id} 5m because it is still down`)).toContain('Extended')
    await untilTold(
      'channel-dbas',
      'Break-glass: _ takes vault/admin 5 min longer without anybody’s approval',
    )
    await say('ana', `done ${id}`)
    await untilState('ana', id, 'ended, waits for a review')
    expect(await say('cy', `review ${id} and end`)).toContain('the review is signed')
    expect(await live(id)).toBe(false)
  })

  it('of a policy that is gone is signed by operators', CASE, async () => {
    const id = await useAndEnd()
    await app.stop()
    await start('')
    expect(await say('bob', `review ${id}`)).toContain('names no reviewers any longer: an operator can sign')
    // What only waits for a review holds nothing: its target may leave the config.
    await app.stop()
    await start('', (text) => text.replace('vault:', 'depot:').replace('[vault/', '[depot/'))
    expect(app.doubts()).toEqual([])
    expect(await say('olga', `review ${id}`)).toContain('the review is signed')
  })
})
