/** The daily digest as three replicas on one Redis post it, by a clock that the test sets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../src/domain/cards/card.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { buttonsOf, openReplicas, type Replicas, type Sent, wordsOf } from '../fixtures/replicas.ts'

const CASE = { timeout: 60_000 }
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
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {}, writer: {} } }
policies:
  - entitlements: ["*/readonly"]
    requesters: [everyone]
    approvers: [bob@acme.test]
    maxDuration: 1d
    channels: ["local:channel-dbas"]
  - entitlements: ["*/writer"]
    requesters: [everyone]
    approvers: [fay@acme.test]
    channels: ["local:channel-dbas"]
`

let replicas: Replicas
beforeEach(async () => {
  replicas = await openReplicas()
})
afterEach(() => replicas.close())

const start = (count: number, channels: readonly string[] = [OPS]): Promise<void> =>
  replicas.start(count, config(channels))
const posted = (): readonly Sent[] => replicas.sent.filter(({ card }) => card.title === 'Daily digest')

const lastPostedAt = async (): Promise<number> =>
  (await replicas.events()).findLast(({ type }) => type === 'digest posted')?.at ?? 0

/** The days in the record's own chain: when it began, then every day it was posted for. */
const daysOf = async (channel: string): Promise<readonly unknown[]> =>
  (await replicas.events())
    .filter(({ type, digest }) => type?.startsWith('digest') && `${digest}`.startsWith(`${channel}/`))
    .map(({ day }) => day)
const untilDays = (channel: string, days: readonly string[]): Promise<void> =>
  expect.poll(() => daysOf(channel), { timeout: 20_000, interval: 50 }).toEqual(days)
const untilPosted = (count: number): Promise<void> =>
  expect.poll(() => posted().length, { timeout: 20_000, interval: 50 }).toBe(count)

const give = async (who = 'ana', wish = '2h'): Promise<RequestId> => {
  const asked = await replicas.act(who, `request vault/readonly ${wish} because of INC-42`)
  const [id = ''] = /R-\w+/.exec(JSON.stringify(asked)) ?? []
  await replicas.act('bob', { verb: 'approve', value: id })
  await expect.poll(() => replicas.act(who, 'mine').then(wordsOf), { timeout: 10_000 }).toContain('active')
  return id as RequestId
}

describe('a daily digest', () => {
  it('is posted once by three replicas, after the gap of spring, and tells what is so', CASE, async () => {
    await replicas.itIs('2026-03-28T12:00:00Z')
    await start(3)
    await untilDays(OPS, ['2026-03-28'])
    const id = await give('ana', '20h')
    await replicas.stop()
    expect(posted()).toEqual([])

    await replicas.itIs('2026-03-29T00:59:56Z')
    await start(3)
    await untilPosted(1)
    await replicas.stop()
    expect(await daysOf(OPS)).toEqual(['2026-03-28', '2026-03-29'])
    expect(await lastPostedAt()).toBeGreaterThanOrEqual(Date.parse('2026-03-29T01:00:00Z'))
    expect(posted().map(({ to }) => to)).toEqual([OPS])
    const words = wordsOf(posted()[0]?.card as Card)
    expect(words).toContain(`Ends within 24 hours: 1${id} ana: vault/readonly ends _`)
    expect(words).toContain('1 asked, 1 approved, 0 denied, 0 lapsed, 1 given, 0 ended, 0 late.')
  })

  it('is not posted again when autumn shows its time a second time', CASE, async () => {
    await replicas.itIs('2026-10-24T12:00:00Z')
    await start(1)
    await untilDays(OPS, ['2026-10-24'])
    await replicas.stop()
    await replicas.itIs('2026-10-25T00:30:00Z')
    await start(1)
    await untilPosted(1)
    await replicas.stop()
    await replicas.itIs('2026-10-25T01:30:00Z')
    // The second channel is looked at after the first, and begins: by then the first was looked at.
    await start(3, [OPS, 'local:channel-dev'])
    await untilDays('local:channel-dev', ['2026-10-25'])
    await replicas.stop()
    expect(await daysOf(OPS)).toEqual(['2026-10-24', '2026-10-25'])
    expect(posted()).toHaveLength(1)
  })

  it('that was missed is made up for once, only the latest, and leaves nothing out', CASE, async () => {
    await replicas.itIs('2026-11-20T12:00:00Z')
    await start(1)
    await untilDays(OPS, ['2026-11-20'])
    const id = await give()
    await replicas.act('ana', `done ${id}`)
    await expect
      .poll(() => replicas.redis.client.smembers('{curfew}:set:closed:2026-11-20'), CASE)
      .toEqual([id])
    await replicas.stop()

    await replicas.itIs('2026-11-21T04:00:00Z')
    await start(3)
    await untilPosted(1)
    await untilDays(OPS, ['2026-11-20', '2026-11-21'])
    expect(wordsOf(posted()[0]?.card as Card)).toContain(
      `Ended: 1\ngiven back 1${id} ana: vault/readonly given back _`,
    )
    await replicas.stop()

    // The day of the index is longer over than any digest tells.
    await replicas.itIs('2026-11-30T23:00:00Z')
    await start(3)
    await untilPosted(2)
    await expect.poll(() => replicas.redis.client.keys('{curfew}:set:closed*'), CASE).toEqual([])
    await replicas.stop()
    expect(await daysOf(OPS)).toEqual(['2026-11-20', '2026-11-21', '2026-11-30'])
    expect(wordsOf(posted()[1]?.card as Card)).not.toContain(id)
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
      const card = await replicas.act(who, 'digest')
      expect(card.title).toBe('Digest as of now')
      expect(wordsOf(card)).toContain(`Ends within 24 hours: 1${id} ana: vault/readonly`)
    }
    const refused = await replicas.act('ana', 'digest')
    expect(refused.title).toBe('Not done')
    expect(wordsOf(refused)).toContain('Only operators and approvers see the digest.')
    expect(wordsOf(refused)).not.toContain('vault')
    expect(posted()).toEqual([])
  })

  it('names the place that cannot be reached, and counts what waits for it', CASE, async () => {
    replicas.closeChannel('channel-audit')
    await start(1)
    await give()
    await replicas.act('cy', 'request vault/readonly 2h because of INC-43')
    const digest = (): Promise<string> => replicas.act('olga', 'digest').then(wordsOf)
    await expect.poll(digest, { timeout: 10_000 }).toContain('_: 2 waiting; channel_not_found')
    expect(await digest()).toContain('Places that cannot be reached: 1_')
    expect(await digest()).toContain('Waits for a decision: 1')
  })
})

describe('the buttons of a digest', () => {
  it('do what the presser may do, answered to them alone, at whichever replica', CASE, async () => {
    await replicas.itIs('2026-11-23T00:00:00Z')
    await start(3)
    await untilDays(OPS, ['2026-11-22'])
    const [anas, dans] = [await give('ana', '20h'), await give('dan', '20h')]
    // Both may end in the same second.
    const both = [`Revoke ${anas}`, `Revoke ${dans}`].sort()
    await replicas.stop()
    await replicas.itIs('2026-11-23T01:29:57Z')
    await start(3)
    await untilPosted(1)
    expect(posted().map(({ card }) => buttonsOf(card))).toEqual([['What may I end?']])
    const endings = async (who: string, at: number): Promise<readonly string[]> =>
      [...buttonsOf(await replicas.act(who, { verb: 'endings' }, at))].sort()

    // The holder, a stranger, the approver, an operator.
    expect(await endings('ana', 0)).toEqual([`Give back ${anas}`])
    const stranger = await replicas.act('cy', { verb: 'endings' }, 1)
    expect([buttonsOf(stranger), wordsOf(stranger)]).toEqual([[], 'Nothing here is yours to end.'])
    expect(await endings('bob', 2)).toEqual(both)
    // An approver of something else sees the digest, and may end none of it.
    expect(await endings('fay', 1)).toEqual([])
    expect(buttonsOf(await replicas.act('fay', 'digest'))).toEqual(['What may I end?'])
    expect(await endings('olga', 0)).toEqual(both)
    const [first, ...others] = buttonsOf(await replicas.act('olga', 'digest'))
    expect([first, ...others.sort()]).toEqual(['What may I end?', ...both])
    expect(buttonsOf(await replicas.act('olga', 'digest dan'))).toEqual(['What may I end?', `Revoke ${dans}`])

    // A button is a wish: whoever has got hold of one may do no more by it.
    for (const verb of ['revoke', 'give-back'])
      expect((await replicas.act('cy', { verb, value: anas }, 1)).title).toBe('Not done')
    expect((await replicas.act('ana', { verb: 'give-back', value: anas }, 2)).title).toBe('Given back')
    expect((await replicas.act('olga', { verb: 'revoke', value: dans }, 1)).title).toBe('Revoked')
    await expect.poll(() => replicas.held.size, { timeout: 10_000 }).toBe(0)
    expect(await endings('olga', 2)).toEqual([])
    // The message stands as it was posted.
    expect(posted()).toHaveLength(1)
    expect(replicas.redrawn.filter(({ card }) => card.title === 'Daily digest')).toEqual([])
  })
})
