/** Which digest is owed, what it counts, and what people read of it: with nothing to tell, with little, and with much. */
import { describe, expect, it, test } from 'vitest'
import { renderCard } from '../../src/chats/slack/render-card.ts'
import type { Button, Card, Span } from '../../src/domain/cards/card.ts'
import { type DigestFacts, type DigestView, drawDigest } from '../../src/domain/cards/digest-card.ts'
import { drawEndings } from '../../src/domain/cards/endings-card.ts'
import { endingButton } from '../../src/domain/cards/request-buttons.ts'
import { digestOwed, evolveDigest, tellsSince } from '../../src/domain/digest.ts'
import { DIGEST_DAY_MS, DIGEST_KEPT_MS } from '../../src/domain/limits.ts'
import type {
  Account,
  PersonId,
  PersonRef,
  Request,
  RequestId,
  Seal,
  SeatKey,
} from '../../src/domain/model.ts'
import type { Phase } from '../../src/domain/request.ts'
import { type Summary, sumUp } from '../../src/domain/sum-up.ts'
import { type Found, keepFirst, type Orphan } from '../../src/domain/survey.ts'
import { ana, bob, extend, glass, HOUR, inPhase, MINUTE, run, sign, T0 } from './world.ts'

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

const none: Omit<DigestFacts, keyof Summary> = { undelivered: [], surveys: [], checkpoint: null }
const POSTED: DigestView = { to: 'posted' }
const asked = (buttonOf: (request: Request) => Button | undefined = () => undefined): DigestView => ({
  to: 'asked',
  buttonOf,
})
const draw = (requests: readonly Request[], view: DigestView = POSTED, now = T0 + HOUR): Card =>
  drawDigest({ ...sumUp(requests, T0 - 1, now), ...none }, view)
const buttonsIn = (card: Card): readonly (readonly [string, string | undefined])[] =>
  card.parts.flatMap((part) =>
    part.part === 'text' && part.button ? [[part.button.label, part.button.request] as const] : [],
  )

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
    const card = drawDigest({ ...sumUp(requests, T0, T0 + HOUR), ...none, frozen }, POSTED)
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
    const lines = linesOf(drawDigest({ ...sumUp([], T0, T0), ...none, undelivered }, POSTED))
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

describe('what a reader may press', () => {
  const grants = [requestIn('active', 'R-AAAAA1'), requestIn('active', 'R-AAAAA2', 'billing', bob)]

  it('is one button for everybody in a channel, and none where nothing ends', () => {
    expect(buttonsIn(draw(grants))).toEqual([['What may I end?', undefined]])
    expect(buttonsIn(draw([]))).toEqual([])
  })

  it('is exactly what they may end, where it is known who asks', () => {
    const mine = asked((request) => endingButton(request, request.requester === ana ? 'holder' : 'other'))
    expect(buttonsIn(draw(grants, mine))).toEqual([
      ['What may I end?', undefined],
      ['Give back', 'R-AAAAA1'],
      ['Revoke', 'R-AAAAA2'],
    ])
    const half = asked((request) => (request.requester === ana ? undefined : endingButton(request, 'other')))
    expect(buttonsIn(draw(grants, half)).slice(1)).toEqual([['Revoke', 'R-AAAAA2']])
    expect(linesOf(draw(grants, half))).toContain('R-AAAAA1 ana: orders-db/readonly ends {time}')
  })

  it('never is what is ending or over', () => {
    for (const phase of ['pending', 'ending', 'ended', 'denied'] as const)
      expect(endingButton(requestIn(phase), 'other')).toBeUndefined()
  })

  it('asks before it takes, with own access first', () => {
    const card = drawEndings(
      [requestIn('active', 'R-AAAAA2', 'billing', bob), requestIn('active', 'R-AAAAA1')],
      (request) => endingButton(request, request.requester === ana ? 'holder' : 'other'),
      ana.id,
    )
    expect(linesOf(card)[0]).toBe('You may end: 2')
    expect(buttonsIn(card)).toEqual([
      ['Give back', 'R-AAAAA1'],
      ['Revoke', 'R-AAAAA2'],
    ])
    expect(JSON.stringify(card)).toContain('End this access now?')
    expect(linesOf(drawEndings([], () => undefined, ana.id))).toEqual(['Nothing here is yours to end.'])
  })
})

describe('what nobody will end', () => {
  const orphan = {
    seat: 's/1' as SeatKey,
    account: 'bob' as Account,
    note: 'bob → curfew_x → x, given by curfew',
  }
  const survey = (target: string, orphans: readonly Orphan[], standing: readonly Found[] = []) => ({
    target,
    orphans: keepFirst(orphans),
    standing: keepFirst(standing),
  })
  const facts = (surveys: DigestFacts['surveys']): DigestFacts => ({ ...sumUp([], T0, T0), ...none, surveys })

  it('is named with its target, its path, and what an operator can do', () => {
    const surveys = [
      survey('orders-db', [{ ...orphan, taking: true }], [{ ...orphan, account: 'eve' as Account }]),
      survey('billing', []),
    ]
    const card = drawDigest(facts(surveys), POSTED)
    expect(linesOf(card).slice(1, -1)).toEqual([
      'Orphans, access with no grant behind it: 1',
      'orders-db: bob: bob → curfew_x → x, given by curfew; it is being taken away',
      'Standing access, by other hands and without an end: 1',
      'orders-db: eve: bob → curfew_x → x, given by curfew',
    ])
    expect(wordsOf(card.summary)).toBe('1 orphan, 0 to end within 24 hours, 0 to be decided, 0 ended')
  })

  it('is counted beyond what is kept of it, and lets nobody write lines', () => {
    const note = `x\nR-AAAAAA root: all/all ${'→'.repeat(400)}`
    const many = Array.from({ length: 4_000 }, (_, i) => ({ ...orphan, seat: `s/${i}` as SeatKey, note }))
    const card = drawDigest(facts([survey('orders-db', many, many)]), POSTED)
    const lines = linesOf(card)
    expect(lines[1]).toBe('Orphans, access with no grant behind it: 4,000')
    const named = lines.filter((line) => line.startsWith('orders-db: bob: x R-AAAAAA'))
    expect(named.length).toBeGreaterThan(2)
    expect(lines).toContain(
      `and ${(4_000 - named.length / 2).toLocaleString('en-US')} more: on the host curfew reconcile`,
    )
    expect(JSON.stringify(renderCard(card)).includes('Shortened')).toBe(false)
  })
})

test('the last line is the checkpoint, as it is given to verify', () => {
  const seal = 'ab12'.repeat(16) as Seal
  const card = drawDigest({ ...sumUp([], T0, T0), ...none, checkpoint: { n: 12_340, seal } }, POSTED)
  expect(linesOf(card).at(-1)).toBe(`Journal: 12,340 entries, checkpoint 12340:${seal}`)
})

/** So many grants of 170 people over 25 targets, unevenly, with names and targets as long as they come. */
const many = (count: number, phase: Phase): readonly Request[] => {
  const base = requestIn(phase)
  const longest = 'target-'.padEnd(60, 'x')
  return Array.from({ length: count }, (_, i) => ({
    ...base,
    id: `R-${phase}${i}` as RequestId,
    requester: { ...ana, id: `p${i % 170}` as PersonId, name: `Anastasia ${i % 170} <&> ${'y'.repeat(60)}` },
    entitlement: { ...base.entitlement, target: `${longest}${Math.floor(Math.sqrt(i)) % 25}` as never },
  }))
}

/** What "and N more" says, in all lists; the number of things that lines stand for. */
const leftIn = (lines: readonly string[]): number =>
  Number(lines.find((line) => /^and [\d,]+ more/.test(line))?.replace(/\D/g, '') ?? 0)
const standFor = (line: string): number =>
  line.startsWith('R-') ? 1 : Number(/(\d+) \([^)]*\), the first ends/.exec(line)?.[1] ?? 0)

const HEADINGS = [
  'Frozen',
  'Late',
  'Ends',
  'Waits',
  'Break-glass',
  'Ended',
  'Orphans',
  'Standing',
  'Places',
  'Since',
  'Journal',
]

describe.each([1, 40, 4_000])('with %i grants', (count) => {
  const grants = many(count, 'active')

  it.each(['posted', 'asked'] as const)('every one is named or counted, %s', (to) => {
    const card = draw(grants, to === 'posted' ? POSTED : asked((request) => endingButton(request, 'other')))
    const lines = linesOf(card)
    expect(lines[0]).toBe(`Ends within 24 hours: ${count.toLocaleString('en-US')}`)
    if (count > 5) expect(lines[1]).toMatch(/^target-x+\d+ \d+, .* (and 15 more|\d+)$/)
    const named = lines.map(standFor)
    expect(named.reduce((sum, n) => sum + n, 0) + leftIn(lines)).toBe(count)
    expect(named.filter((n) => n > 0).length).toBeGreaterThan(Math.min(count, 10) / 2)
    if (leftIn(lines) > 0) expect(lines.join('\n')).toContain('more: /jit digest WORD')
  })

  it('all lists at once fit into one message, and none is lost', () => {
    const open = many(count, 'ended').map((request) => ({
      ...request,
      id: `${request.id}R` as RequestId,
      review: { since: T0, remindAt: T0, covers: 1 },
    }))
    const phases = ['active', 'pending', 'ended', 'ending'] as const
    const all = [...phases.flatMap((phase) => many(count, phase)), ...open]
    const frozen = { at: T0, by: ana, reason: '<&>'.repeat(200) }
    const found = many(count, 'active').map(({ id }) => ({
      seat: id as string as SeatKey,
      account: `<&>${'z'.repeat(60)}` as Account,
      note: '<→&>'.repeat(100),
    }))
    const place = { chat: 'chat', kind: 'dm', to: `U${'0'.repeat(20)}` } as const
    const undelivered = grants.map(() => ({ place, messages: 12, trouble: '<&>'.repeat(100) }))
    const surveys = [{ target: 'orders-db', orphans: keepFirst(found), standing: keepFirst(found) }]
    const checkpoint = { n: 123_456_789, seal: 'ab12'.repeat(16) as Seal }
    const facts = { ...sumUp(all, T0 - 1, T0 + HOUR), undelivered, surveys, checkpoint, frozen }
    for (const view of [POSTED, asked((request) => endingButton(request, 'other'))]) {
      const { blocks } = renderCard(drawDigest(facts, view))
      const text = JSON.stringify(blocks)
      expect(/Shortened|…/.test(text)).toBe(false)
      expect(HEADINGS.filter((heading) => !text.includes(heading))).toEqual([])
    }
    const endings = drawEndings(all, (request) => endingButton(request, 'other'), ana.id)
    expect(buttonsIn(endings).length).toBeGreaterThanOrEqual(Math.min(count, 8))
    expect(JSON.stringify(renderCard(endings)).includes('Shortened')).toBe(false)
  })
})
