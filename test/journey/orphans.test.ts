/** Access that no grant stands behind, as three replicas on one Redis find it, by a clock that the test sets. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RequestId, SeatKey } from '../../src/domain/model.ts'
import { onlyRequest, openReplicas, type Replicas, wordsOf } from '../fixtures/replicas.ts'

const CASE = { timeout: 60_000 }
const WITHIN = { timeout: 10_000, interval: 50 }
const CONFIG = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: ["*/readonly"]
    requesters: [everyone]
    quorum: 0
    maxDuration: 1d
`
const seatOf = (account: string): SeatKey => `memory/vault/readonly/${account}` as SeatKey
const NOTICE = 'access under Curfew’s handle'

let replicas: Replicas
/** Resolves when a grant that is being given may be there. */
let arrive: (() => Promise<void>) | undefined
beforeEach(async () => {
  arrive = undefined
  replicas = await openReplicas({ call: async (does) => (does === 'grant' ? arrive?.() : undefined) })
})
afterEach(() => replicas.close())

const countOf = async (type: string): Promise<number> =>
  (await replicas.events()).filter((event) => event.type === type).length
const untilSurveyed = (times: number): Promise<void> =>
  expect.poll(() => countOf('survey over'), WITHIN).toBe(times)
const notices = (): readonly string[] =>
  replicas.sent.map(({ card }) => wordsOf(card)).filter((words) => words.includes(NOTICE))
const digest = (): Promise<string> => replicas.act('olga', 'digest').then(wordsOf)
const give = async (): Promise<RequestId> => {
  await replicas.act('ana', 'request vault/readonly 20h because of INC-42')
  const id = await onlyRequest(replicas)
  await expect.poll(() => replicas.act('ana', 'mine').then(wordsOf), WITHIN).toContain('active')
  return id
}

it(
  'is found by one of three replicas, told once, named in the digest, and taken away by nobody',
  CASE,
  async () => {
    await replicas.itIs('2026-11-23T08:00:00Z')
    replicas.held.add(seatOf('eve'))
    replicas.others.add(seatOf('kim'))
    await replicas.start(3, CONFIG)
    await untilSurveyed(1)
    await expect.poll(notices, WITHIN).toHaveLength(1)
    expect(notices()[0]).toContain('An orphan in vault: access under Curfew’s handle, with no grant')
    expect(notices()[0]).toContain('eve: eve → readonly')
    await give()
    const words = await digest()
    expect(words).toContain('Orphans, access with no grant behind it: 1vault: eve')
    expect(words).toContain('vault: eve: eve → readonly')
    expect(words).toContain('Standing access, by other hands and without an end: 1vault: kim')
    expect(words).toContain('vault: kim: kim → readonly')
    await replicas.stop()

    // Hours later nothing is new: what was granted is no orphan, and what was told is not told again.
    await replicas.itIs('2026-11-23T12:30:00Z')
    await replicas.start(3, CONFIG)
    await untilSurveyed(2)
    expect(await countOf('survey begun')).toBe(2)
    expect((await replicas.events()).findLast(({ type }) => type === 'survey over')).not.toHaveProperty(
      'findings',
    )
    expect(await digest()).toContain('Orphans, access with no grant behind it: 1vault: eve')
    expect(notices()).toHaveLength(1)
    expect([...replicas.held].sort()).toEqual([seatOf('ana'), seatOf('eve')])
  },
)

it('that came back after its grant had ended is taken away again, and its thread says so', CASE, async () => {
  await replicas.itIs('2026-11-23T08:00:00Z')
  await replicas.start(1, CONFIG)
  await untilSurveyed(1)
  const id = await give()
  await replicas.act('ana', `done ${id}`)
  await expect.poll(() => replicas.held.size, WITHIN).toBe(0)
  await expect.poll(() => countOf('ended'), WITHIN).toBe(1)
  await replicas.stop()
  replicas.held.add(seatOf('ana'))
  await replicas.itIs('2026-11-23T12:30:00Z')
  await replicas.start(3, CONFIG)
  await expect.poll(() => replicas.held.size, WITHIN).toBe(0)
  expect(await countOf('came back')).toBe(1)
  await expect
    .poll(() => replicas.sent.map(({ card }) => wordsOf(card)).join('\n'), WITHIN)
    .toContain('The access came back after it had ended.')
  expect(notices()).toEqual([])
})

it('is not what is just being given: a call that is under way has its record', CASE, async () => {
  await replicas.itIs('2026-11-23T08:00:00Z')
  await replicas.start(1, CONFIG)
  await untilSurveyed(1)
  let landed = (): void => undefined
  arrive = () =>
    new Promise((resolve) => {
      // The access is there, and its answer is not.
      replicas.held.add(seatOf('ana'))
      landed = resolve
    })
  await replicas.act('ana', 'request vault/readonly 2h because of INC-42')
  await expect.poll(() => replicas.held.size, WITHIN).toBe(1)
  await replicas.itIs('2026-11-23T08:06:00Z')
  await replicas.start(1, CONFIG)
  await untilSurveyed(2)
  landed()
  expect(await digest()).not.toContain('Orphans')
  expect(notices()).toEqual([])
})
