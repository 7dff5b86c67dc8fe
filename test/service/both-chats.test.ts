/** One request that lives in two chats at once: who may decide from which, which decision wins, and that all places agree. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Card } from '../../src/domain/cards/card.ts'
import { buttonsOf, onlyRequest, openReplicas, type Replicas, wordsOf } from '../fixtures/replicas.ts'

/** Everybody has the same address in both; of Cy and Lea alone people: says that they are one human. */
const CONFIG = `
operators: [olga@acme.test]
emailDomains: [acme.test]
audit: { channels: ["near:channel-audit", "far:channel-audit"] }
people:
  - { email: cy@acme.test, near: cy, far: cy }
  - { email: lea@acme.test, near: lea, far: lea }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {}, writer: {} } }
policies:
  - entitlements: [vault/readonly]
    requesters: [everyone]
    approvers: [bob@acme.test, cy@acme.test, ana@acme.test]
    channels: ["near:channel-dbas", "far:channel-dbas"]
  - entitlements: [vault/writer]
    requesters: [everyone]
    quorum: 0
`
const PLACES = ['far:channel-audit', 'far:channel-dbas', 'near:channel-audit', 'near:channel-dbas']
/** With the direct message to who asked. */
const ALL = [...PLACES, 'near:ana'].sort()

let replicas: Replicas
beforeEach(async () => {
  replicas = await openReplicas({}, { chats: ['near', 'far'] })
  await replicas.start(1, CONFIG)
})
afterEach(() => replicas?.close())

const ask = async (who = 'near:ana'): Promise<string> => {
  await replicas.act(who, 'request vault/readonly 1h because of INC-42')
  return onlyRequest(replicas)
}
/** The card as it stands in each place, oldest place first by name. */
const cards = (): ReadonlyMap<string, Card> =>
  new Map(
    [...replicas.sent.filter(({ card }) => card.title !== ''), ...replicas.redrawn].map(({ to, card }) => [
      to,
      card,
    ]),
  )
const places = (): readonly string[] => [...cards().keys()].sort()
const press = (who: string, verb: string, value: string) => replicas.act(who, { verb, value })
const typesOf = async (): Promise<readonly (string | undefined)[]> =>
  (await replicas.events()).map(({ type }) => type)

it('a request stands in both, and a decision in the one redraws it in all places', async () => {
  const id = await ask()
  await expect.poll(places).toEqual(ALL)
  for (const place of ['near:channel-dbas', 'far:channel-dbas'])
    expect(buttonsOf(cards().get(place) as Card)).toContain(`Approve ${id}`)
  await press('far:cy', 'approve', id)
  await expect.poll(() => replicas.held.size).toBe(1)
  const withoutApprove = () =>
    [...cards()].filter(([, card]) => !buttonsOf(card).includes(`Approve ${id}`)).map(([place]) => place)
  await expect.poll(() => withoutApprove().sort()).toEqual(ALL)
  for (const place of ['near:channel-dbas', 'far:channel-dbas'])
    await expect.poll(() => JSON.stringify(cards().get(place))).toContain('far:cy')
})

it('the first decision that counts wins, whichever chat it comes from', async () => {
  const id = await ask()
  const said = await Promise.all([
    press('far:cy', 'approve', id),
    replicas.act('near:bob', `deny ${id} not now`),
  ])
  const decided = (await typesOf()).filter((type) => type === 'approved' || type === 'denied')
  expect(decided).toHaveLength(1)
  expect(said.map(({ title }) => title).sort()).toEqual(
    [decided[0] === 'approved' ? 'Approved' : 'Denied', 'Not done'].sort(),
  )
  expect((await press('near:bob', 'approve', id)).title).toBe('Not done')
})

describe('from the other chat', () => {
  it.each([
    ['approves', 'approve'],
    ['approves for less', 'shorten'],
    ['denies by a form', 'deny'],
  ])('nobody %s who is not linked, and is told the line that links them', async (_, verb) => {
    const id = await ask()
    const card = await press('far:bob', verb, id)
    expect(card.title).toBe('Not done')
    expect(wordsOf(card)).toContain('under people: { email: bob@acme.test, near: bob, far: bob }')
    expect(wordsOf(card)).toContain('made sure that near:bob is you')
    expect(await typesOf()).not.toContain('approved')
    expect(replicas.held.size).toBe(0)
  })

  it('nobody denies in words who is not linked; an operator may, and approves nothing by that', async () => {
    const id = await ask()
    expect(wordsOf(await replicas.act('far:bob', `deny ${id} no`))).toContain('You act from far')
    expect(wordsOf(await press('far:olga', 'approve', id))).toContain('You are not an approver')
    expect((await replicas.act('far:olga', `deny ${id} no`)).title).toBe('Denied')
  })

  it.each(['approve', 'deny'])('an equal address is enough to refuse to %s one’s own', async (verb) => {
    const id = await ask()
    expect(wordsOf(await press('far:ana', verb, id))).toMatch(/own request/)
    expect(await typesOf()).not.toContain('approved')
  })

  it('who is linked asks in the one, and gives back in the other', async () => {
    await replicas.act('near:cy', 'request vault/writer 1h because of INC-42')
    await expect.poll(() => replicas.held.size).toBe(1)
    expect((await replicas.act('far:cy', 'done')).title).toBe('Given back')
    await expect.poll(() => replicas.held.size).toBe(0)
    // The account is theirs in both.
    expect((await replicas.act('far:cy', 'request vault/writer 1h because of INC-43')).title).toBe(
      'Approved by policy',
    )
  })

  it('nobody takes the account of somebody with their address, and is told how it would be theirs', async () => {
    await replicas.act('near:dan', 'request vault/writer 1h because of INC-42')
    await expect.poll(() => replicas.held.size).toBe(1)
    const card = await replicas.act('far:dan', 'request vault/writer 1h because of INC-42')
    expect(wordsOf(card)).toContain('belongs to somebody else')
    expect(wordsOf(card)).toContain('from another chat')
    // Once it is stated, it is.
    const linked = CONFIG.replace('people:\n', 'people:\n  - { email: dan@acme.test, near: dan, far: dan }\n')
    await replicas.stop()
    await replicas.start(1, linked)
    expect((await replicas.act('far:dan', 'request vault/writer 1h because of INC-42')).title).toBe(
      'Approved by policy',
    )
  })
})

it(
  'who leaves the one chat loses what they asked for in the other, where people: links them',
  { timeout: 20_000 },
  async () => {
    for (const who of ['lea', 'dan'])
      await replicas.act(`near:${who}`, 'request vault/writer 1h because of INC-42')
    await expect.poll(() => replicas.held.size).toBe(2)
    for (const who of ['far:lea', 'far:dan']) replicas.deactivate(who)
    // Every replica looks at everybody when it starts.
    await replicas.start(1, CONFIG)
    await expect.poll(() => [...replicas.held], { timeout: 10_000 }).toEqual(['memory/vault/writer/dan'])
  },
)

it('who cannot be written to in person: the audit threads say so, once, and the channels go on', async () => {
  replicas.closeChannel('ana')
  const id = await ask()
  const lines = (place: string): readonly string[] =>
    replicas.sent.filter(({ to, card }) => to === place && card.title === '').map(({ card }) => wordsOf(card))
  for (const place of ['near:channel-audit', 'far:channel-audit'])
    await expect.poll(() => lines(place).join('\n')).toContain('gets no direct message: channel_not_found')
  // It is tried again, also for what comes after.
  await press('near:bob', 'approve', id)
  await expect.poll(() => lines('far:channel-audit').join('\n')).toContain('Access is given')
  expect(await typesOf()).toContain('posted')
  expect((await typesOf()).filter((type) => type === 'unreached')).toHaveLength(1)
  expect(lines('near:channel-dbas')).toEqual([])
})
