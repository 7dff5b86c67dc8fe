/** Which digest is owed, what it counts, and what people read of it: with nothing to tell, with little, and with much. */
import { describe, expect, it, test } from 'vitest'
import { renderCard } from '../../src/chats/slack/render-card.ts'
import type { Card, Span } from '../../src/domain/cards/card.ts'
import { type DigestFacts, drawDigest } from '../../src/domain/cards/digest-card.ts'
import { digestOwed, evolveDigest, tellsSince } from '../../src/domain/digest.ts'
import { DIGEST_DAY_MS, DIGEST_KEPT_MS } from '../../src/domain/limits.ts'
import type { PersonRef, Request, RequestId } from '../../src/domain/model.ts'
import type { Phase } from '../../src/domain/request.ts'
import { sumUp } from '../../src/domain/sum-up.ts'
import { ana, extend, glass, HOUR, inPhase, MINUTE, run, sign, T0 } from './world.ts'

const plan = { channel: 'chat:C1', hour: 9, minute: 0, timezone: 'UTC' }
const due = (day: string) => ({ day, at: Date.parse(`${day}T09:00Z`) })

describe('what is owed', () => {
  const begun = digestOwed(null, plan, due('2026-11-24'), T0)
  const first = begun && evolveDigest(null, begun)

  it('begins without making up for what was before it', () => {
    expect(begun).toMatchObject({ type: 'digest begun', digest: 'chat:C1/09:00/UTC', day: '2026-11-24' })
    expect(digestOwed(first, plan, due('2026-11-24'), T0)).toBeNull()
  })

  it('is posted once a day, only the latest of several that were missed, and never one of before', () => {
    const posted = digestOwed(first, plan, due('2026-11-28'), T0 + 1)
    expect(posted).toMatchObject({ type: 'digest posted', day: '2026-11-28' })
    const after = posted && evolveDigest(first, posted)
    expect(after).toMatchObject({ v: 2, day: '2026-11-28', toldAt: T0 + 1 })
    expect(digestOwed(after, plan, due('2026-11-28'), T0 + 2)).toBeNull()
    expect(digestOwed(after, plan, due('2026-11-27'), T0 + 2)).toBeNull()
  })

  it('tells what ended since it was posted, as far as that is remembered', () => {
    const posted = { kind: 'digest', v: 2, name: 'x', day: '2026-11-24', toldAt: T0 } as const
    expect(tellsSince(first, T0)).toBe(T0 - DIGEST_DAY_MS)
    expect(tellsSince(posted, T0 + 3 * DIGEST_DAY_MS)).toBe(T0)
    expect(tellsSince(posted, T0 + 30 * DIGEST_DAY_MS)).toBe(T0 + 30 * DIGEST_DAY_MS - DIGEST_KEPT_MS)
  })

  it('is never folded in an order that cannot be', () => {
    const event = { at: T0, digest: 'x', day: '2026-11-24' }
    expect(() => evolveDigest(first, { ...event, type: 'digest begun' })).toThrow('twice')
    expect(() => evolveDigest(null, { ...event, type: 'digest posted' })).toThrow('before')
  })
})

const requestIn = (phase: Phase, id = 'R-AAAAAA', target = 'orders-db', by: PersonRef = ana): Request => {
  const { request } = inPhase(phase, { id: id as RequestId })
  if (request === null) throw new Error('no request')
  const entitlement = { ...request.entitlement, target: target as Request['entitlement']['target'] }
  return { ...request, entitlement, requester: by }
}

const wordsOf = (spans: readonly Span[]): string =>
  spans
    .map((span) => ('text' in span ? span.text : span.span === 'time' ? '{time}' : `{${span.span}}`))
    .join('')
const linesOf = (card: Card): readonly string[] =>
  card.parts.flatMap((part) => ('spans' in part ? wordsOf(part.spans).split('\n') : []))

const none: Pick<DigestFacts, 'undelivered'> = { undelivered: [] }
const draw = (requests: readonly Request[], to: 'posted' | 'asked' = 'posted', now = T0 + HOUR): Card =>
  drawDigest({ ...sumUp(requests, T0 - 1, now), ...none }, to)

describe('what a digest tells', () => {
  it('is two lines when there is nothing', () => {
    expect(linesOf(draw([]))).toEqual([
      'Nothing ends within the next 24 hours.',
      'Since {time}: 0 asked, 0 approved, 0 denied, 0 lapsed, 0 given, 0 ended, 0 late.',
    ])
    expect(wordsOf(draw([]).summary)).toBe('0 to end within 24 hours, 0 to be decided, 0 ended')
  })

  it('is who has what until when, who waits, what ended and how, with little', () => {
    const extending = run(inPhase('active', { id: 'R-AAAAA4' as RequestId }), extend()).request as Request
    const denied = requestIn('denied', 'R-AAAAA5')
    const requests = [
      requestIn('active', 'R-AAAAA1'),
      requestIn('pending', 'R-AAAAA2'),
      requestIn('ended', 'R-AAAAA3'),
      ...[extending, denied, requestIn('lapsed', 'R-AAAAA6'), requestIn('ending', 'R-AAAAA7')],
    ]
    expect(linesOf(draw(requests))).toEqual([
      'Late, not gone yet: 1',
      'R-AAAAA7 ana: orders-db/readonly, 1 h late',
      'Ends within 24 hours: 2',
      'R-AAAAA1 ana: orders-db/readonly ends {time}',
      'R-AAAAA4 ana: orders-db/readonly ends {time}',
      'Waits for a decision: 2',
      'R-AAAAA2 ana: orders-db/readonly for 2 h, lapses {time}',
      'R-AAAAA4 ana: orders-db/readonly 1 h longer, lapses {time}',
      'Ended: 1',
      'given back 1',
      'R-AAAAA3 ana: orders-db/readonly given back {time}',
      'Since {time}: 7 asked, 4 approved, 1 denied, 1 lapsed, 4 given, 1 ended, 1 late.',
    ])
  })

  it('is what was taken by break-glass and not reviewed, and that Curfew is frozen', () => {
    const open = inPhase('ended', { ...glass, id: 'R-AAAAA1' as RequestId })
    const signed = run(inPhase('ended', { ...glass, id: 'R-AAAAA2' as RequestId }), sign()).request as Request
    const requests = [open.request as Request, signed, requestIn('active', 'R-AAAAA3')]
    const frozen = { at: T0, by: ana, reason: 'break-in' }
    const card = drawDigest({ ...sumUp(requests, T0, T0 + HOUR), ...none, frozen }, 'posted')
    expect(linesOf(card)).toEqual([
      'Frozen since {time}. It was frozen by ana: break-in',
      'Ends within 24 hours: 1',
      'R-AAAAA3 ana: orders-db/readonly ends {time}',
      'Break-glass, not reviewed: 1',
      'R-AAAAA1 ana: orders-db/readonly, since {time}',
      expect.stringMatching(/^Since/),
    ])
    expect(wordsOf(card.summary)).toBe(
      'frozen, 1 to end within 24 hours, 0 to be decided, 1 to be reviewed, 0 ended',
    )
  })

  it('names who ended late, and nothing that is older or ends later', () => {
    const ended = requestIn('ended')
    const { grant } = ended
    if (grant?.ended === undefined) throw new Error('not ended')
    const late = { ...ended, grant: { ...grant, ended: { ...grant.ended, lateMs: 5 * MINUTE } } }
    expect(linesOf(draw([late]))).toContain('R-AAAAAA ana: orders-db/readonly given back, 5 min late {time}')
    expect(sumUp([late], T0, T0 + HOUR)).toMatchObject({ ended: [], counts: { asked: 0, ended: 0, late: 0 } })
    const active = requestIn('active')
    expect(sumUp([active], T0, T0 + 2 * HOUR - DIGEST_DAY_MS).endsSoon).toHaveLength(1)
    expect(sumUp([active], T0, T0 + 2 * HOUR - DIGEST_DAY_MS - 1).endsSoon).toHaveLength(0)
  })

  it('names the places that cannot be reached, with the last fault', () => {
    const place = { chat: 'chat', kind: 'thread', to: 'C1' } as const
    const undelivered = [
      { place, messages: 12, trouble: `channel_not_found ${'x'.repeat(500)}` },
      { place: { ...place, kind: 'dm', to: 'U1' } as const, messages: 1, trouble: 'user\nis gone' },
    ]
    const lines = linesOf(drawDigest({ ...sumUp([], T0, T0), undelivered }, 'posted'))
    expect(lines[1]).toBe('Places that cannot be reached: 2')
    expect(lines[2]).toMatch(/^\{channel\}: 12 waiting; channel_not_found x+$/)
    expect(lines[2]?.length).toBeLessThan(200)
    expect(lines[3]).toBe('direct messages to chat:U1: 1 waiting; user is gone')
  })

  it('calls nobody, and lets nobody write a line of their own', () => {
    const evil = { ...ana, name: `eve\nR-AAAAAA root: all/all ${'x'.repeat(300)}` }
    const card = draw([requestIn('active', 'R-AAAAA1', 'orders-db', evil)])
    expect(linesOf(card)).toHaveLength(3)
    expect(JSON.stringify(card)).not.toContain('"span":"person"')
  })
})

/** So many grants over 25 targets, unevenly, with names and targets as long as they come. */
const many = (count: number, phase: Phase): readonly Request[] => {
  const base = requestIn(phase)
  const longest = 'target-'.padEnd(60, 'x')
  return Array.from({ length: count }, (_, i) => ({
    ...base,
    id: `R-${String(i).padStart(6, '0')}` as RequestId,
    requester: { ...ana, name: `Anastasia <&> ${'y'.repeat(60)}` },
    entitlement: { ...base.entitlement, target: `${longest}${Math.floor(Math.sqrt(i)) % 25}` as never },
  }))
}

test.each([
  [3, 'posted', 3],
  [40, 'posted', 20],
  [4_000, 'posted', 20],
  [40, 'asked', 35],
  [4_000, 'asked', 35],
] as const)('%i grants, %s: %i are named, all are counted, and it fits into a message', (count, to, most) => {
  const grants = many(count, 'active')
  const card = draw(grants, to)
  const named = linesOf(card).filter((line) => line.startsWith('R-'))
  expect(named.length).toBeLessThanOrEqual(most)
  expect(named.length).toBeGreaterThan(most / 2)
  expect(linesOf(card)[0]).toBe(`Ends within 24 hours: ${count}`)
  const left = count - named.length
  if (left > 0)
    expect(linesOf(card).join('\n')).toContain(`and ${left} more${to === 'posted' ? ': /jit digest' : ''}`)
  if (count > 3) expect(linesOf(card)[1]).toMatch(/^target-x+\d+ \d+, .* (and 15 more|\d+)$/)

  const waiting = many(count, 'pending').map((request) => ({ ...request, id: `${request.id}P` as RequestId }))
  const over = many(count, 'ended').map((request) => ({ ...request, id: `${request.id}E` as RequestId }))
  const ending = many(count, 'ending').map((request) => ({ ...request, id: `${request.id}L` as RequestId }))
  const open = many(count, 'ended').map((request) => ({
    ...request,
    id: `${request.id}R` as RequestId,
    review: { since: T0, remindAt: T0, covers: 1 },
  }))
  const { blocks } = renderCard(draw([...grants, ...open, ...waiting, ...over, ...ending], to))
  const text = JSON.stringify(blocks)
  expect(text).not.toContain('Shortened')
  expect(text).not.toContain('…')
  for (const heading of ['Late', 'Ends', 'Waits', 'Break-glass', 'Ended', 'Since'])
    expect(text).toContain(heading)
})
