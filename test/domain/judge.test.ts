/** Policies as given / when / then: denials first, then the first that matches, alone, with every reason. */
import { describe, expect, it } from 'vitest'
import type { Belongs, Groups } from '../../src/domain/belongs.ts'
import type { Ask, BoundCondition, Finding } from '../../src/domain/condition.ts'
import {
  type Case,
  couldNotTell,
  judge,
  objectionsTo,
  objectionsToApprovals,
} from '../../src/domain/judge.ts'
import type { Entitlement, Request } from '../../src/domain/model.ts'
import type { Person, Reference } from '../../src/domain/people.ts'
import type { Policy } from '../../src/domain/policy.ts'
import { approve, bob, cy, HOUR, inPhase, run, T0 } from './world.ts'

const EVERYONE: Reference = { ref: 'everyone' }
const GROUP: Reference = { ref: 'native', system: 'chat', id: 'S1' }
const email = (name: string): Reference => ({ ref: 'email', email: `${name}@acme.test` })

const person = (name: string): Person => ({
  id: `chat:T1/${name}` as Person['id'],
  via: `chat:${name}`,
  identity: `chat:T1/${name}`,
  name,
  email: `${name}@acme.test`,
})

const policy = (over: Partial<Policy> = {}): Policy => ({
  name: 'p1',
  hash: 'h1',
  effect: 'allow',
  entitlements: ['orders-db/*'],
  requesters: [EVERYONE],
  approvers: [email('bob'), email('cy')],
  quorum: 1,
  defaultMs: HOUR,
  maxMs: 8 * HOUR,
  lapseMs: 4 * HOUR,
  maxExtensions: 1,
  reasonMinLength: 5,
  channels: [],
  when: [],
  require: [],
  ...over,
})

const condition = (finding: Finding): BoundCondition => ({ kind: 'test', params: {}, check: () => finding })
const holds = condition({ result: 'satisfied' })
const fails = (says: string) => condition({ result: 'unsatisfied', says })
const unclear = condition({ result: 'failed', says: 'the calendar did not answer' })

const groups = (ofS1: Belongs = false): Groups => ({
  named: new Map(),
  members: new Map([['chat:S1', ofS1 === 'unknown' ? 'unknown' : new Set(ofS1 ? ['chat:ana'] : [])]]),
})

const ask = (over: Partial<Ask> = {}): Ask => ({
  now: T0,
  entitlement: { target: 'orders-db', role: 'readonly' } as Entitlement,
  wish: { kind: 'for', ms: HOUR },
  reason: 'INC-42',
  ...over,
})

const caseOf = (policies: readonly Policy[], over: Partial<Case> = {}): Case => ({
  ask: ask(),
  requester: person('ana'),
  policies,
  groups: groups(),
  ...over,
})

/** The verdict as words: the policy that governs, or everything that speaks against it. */
const verdict = (it: Case): string => {
  const found = judge(it)
  if (found.outcome !== 'refused') return `${found.outcome}: ${found.policy.name}`
  return `refused: ${found.reasons.map(({ result, says }) => `${says}${result === 'failed' ? ' (failed)' : ''}`).join(' ')}`
}

const FORBIDS = 'refused: The policy “no” forbids this.'
const NOT_FOR_YOU = 'The policy “p1” is not for you.'

describe('a new request', () => {
  it.each<[string, readonly Policy[], string]>([
    ['no policy', [], 'refused: No policy lets anybody ask for orders-db/readonly.'],
    [
      'a policy for something else',
      [policy({ entitlements: ['orders-db/writer', 'other/*'] })],
      'refused: No policy lets anybody ask for orders-db/readonly.',
    ],
    [
      'a glob that spans the slash',
      [policy({ entitlements: ['*'] })],
      'refused: No policy lets anybody ask for orders-db/readonly.',
    ],
    ['the very name', [policy({ entitlements: ['orders-db/readonly'] })], 'needs approval: p1'],
    ['a glob over roles', [policy()], 'needs approval: p1'],
    ['a glob over targets', [policy({ entitlements: ['*/readonly'] })], 'needs approval: p1'],
    ['no approval needed', [policy({ quorum: 0 })], 'allowed: p1'],
    ['the first that matches governs', [policy(), policy({ name: 'p2', quorum: 0 })], 'needs approval: p1'],
    [
      'one that is not for them is passed over',
      [policy({ requesters: [email('bob')] }), policy({ name: 'p2' })],
      'needs approval: p2',
    ],
    [
      'one whose when does not hold is passed over',
      [policy({ when: [fails('It is night.')] }), policy({ name: 'p2' })],
      'needs approval: p2',
    ],
    [
      'one whose when cannot be told refuses',
      [policy({ when: [unclear] }), policy({ name: 'p2' })],
      'refused: the calendar did not answer (failed)',
    ],
    [
      'no fall-through: what it requires refuses',
      [policy({ require: [fails('No ticket.')] }), policy({ name: 'p2' })],
      'refused: No ticket.',
    ],
    [
      'all that is required is listed',
      [policy({ require: [fails('No ticket.'), holds, unclear] })],
      'refused: No ticket. the calendar did not answer (failed)',
    ],
    [
      'why none matched is listed',
      [policy({ requesters: [email('bob')] }), policy({ name: 'p2', when: [fails('It is night.')] })],
      `refused: ${NOT_FOR_YOU} It is night.`,
    ],
    [
      'a deny refuses, wherever it stands',
      [policy({ quorum: 0 }), policy({ name: 'no', effect: 'deny' })],
      FORBIDS,
    ],
    [
      'a deny for others does not',
      [policy({ name: 'no', effect: 'deny', requesters: [email('bob')] }), policy()],
      'needs approval: p1',
    ],
    [
      'a deny whose when does not hold does not',
      [policy({ name: 'no', effect: 'deny', when: [fails('It is day.')] }), policy()],
      'needs approval: p1',
    ],
    [
      'a deny whose when cannot be told counts',
      [policy({ name: 'no', effect: 'deny', when: [unclear] }), policy()],
      FORBIDS,
    ],
    [
      'every deny is listed',
      [policy({ name: 'no', effect: 'deny' }), policy({ name: 'never', effect: 'deny' })],
      `${FORBIDS} The policy “never” forbids this.`,
    ],
  ])('%s', (_, policies, says) => {
    expect(verdict(caseOf(policies))).toBe(says)
  })

  it.each<[Belongs, string]>([
    [true, 'needs approval: p1'],
    [false, `refused: ${NOT_FOR_YOU}`],
    ['unknown', 'refused: Could not tell whether “p1” is for you. (failed)'],
  ])('by somebody whose group membership is %s', (belongs, says) => {
    expect(verdict(caseOf([policy({ requesters: [GROUP] })], { groups: groups(belongs) }))).toBe(says)
  })

  it('by somebody of whom a deny cannot tell is refused', () => {
    const deny = policy({ name: 'no', effect: 'deny', requesters: [GROUP] })
    expect(verdict(caseOf([deny, policy()], { groups: groups('unknown') }))).toBe(FORBIDS)
    expect(verdict(caseOf([deny, policy()], { groups: groups(false) }))).toBe('needs approval: p1')
  })

  it('is told everything that is wrong with it at once', () => {
    const it = caseOf([policy({ maxMs: 30 * 60_000, require: [fails('No ticket.')] })], {
      ask: ask({ reason: 'why?' }),
    })
    expect(verdict(it)).toBe(
      'refused: That is longer than the 30 min this policy allows. Please say why, in at least 5 characters. No ticket.',
    )
  })

  it.each([
    ['as a length, at most', { kind: 'for', ms: 8 * HOUR } as const, true],
    ['as a length, more', { kind: 'for', ms: 8 * HOUR + 1 } as const, false],
    ['until a time, at most', { kind: 'until', at: T0 + 8 * HOUR } as const, true],
    ['until a time, more', { kind: 'until', at: T0 + 8 * HOUR + 1 } as const, false],
  ])('%s the maximum', (_, wish, fits) => {
    expect(verdict(caseOf([policy()], { ask: ask({ wish }) })).startsWith('needs approval')).toBe(fits)
  })

  it('counts a reason as people do: an emoji is one character', () => {
    const asks = (reason: string) => verdict(caseOf([policy()], { ask: ask({ reason }) }))
    expect(asks('🦄🦄🦄🦄')).toContain('at least 5 characters')
    expect(asks('🦄🦄🦄🦄🦄')).toBe('needs approval: p1')
  })
})

describe('a request that was judged before', () => {
  const request = inPhase('approved').request as Request
  const objections = (policies: readonly Policy[], over: Partial<Case> = {}) =>
    objectionsTo(request, caseOf(policies, over))

  it.each<[string, readonly Policy[], readonly string[]]>([
    ['stands while its policy does', [policy()], []],
    ['its when chose it, and is not asked again', [policy({ when: [fails('It is night.')] })], []],
    [
      'an earlier policy that would match now does not take over',
      [policy({ name: 'p0', require: [fails('No.')] }), policy()],
      [],
    ],
    [
      'a deny that came since',
      [policy(), policy({ name: 'no', effect: 'deny' })],
      ['The policy “no” forbids this.'],
    ],
    [
      'its policy no longer covers it',
      [policy({ entitlements: ['other/*'] })],
      ['The policy “p1” no longer covers this.'],
    ],
    [
      'the requester lost the right',
      [policy({ requesters: [email('bob')] })],
      ['ana may no longer ask for this under the policy “p1”.'],
    ],
    [
      'what is required no longer holds',
      [policy({ require: [fails('The ticket is closed.')] })],
      ['The ticket is closed.'],
    ],
    ['its policy is gone, another allows it', [policy({ name: 'p2' })], []],
    ['its policy is gone, and none allows it', [], ['No policy lets anybody ask for orders-db/readonly.']],
    ['its name now denies', [policy({ effect: 'deny' })], ['The policy “p1” forbids this.']],
  ])('%s', (_, policies, says) => {
    expect(objections(policies)).toEqual(says)
  })

  it('of which a directory cannot tell is put off, never taken for a yes', () => {
    const it = caseOf([policy({ requesters: [GROUP] })], { groups: groups('unknown') })
    expect(couldNotTell(request, it, [])).toBe(true)
    expect(objectionsTo(request, it)).toHaveLength(1)
    expect(couldNotTell(request, caseOf([policy()]), [person('bob')])).toBe(false)
  })
})

describe('approvals', () => {
  const twice = run(run(inPhase('pending', { quorum: 2 }), approve(bob)), approve(cy)).request as Request
  const once = inPhase('approved').request as Request
  const against = (request: Request, policies: readonly Policy[], approvers = ['bob', 'cy']) =>
    objectionsToApprovals(request, caseOf(policies), approvers.map(person))

  it.each<[string, readonly string[], Request, readonly Policy[], readonly string[]]>([
    ['that all count', ['bob', 'cy'], twice, [policy({ quorum: 2 })], []],
    [
      'of which one no longer counts',
      ['bob', 'cy'],
      twice,
      [policy({ quorum: 2, approvers: [email('bob')] })],
      ['cy no longer counts as an approver; ask again.'],
    ],
    [
      'of somebody who is gone',
      ['bob'],
      twice,
      [policy({ quorum: 2 })],
      ['cy no longer counts as an approver; ask again.'],
    ],
    [
      'of which none counts',
      [],
      twice,
      [policy({ quorum: 2 })],
      ['bob and cy no longer count as approvers; ask again.'],
    ],
    ['more than are needed, of which one is lost', ['cy'], twice, [policy({ quorum: 1 })], []],
    [
      'fewer than are needed now',
      ['bob', 'cy'],
      once,
      [policy({ quorum: 2 })],
      ['The policy now asks for 2 approvals; ask again.'],
    ],
    ['under no policy any more', ['bob', 'cy'], once, [], ['No policy allows this any longer; ask again.']],
  ])('%s', (_, approvers, request, policies, says) => {
    expect(against(request, policies, [...approvers])).toEqual(says)
  })

  it('from another chat count only of who is told apart from the requester', () => {
    const there = { ...(once.approvals[0]?.by ?? bob), via: 'desk:bob' }
    const request = { ...once, approvals: [{ by: there, at: T0 }] }
    const approver = { ...person('bob'), via: 'desk:bob' }
    const entry = { email: 'bob@acme.test', chats: { chat: 'bob', desk: 'bob' }, accounts: {} }
    const linked = { ...approver, entry }
    const counts = (one: Person) => objectionsToApprovals(request, caseOf([policy()]), [one])
    expect(counts(approver)).toEqual(['bob no longer counts as an approver; ask again.'])
    expect(counts(linked)).toEqual([])
  })
})
