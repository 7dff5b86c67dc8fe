import { describe, expect, it } from 'vitest'
import { plain } from '../../src/domain/cards/card.ts'
import type { Command, CommandOf, Unreviewed } from '../../src/domain/command.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import type { PersonRef, Request } from '../../src/domain/model.ts'
import { isLive, owed, planOf } from '../../src/domain/owed.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import { isClosed, isOver, type Phase, phaseOf } from '../../src/domain/request.ts'
import { awaitsReview } from '../../src/domain/review.ts'
import { tell } from '../../src/domain/words.ts'
import { EMPTY_WORLD, type World } from '../../src/domain/world.ts'
import {
  ana,
  approve,
  bob,
  cy,
  draft,
  events,
  extend,
  glass,
  HOUR,
  inPhase,
  MINUTE,
  olga,
  run,
  sign,
  T0,
} from './world.ts'

const DAY = 24 * HOUR
const GIVEN = ['provisioning', 'active', 'ending', 'ended'] as const
const must = (world: World): Request => {
  if (world.request === null) throw new Error('no request')
  return world.request
}
const decideIn = (phase: Phase, command: Command) => decide(inPhase(phase, glass), command)

describe('break-glass', () => {
  it('is given at once, with its end armed and a review open', () => {
    // given nothing, when somebody asks under a policy of that kind
    const world = inPhase('approved', glass)
    // then the end stands before anything is asked of the target, and the review is open from that moment
    expect(must(world).grant).toMatchObject({ state: 'provisioning', endsAt: T0 + 2 * HOUR + 15 * MINUTE })
    expect(must(world).review).toEqual({ since: T0, remindAt: T0 + DAY, covers: 1 })
  })
  it('is capped like everything else', () => {
    expect(must(inPhase('active', { ...glass, maxMs: HOUR })).grant?.endsAt).toBe(T0 + HOUR)
  })
  it('says who, what, why, until when, and who reviews it, from the event alone', () => {
    const { request } = inPhase('ended', { ...glass, reason: 'd1' as never })
    const event = {
      type: 'requested',
      at: T0,
      by: ana,
      draft: draft({ ...glass, reason: 'd1' as never }),
    } as const
    const spans = tell(event, request as Request, new Map([['d1' as never, '*db* <!channel> down']]))
    expect(spans?.map((span) => ('text' in span ? span.text : span.span)).join('')).toBe(
      'Break-glass: person takes orders-db/readonly for 2 h without anybody’s approval, until time at the latest.' +
        ' To be reviewed by cy@acme.test, dbas. Reason: *db* <!channel> down',
    )
    expect(spans?.find((span) => span.span === 'time')).toMatchObject({ at: T0 + 2 * HOUR + 15 * MINUTE })
    // what somebody typed stands in plain spans alone
    expect(spans?.at(-1)).toEqual(plain(' Reason: *db* <!channel> down'))
  })
})

describe('the review', () => {
  it.each(GIVEN)('can be signed in %s by a reviewer, with words', (phase) => {
    const world = run(inPhase(phase, glass), sign({ words: 'd2' as never }))
    expect(phaseOf(world.request)).toBe(phase)
    expect(must(world).review?.signed).toEqual({ by: cy, at: T0, words: 'd2' })
    expect(awaitsReview(must(world))).toBe(false)
  })
  it('cannot be signed before anything was given, nor where nothing was', () => {
    expect(decideIn('approved', sign())).toMatchObject({ refused: 'not-started' })
    expect(decideIn('void', sign())).toMatchObject({ refused: 'not-allowed' })
    expect(awaitsReview(must(inPhase('void', glass)))).toBe(false)
    expect(isClosed(must(inPhase('void', glass)))).toBe(true)
  })
  it.each<[string, PersonRef]>([
    ['the same identity', ana],
    ['another chat that is linked to it', { ...bob, id: ana.id }],
    ['an equal address in another chat', { ...bob, email: ana.email as string }],
    ['an address that only the directory states', { ...bob, address: ana.email as string }],
  ])('is never signed by its own user: %s', (_, by) => {
    for (const phase of GIVEN) expect(decideIn(phase, sign({ by }))).toMatchObject({ refused: 'own-request' })
  })
  it('is not signed by who is no reviewer, and the refusal names who is', () => {
    const refused = decideIn('ended', sign({ by: olga, reviewer: ['The directory could not tell.'] }))
    expect(refused).toMatchObject({
      refused: 'not-a-reviewer',
      says: 'You are not a reviewer of this request. The directory could not tell.',
      hint: 'It can be signed by: cy@acme.test, dbas.',
    })
  })
  it('is signed once', () => {
    const signed = run(inPhase('ended', glass), sign())
    expect(decide(signed, sign({ by: bob }))).toMatchObject({
      refused: 'already-decided',
      says: expect.stringContaining('already signed by cy'),
    })
  })
  it('keeps what is over from being closed, and nothing else does', () => {
    const ended = must(inPhase('ended', glass))
    expect([isOver(ended), isClosed(ended), isLive(ended)]).toEqual([true, false, true])
    const signed = must(run(inPhase('ended', glass), sign()))
    expect([isOver(signed), isClosed(signed), isLive(signed)]).toEqual([true, true, false])
    expect(planOf(signed)).toBeNull()
    expect(isClosed(must(inPhase('ended')))).toBe(true)
  })
  it('does not keep the access from ending', () => {
    const world = { ...inPhase('active', glass), now: T0 + 2 * HOUR }
    expect(events(decide(world, { do: 'tick' }))).toEqual(['request: ending', 'seat: released'])
  })
})

describe('reminders', () => {
  /** When they are said from here on, in days since it was given. */
  const reminders = (begin: World, count: number): number[] => {
    let world = begin
    return Array.from({ length: count }, () => {
      const at = planOf(must(world))?.at ?? 0
      expect(events(decide({ ...world, now: at - 1 }, { do: 'tick' }))).toEqual([])
      world = run(world, { do: 'tick' }, at)
      return (at - T0) / DAY
    })
  }
  it('come after a day, then daily, and after a month weekly, for as long as nobody signs', () => {
    const days = reminders(inPhase('ended', glass), 33)
    expect(days.slice(0, 3)).toEqual([1, 2, 3])
    expect(days.slice(28)).toEqual([29, 30, 35, 42, 49])
  })
  it('that were missed are not made up for', () => {
    const late = run(inPhase('ended', glass), { do: 'tick' }, T0 + 5.5 * DAY)
    expect(planOf(must(late))?.at).toBe(T0 + 6 * DAY)
  })
  it.each(['active', 'ending'] as const)('come while it is %s, too', (phase) => {
    const long = inPhase(phase, { ...glass, wish: { kind: 'for', ms: 3 * DAY }, maxMs: 3 * DAY })
    const warned = phase === 'active' ? run(long, { do: 'tick' }, T0 + 1 * DAY) : long
    const ready = {
      ...(phase === 'ending' ? run(warned, { do: 'tick' }, T0 + 23 * HOUR) : long),
      now: T0 + DAY,
    }
    expect(events(decide(ready, { do: 'tick' }))).toContain('request: review awaited')
  })
  it('stop with the signature', () => {
    const signed = run(inPhase('active', glass), sign())
    expect(owed(must(signed), T0 + DAY)).toEqual({ effect: 'tick', request: must(signed).id })
    expect(events(decide({ ...signed, now: T0 + DAY }, { do: 'tick' }))).not.toContain(
      'request: review awaited',
    )
  })
})

describe('an extension by break-glass', () => {
  const terms = { quorum: 0, lapseMs: HOUR, most: 2, reviewers: glass.reviewers }
  it('is given at once, and reviewed with the rest', () => {
    const world = run(inPhase('active', glass), extend({ terms }), T0 + HOUR)
    expect(must(world).grant?.endsAt).toBe(T0 + 3 * HOUR)
    expect(must(world).review).toEqual({ since: T0, remindAt: T0 + DAY, covers: 2 })
  })
  it('opens a review that was signed before it', () => {
    const signed = run(inPhase('active', glass), sign())
    const world = run(signed, extend({ terms }), T0 + HOUR)
    expect(must(world).review).toEqual({ since: T0 + HOUR, remindAt: T0 + HOUR + DAY, covers: 1 })
    expect(phaseOf(run(world, sign()).request)).toBe('active')
  })
  it('opens one where the policy became break-glass after the request', () => {
    const world = run(inPhase('active'), extend({ terms }), T0 + HOUR)
    expect(must(world).review?.covers).toBe(1)
  })
  it('that is approved by others opens none', () => {
    const world = run(run(inPhase('active', glass), sign()), extend())
    const approved = run(world, {
      ...approve(),
      do: 'approve extension',
      n: 1,
      stillCount: [],
      quorum: 1,
    } as Command)
    expect(must(approved).extensions?.granted).toBe(1)
    expect(awaitsReview(must(approved))).toBe(false)
  })
})

describe('the limit on what nobody reviewed', () => {
  const unreviewed = (covers: readonly number[], most: number): Unreviewed => ({
    most,
    open: covers.map((count, n) => ({
      ...must(inPhase('ended', { ...glass, id: `R-AAAAA${n}` as never })),
      review: { since: T0, remindAt: T0 + DAY, covers: count },
    })),
  })
  const ask = (it: Unreviewed): CommandOf<'request'> => ({
    do: 'request',
    by: ana,
    draft: draft(glass),
    doubts: [],
    unreviewed: it,
  })
  const asked = (it: Unreviewed) => decide({ ...EMPTY_WORLD, now: T0 }, ask(it))

  it('lets through what is below it', () => {
    expect(events(asked(unreviewed([1, 1], 3)))).toEqual(['request: requested', 'request: armed'])
  })
  it('counts extensions, and says what helps', () => {
    expect(asked(unreviewed([2, 1], 3))).toEqual({
      refused: 'not-reviewed',
      says: 'You have used break-glass 3 times without a review, and the policy allows 3: R-AAAAA0, R-AAAAA1.',
      hint: 'Ask a reviewer to sign: `/jit review R-AAAAA0`',
    })
  })
  it('holds for an extension as well', () => {
    const terms = { quorum: 0, lapseMs: HOUR, most: 5, reviewers: glass.reviewers }
    const decision = decide(inPhase('active', glass), extend({ terms, unreviewed: unreviewed([1], 1) }))
    expect(isRefusal(decision) && decision.refused).toBe('not-reviewed')
  })
})
