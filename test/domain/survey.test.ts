/** What surveys of a target remember, when one is owed, and how an operator has an orphan taken away. */
import { describe, expect, it } from 'vitest'
import { drawOrphans } from '../../src/domain/cards/orphans-card.ts'
import { canonical } from '../../src/domain/entry.ts'
import { evolveRecord } from '../../src/domain/evolve-record.ts'
import { decide } from '../../src/domain/lifecycle.ts'
import { FOUND_KEPT, SURVEY_AGAIN_MS, SURVEY_EVERY_MS } from '../../src/domain/limits.ts'
import type { Account, RequestId, Seat, SeatKey } from '../../src/domain/model.ts'
import { owed } from '../../src/domain/owed.ts'
import {
  evolveSurvey,
  type Findings,
  isExplained,
  keepFirst,
  narrowTo,
  newOrphans,
  type Orphan,
  overWith,
  type Survey,
  type SurveyEvent,
  surveyDueAt,
} from '../../src/domain/survey.ts'
import { access, inPhase, olga, run, T0 } from './world.ts'

const orphan = (name: string, more: Partial<Orphan> = {}): Orphan => ({
  seat: `seat/${name}` as SeatKey,
  account: name as Account,
  ...more,
})
const findings = (orphans: readonly Orphan[], standing: readonly Orphan[] = []): Findings => ({
  orphans: keepFirst(orphans),
  standing: keepFirst(standing),
})
const begun = (at: number, before: Survey | null = null): Survey =>
  evolveSurvey(before, { type: 'survey begun', at, target: 'orders-db' })
const over = (survey: Survey, found: Findings, at: number): Survey =>
  evolveSurvey(survey, overWith(survey, found, at))

describe('a survey', () => {
  it('is owed where none ever was, a while after one that came to nothing, hours after one that is over', () => {
    expect(surveyDueAt(null)).toBe(0)
    const first = begun(T0)
    expect(surveyDueAt(first)).toBe(T0 + SURVEY_AGAIN_MS)
    expect(surveyDueAt(over(first, findings([]), T0 + 5))).toBe(T0 + 5 + SURVEY_EVERY_MS)
    expect(surveyDueAt(begun(T0 + 9, over(first, findings([]), T0 + 5)))).toBe(T0 + 9 + SURVEY_AGAIN_MS)
  })

  it('writes findings down only when they are other ones than before', () => {
    const found = findings([orphan('bob')], [orphan('eve')])
    const first = over(begun(T0), found, T0)
    expect(first).toMatchObject({ v: 2, overAt: T0, ...found })
    const event = overWith(begun(T0 + 1, first), JSON.parse(canonical(found)) as Findings, T0 + 2)
    expect(event).toEqual({ type: 'survey over', at: T0 + 2, target: 'orders-db' })
    expect(overWith(first, findings([orphan('bob', { taking: true })]), T0)).toHaveProperty('findings')
  })

  it('keeps a hundred by name, the same ones in whatever order they come, and counts the others', () => {
    const all = Array.from({ length: 4_000 }, (_, i) => orphan(String(i).padStart(4, '0')))
    const kept = keepFirst(all)
    expect(kept.count).toBe(4_000)
    expect(kept.first).toEqual(all.slice(0, FOUND_KEPT))
    expect(keepFirst([...all].reverse())).toEqual(kept)
  })

  it('tells an orphan once, and what came back not at all: that is told in its thread', () => {
    const id = 'R-AAAAAA' as RequestId
    const first = over(begun(T0), findings([orphan('bob')]), T0)
    const next = findings([orphan('bob'), orphan('eve'), orphan('kim', { once: id, taking: true })])
    expect(newOrphans(first, next)).toEqual([orphan('eve')])
    expect(newOrphans(over(first, next, T0 + 1), next)).toEqual([])
    // Once it was gone it is news again.
    expect(newOrphans(over(first, findings([]), T0 + 1), findings([orphan('bob')]))).toHaveLength(1)
  })

  it('is told with what is being done about it', () => {
    const told = (...orphans: readonly Orphan[]) => JSON.stringify(drawOrphans('orders-db', orphans))
    expect(told(orphan('bob'), orphan('eve', { taking: true }))).toContain(
      'curfew reconcile --target orders-db',
    )
    // What Curfew once gave, under a request that is long forgotten, it takes away by itself.
    expect(told(orphan('eve', { taking: true }))).toContain('; it is being taken away')
    expect(told(orphan('eve', { taking: true }))).not.toContain('reconcile')
  })

  it('is narrowed down to a target or an account', () => {
    const survey = over(begun(T0), findings([orphan('bob'), orphan('eve')], [orphan('kim')]), T0)
    expect(narrowTo(survey, 'orders')).toEqual(survey)
    expect(narrowTo(survey, 'ev')).toMatchObject(findings([orphan('eve')]))
  })

  it('is never folded in an order that cannot be', () => {
    const event: SurveyEvent = { type: 'survey over', at: T0, target: 'x' }
    expect(() => evolveSurvey(null, event)).toThrow('before it began')
    expect(() => evolveRecord('o:x', null, event as never)).toThrow('before it began')
  })
})

describe('what is found in a target', () => {
  const seatIn = (phase: Parameters<typeof inPhase>[0]): Seat => inPhase(phase).seat as Seat

  it('is accounted for while a grant is given, stands, or ends, and not after it has ended', () => {
    for (const phase of ['provisioning', 'active', 'ending'] as const)
      expect(isExplained(seatIn(phase))).toBe(true)
    expect(isExplained(seatIn('ended'))).toBe(false)
  })
})

describe('an operator has it taken away', () => {
  const disown = { do: 'disown', by: olga, access } as const
  const nothing = { now: T0, request: null, seat: null, peers: new Map(), owner: null }

  it('although Curfew never knew the seat: it is owed a revoke, until it is seen to be gone', () => {
    const disowned = run(nothing, disown)
    expect(disowned.seat).toMatchObject({ strayed: true, holders: [], access })
    expect(disowned.seat?.lastRequest).toBeUndefined()
    expect(owed(disowned.seat as Seat, T0)).toMatchObject({ effect: 'revoke' })
    const asked = run(disowned, { do: 'attempt', does: 'revoke' })
    const answer = (ours: 'present' | 'absent') =>
      ({
        do: 'answer',
        basedOn: asked.seat?.v ?? 0,
        attempt: { n: 1, outcome: 'ok' },
        look: { ours, others: 'absent', since: T0 + 1 },
      }) as const
    const still = run(asked, answer('present'), T0 + 2)
    expect(still.seat?.strayed).toBe(true)
    expect(owed(still.seat as Seat, T0 + 60_000)).toMatchObject({ effect: 'revoke' })
    const gone = run(asked, answer('absent'), T0 + 2)
    expect(gone.seat?.strayed).toBe(false)
    expect(owed(gone.seat as Seat, T0 + 60_000)).toBeNull()
  })

  it('where it came back after its grant, whose thread is told', () => {
    const ended = inPhase('ended')
    const happened = decide(ended, disown)
    expect(happened).toMatchObject([
      { on: 'seat', event: { type: 'disowned', by: olga } },
      { on: 'request', event: { type: 'came back' } },
    ])
    expect(run(ended, disown).seat?.strayed).toBe(true)
  })

  it('but never what a grant holds, or what is being taken away as it is', () => {
    expect(decide(inPhase('active'), disown)).toMatchObject({ refused: 'not-allowed' })
    expect(decide(inPhase('ending'), disown)).toMatchObject({ refused: 'already-ending' })
    expect(decide(run(nothing, disown), disown)).toMatchObject({ refused: 'already-ending' })
  })

  it('and a person may be given the same seat afterwards', () => {
    const disowned = run(nothing, disown)
    const request = inPhase('approved')
    const given = run(
      { ...request, seat: disowned.seat },
      { do: 'clear', clearance: { result: 'ok', access } },
    )
    expect(given.seat).toMatchObject({ strayed: false, lastRequest: request.request?.id })
  })
})
