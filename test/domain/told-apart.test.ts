/** Separation of duties across chats as given / when / then: the requester is Ana, and somebody decides from elsewhere. */
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { identify, refOf } from '../../src/domain/belongs.ts'
import type { Command, Standing } from '../../src/domain/command.ts'
import { objectionsToApprovals } from '../../src/domain/judge.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import type { PersonRef } from '../../src/domain/model.ts'
import type { DirectoryFacts, Person, PersonEntry } from '../../src/domain/people.ts'
import type { Policy } from '../../src/domain/policy.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type { Draft } from '../../src/domain/request.ts'
import { dropRepeats, isAnother, isToldApart, sayNotToldApart } from '../../src/domain/told-apart.ts'
import { EMPTY_WORLD, type World } from '../../src/domain/world.ts'
import { approver, draft, nobody, run, T0 } from './world.ts'

const OURS = ['acme.test']
const OID = '6f0e2c1a-0000-4000-8000-000000000001'

const facts = (ref: string, email?: string): DirectoryFacts => {
  const [chat, id] = ref.split(':')
  return { ref, identity: `${chat}:ORG/${id}`, name: ref, ...(email && { email }) }
}
const entry = (email: string, chats: PersonEntry['chats']): PersonEntry => ({ email, chats, accounts: {} })
const person = (ref: string, people: readonly PersonEntry[] = [], email?: string): Person =>
  identify(facts(ref, email), people, OURS)

const bobInBoth = entry('bob@acme.test', { slack: 'U0BOB', teams: OID })
const anaInBoth = entry('ana@acme.test', { slack: 'U0ANA', teams: OID })

const askedBy = (by: PersonRef, over: Partial<Draft> = {}): World =>
  run({ ...EMPTY_WORLD, now: T0 }, { do: 'request', by, draft: draft(over), doubts: [] })

const approveAs = (decider: Person, standing: Standing = approver): Command => ({
  do: 'approve',
  by: refOf(decider),
  standing,
  objections: [],
  doubts: [],
})

/** What a decision about Ana's request comes to: an event, or the code of its refusal. */
const outcome = (requester: PersonRef, decider: Person, act: 'approve' | 'deny' = 'approve'): string => {
  const world: World = askedBy(requester)
  // As the service finds it: an approver by policy, whose decision counts only when told apart.
  const standing = isToldApart(decider, requester) ? approver : nobody
  const deny: Command = { do: 'deny', by: refOf(decider), standing, reason: null }
  const decision = decide(world, act === 'approve' ? approveAs(decider, standing) : deny)
  return isRefusal(decision) ? decision.refused : (decision[0]?.event.type ?? 'nothing')
}

/** Everybody approves in turn. */
const decideAll = (world: World, people: readonly Person[]): World =>
  people.reduce((before, one) => run(before, approveAs(one), T0), world)

describe.each(['approve', 'deny'] as const)('to %s', (act) => {
  const done = act === 'approve' ? 'approved' : 'denied'
  it.each<[string, PersonRef, Person, string]>([
    ['within one chat', refOf(person('slack:U0ANA')), person('slack:U0BOB'), done],
    ['from Teams, linked', refOf(person('slack:U0ANA')), person(`teams:${OID}`, [bobInBoth]), done],
    ['from Slack, linked', refOf(person(`teams:${OID}9`)), person('slack:U0BOB', [bobInBoth]), done],
    ['from Teams, unlinked', refOf(person('slack:U0ANA')), person(`teams:${OID}`), 'not-an-approver'],
    ['from Slack, unlinked', refOf(person(`teams:${OID}`)), person('slack:U0BOB'), 'not-an-approver'],
    [
      'from Teams, linked only to a third chat',
      refOf(person('slack:U0ANA')),
      person(`teams:${OID}`, [entry('bob@acme.test', { teams: OID, desk: 'bob' })]),
      'not-an-approver',
    ],
    [
      'from Teams, with a good address and no link',
      refOf(person('slack:U0ANA')),
      person(`teams:${OID}`, [], 'bob@acme.test'),
      'not-an-approver',
    ],
    [
      'their own, linked in both',
      refOf(person('slack:U0ANA', [anaInBoth])),
      person(`teams:${OID}`, [anaInBoth]),
      'own-request',
    ],
    [
      'their own, by an equal address alone',
      refOf(person('slack:U0ANA', [], 'ana@acme.test')),
      person(`teams:${OID}`, [], 'Ana@acme.test'),
      'own-request',
    ],
    [
      'their own, by an equal address that gives no right',
      refOf(person('slack:U0ANA', [], 'ana@elsewhere.test')),
      person(`teams:${OID}`, [bobInBoth], 'ana@elsewhere.test'),
      'own-request',
    ],
    [
      'their own, linked after it was asked, without any address',
      refOf(person('slack:U0ANA')),
      person(`teams:${OID}`, [anaInBoth]),
      'own-request',
    ],
    [
      'their own, linked when it was asked and not any more',
      refOf(person('slack:U0ANA', [anaInBoth])),
      person(`teams:${OID}`),
      'own-request',
    ],
  ])('%s', (_, requester, decider, expected) => expect(outcome(requester, decider, act)).toBe(expected))
})

describe('two approvals', () => {
  it('of one human from two chats are one', () => {
    const requester = refOf(person('slack:U0ANA'))
    const once = decideAll(askedBy(requester, { quorum: 2 }), [person('slack:U0BOB')])
    const again = decide(once, approveAs(person(`teams:${OID}`, [bobInBoth])))
    expect(isRefusal(again) && again.refused).toBe('already-approved')
  })

  const policy = {
    name: 'p1',
    effect: 'allow',
    quorum: 2,
    approvers: [{ ref: 'everyone' }],
  } as unknown as Policy
  const whole = { ...policy, entitlements: ['*/*'], requesters: [{ ref: 'everyone' }], when: [], require: [] }
  const caseOf = (requester: Person) => ({
    ask: { now: T0, entitlement: draft().entitlement, wish: { kind: 'for', ms: 1 }, reason: '' } as const,
    requester,
    policies: [{ ...whole, maxMs: 1, reasonMinLength: 0 } as unknown as Policy],
    groups: { named: new Map(), members: new Map() },
  })

  it.each<[string, readonly PersonEntry[], readonly string[]]>([
    ['stand while they are two humans', [entry('cy@acme.test', { teams: OID, slack: 'U0CY' })], []],
    [
      'are one short when people: says later that they are one',
      [bobInBoth],
      [`teams:${OID} no longer counts as an approver; ask again.`],
    ],
    [
      'are one short when people: says later that one of them asked',
      [anaInBoth],
      [`teams:${OID} no longer counts as an approver; ask again.`],
    ],
    ['are one short when a link is gone', [], [`teams:${OID} no longer counts as an approver; ask again.`]],
  ])('%s', (_, people, expected) => {
    const ana = person('slack:U0ANA')
    const cy = entry('cy@acme.test', { teams: OID, slack: 'U0CY' })
    const given = [person('slack:U0BOB'), person(`teams:${OID}`, [cy])]
    const { request } = decideAll(askedBy(refOf(ana), { quorum: 2 }), given)
    const now = given.map(({ via }) => person(via, people))
    expect(request && objectionsToApprovals(request, caseOf(person('slack:U0ANA', people)), now)).toEqual(
      expected,
    )
  })
})

it('counts each human once, and nobody who asked', () => {
  const both = [person('slack:U0BOB', [bobInBoth]), person(`teams:${OID}`, [bobInBoth])]
  expect(dropRepeats(both).map(({ via }) => via)).toEqual(['slack:U0BOB'])
  expect(both.map((one) => isAnother(one, refOf(person('slack:U0BOB'))))).toEqual([false, false])
})

describe('the refusal has the line to paste', () => {
  const ana = refOf(person('slack:U0ANA'))
  const line = (says: string): unknown => parse(/under people: (.*)\.$/.exec(says)?.[1] ?? '')
  it.each<[string, string, object]>([
    [
      'nothing is known',
      sayNotToldApart(person(`teams:${OID}`), ana),
      { email: 'YOU@YOUR.DOMAIN', slack: 'YOUR-ID-THERE', teams: OID },
    ],
    [
      'with an address',
      sayNotToldApart(person(`teams:${OID}`, [], 'bob@acme.test'), ana),
      { email: 'bob@acme.test', slack: 'YOUR-ID-THERE', teams: OID },
    ],
    [
      'with both ids',
      sayNotToldApart(person(`teams:${OID}`, [], 'bob@acme.test'), ana, 'U0BOB'),
      { email: 'bob@acme.test', slack: 'U0BOB', teams: OID },
    ],
    [
      'with what is stated already',
      sayNotToldApart(person(`teams:${OID}`, [entry('b@acme.test', { teams: OID, desk: 'bob' })]), ana),
      { email: 'b@acme.test', teams: OID, desk: 'bob', slack: 'YOUR-ID-THERE' },
    ],
  ])('%s', (_, says, expected) => expect(line(says)).toEqual(expected))

  it('and says that an id which was only found is to be checked', () => {
    expect(sayNotToldApart(person(`teams:${OID}`), ana, 'U0BOB')).toContain(
      'made sure that slack:U0BOB is you',
    )
  })
})
