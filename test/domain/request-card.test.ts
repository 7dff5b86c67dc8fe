/** What people read of a request: in every phase and every place, in words, without anything that only we understand. */
import { describe, expect, it } from 'vitest'
import { type Card, person, plain, type Span, time } from '../../src/domain/cards/card.ts'
import { buttonsUnder } from '../../src/domain/cards/request-buttons.ts'
import { drawRequest } from '../../src/domain/cards/request-card.ts'
import { isToldIn } from '../../src/domain/cards/thread-lines.ts'
import type { Place, Request, TextDigest } from '../../src/domain/model.ts'
import { PHASES, type Phase, type RequestEvent } from '../../src/domain/request.ts'
import { tell } from '../../src/domain/words.ts'
import { access, ana, bob, cy, draft, glass, HOUR, inPhase, run, sign, T0 } from './world.ts'

const REASON = 'reason' as TextDigest
const texts = new Map([[REASON, 'INC-42 <!channel> *bold* & `code`']])
const phases = PHASES.filter((phase) => phase !== 'none')
const places: readonly Place['kind'][] = ['card', 'thread', 'dm']

const requestIn = (phase: Phase): Request => {
  const { request } = inPhase(phase, { reason: REASON })
  if (request === null) throw new Error('no request')
  return request
}

const spansOf = (card: Card): readonly Span[] => [
  ...card.summary,
  ...card.parts.flatMap((part) => {
    if (part.part === 'fields') return part.fields.flatMap(({ spans }) => spans)
    return 'spans' in part ? part.spans : []
  }),
]
const wordsOf = (spans: readonly Span[]): string =>
  spans
    .map((span) =>
      'text' in span ? span.text : span.span === 'person' ? `@${span.person.name}` : `{${span.span}}`,
    )
    .join('')
const labels = (card: Card): readonly string[] =>
  card.parts.flatMap((part) => (part.part === 'buttons' ? part.buttons.map(({ label }) => label) : []))

const asksMore: RequestEvent = {
  ...{ type: 'extension asked', at: T0, n: 2, ms: HOUR, reason: null, quorum: 1, lapsesAt: T0 + HOUR },
}

const cases = phases.flatMap((phase) => places.map((place) => [phase, place] as const))

describe('a card', () => {
  it.each(cases)('%s, as a %s: the state in words, and nothing half-finished', (phase, place) => {
    const card = drawRequest({ request: requestIn(phase), texts }, place)
    const phaseWord = phase === 'provisioning' ? 'being given' : phase === 'pending' ? 'waiting' : phase
    expect(card.title.toLowerCase()).toContain(phaseWord)
    expect(wordsOf(card.summary)).toContain(card.title)
    const all = `${card.title} ${wordsOf(spansOf(card))} ${labels(card).join(' ')}`
    expect(all).not.toMatch(/undefined|null|NaN|\[object|Invalid|\d{13}/)
  })

  it.each(cases)('%s, as a %s: what people typed stands in a quotation and nowhere else', (phase, place) => {
    const card = drawRequest({ request: requestIn(phase), texts }, place)
    expect(card.parts).toContainEqual({ part: 'quote', text: texts.get(REASON) })
    expect(wordsOf(spansOf(card))).not.toContain('INC-42')
  })

  it.each(
    cases.filter(([phase]) => !['pending', 'denied', 'lapsed', 'withdrawn'].includes(phase)),
  )('%s by break-glass, as a %s: says so, and what its reviewer said stands where nothing comes to life', (phase, place) => {
    const world = inPhase(phase, { ...glass, reason: REASON })
    const card = drawRequest({ request: world.request as Request, texts }, place)
    expect(card.title).toMatch(/^BREAK-GLASS\. /)
    expect(wordsOf(card.summary)).toContain('BREAK-GLASS')
    expect(wordsOf(spansOf(card))).toContain('without anybody’s approval')
    const signable = place === 'card' && !['void', 'approved'].includes(phase)
    expect(labels(card).includes('Sign the review')).toBe(signable)
    if (phase === 'void' || phase === 'approved') return
    const reviewed = run(world, sign({ words: REASON })).request as Request
    const after = drawRequest({ request: reviewed, texts }, place)
    expect(labels(after)).not.toContain('Sign the review')
    expect(after.parts).toContainEqual({
      part: 'note',
      spans: [plain('Reviewed by '), person(cy), plain(' '), time(T0), plain(`: ${texts.get(REASON)}`)],
    })
  })

  it('times are moments, for each reader’s own zone', () => {
    const card = drawRequest({ request: requestIn('active'), texts }, 'thread')
    expect(spansOf(card)).toContainEqual({ span: 'time', at: T0 + 2 * HOUR, style: 'date and time' })
  })

  it.each<[Place['kind'], Partial<Record<Phase, readonly string[]>>]>([
    [
      'card',
      {
        pending: ['Approve', 'Approve for less', 'Deny'],
        approved: ['Revoke'],
        provisioning: ['Revoke'],
        active: ['Revoke'],
      },
    ],
    ['thread', {}],
    [
      'dm',
      {
        pending: ['Withdraw'],
        approved: ['Give back'],
        provisioning: ['Give back'],
        active: ['Give back', 'Extend'],
        ...Object.fromEntries(
          ['denied', 'lapsed', 'withdrawn', 'void', 'ended'].map((phase) => [phase, ['Ask again']]),
        ),
      },
    ],
  ])('as a %s it has the buttons that make sense there', (place, expected) => {
    for (const phase of phases) {
      const card = drawRequest({ request: requestIn(phase), texts }, place)
      expect([phase, labels(card)]).toEqual([phase, expected[phase] ?? []])
    }
  })

  it.each<[RequestEvent, Place['kind'], readonly string[]]>([
    [{ type: 'warned', at: T0, endsAt: T0 + HOUR }, 'dm', ['extend', 'give-back']],
    [{ type: 'warned', at: T0, endsAt: T0 + HOUR }, 'thread', []],
    [{ type: 'ended', at: T0, how: 'gone', lateMs: 0 }, 'dm', ['ask']],
    [asksMore, 'card', ['approve-extension', 'deny-extension']],
    [asksMore, 'dm', []],
    [asksMore, 'thread', []],
  ])('a line about %o in a %s has what its reader may want to do', (event, place, verbs) => {
    const buttons = buttonsUnder(event, requestIn('active'), place)
    expect(buttons.map(({ verb }) => verb)).toEqual(verbs)
    for (const { verb, extension } of buttons) if (verb.endsWith('extension')) expect(extension).toBe(2)
  })

  it('approvers see under their card only what they are asked again', () => {
    expect(isToldIn('card', asksMore)).toBe(true)
    expect(isToldIn('card', { type: 'warned', at: T0, endsAt: T0 })).toBe(false)
    expect(isToldIn('thread', { type: 'warned', at: T0, endsAt: T0 })).toBe(true)
  })

  it('a button that takes access away says whose and what, and asks first', () => {
    const card = drawRequest({ request: requestIn('active'), texts }, 'card')
    expect(JSON.stringify(card)).toContain(
      'ana loses orders-db/readonly (account ana) at once, open sessions included, unless',
    )
  })

  it('says that a reason was erased, and shows no digest', () => {
    const card = drawRequest({ request: requestIn('ended'), texts: new Map() }, 'thread')
    expect(JSON.stringify(card)).toContain('(erased)')
    expect(JSON.stringify(card)).not.toContain(`"${REASON}"`)
  })
})

describe('a line of the thread', () => {
  const request = requestIn('ended')
  const blind = { ...request, access: { ...access, traits: { ...access.traits, readsBack: false } } }
  const at = T0
  const told: readonly (readonly [RequestEvent, string])[] = [
    [
      { type: 'requested', at, by: ana, draft: draft({ reason: REASON }) },
      '@ana asks for orders-db/readonly for 2 h. Reason: INC-42 <!channel> *bold* & `code`',
    ],
    [{ type: 'approved', at, by: bob }, 'Approved by @bob.'],
    [{ type: 'denied', at, by: bob, reason: null }, 'Denied by @bob.'],
    [{ type: 'lapsed', at }, 'Lapsed: nobody decided in time. Nothing was given.'],
    [{ type: 'withdrawn', at, by: ana }, 'Withdrawn by @ana. Nothing was given.'],
    [{ type: 'voided', at, says: 'ask again' }, 'Void, nothing was given: ask again'],
    [
      { type: 'confirmed', at, endsAt: at },
      'Access is given and was read back: orders-db/readonly as ana. It ends {time}.',
    ],
    [
      { type: 'confirmed', at, endsAt: at, others: 'by dba' },
      'Access is given and was read back: orders-db/readonly as ana. It ends {time}. Note: the same access also comes from elsewhere, which Curfew leaves alone: by dba.',
    ],
    [{ type: 'warned', at, endsAt: at + 12 * 60_000 }, '@ana, this access ends in 12 min: {time}.'],
    [{ type: 'ending', at, because: 'given back', by: ana }, 'Given back by @ana.'],
    [
      { type: 'ending', at, because: 'revoked', by: bob, reason: REASON },
      'Revoked by @bob. Reason: INC-42 <!channel> *bold* & `code`',
    ],
    [
      { type: 'ending', at, because: 'failed', says: 'no such role' },
      'Could not be given: no such role. Whatever was given is taken back.',
    ],
    [{ type: 'ending', at, because: 'left' }, '@ana was deactivated; the access ends now.'],
    [{ type: 'voided', at, says: 'ana was deactivated' }, 'Void, nothing was given: ana was deactivated'],
    [
      { type: 'late', at, lateMs: 60_000, tries: 7, fault: 'the server is down' },
      'Late by 1 min: the access is not gone yet. Tried 7 times; last: the server is down. Curfew keeps trying.',
    ],
    [{ type: 'ended', at, how: 'gone', lateMs: 40 }, 'Ended: read back, the access is gone.'],
    [
      { type: 'ended', at, how: 'gone', lateMs: 7_100 },
      'Ended (7.1 s after its end): read back, the access is gone.',
    ],
    [
      { type: 'ended', at, how: 'reported gone', lateMs: 0 },
      'Ended: reported as gone; this target cannot be read back.',
    ],
    [
      { type: 'ended', at, how: 'kept', lateMs: 0, keptFor: 'R-BBBBBB' as Request['id'], until: at },
      'Ended, but the access stays until {time} for R-BBBBBB: that grant gives the same access.',
    ],
    [
      { type: 'unreached', at, place: 'p' as never, why: 'The app is not installed for them.' },
      '@ana gets no direct message: The app is not installed for them.',
    ],
    [{ type: 'came back', at }, 'The access came back after it had ended. Curfew is taking it away again.'],
  ]
  it.each(told)('%o', (event, says) => {
    expect(wordsOf(tell(event, request, texts) ?? [])).toBe(says)
  })

  it('claims less where a target cannot be read back', () => {
    expect(wordsOf(tell({ type: 'confirmed', at, endsAt: at }, blind, texts) ?? [])).toMatch(
      /^Access was reported as given: /,
    )
  })

  const quiet: readonly RequestEvent[] = [
    { type: 'armed', at, endsAt: at, giveUpAt: at },
    { type: 'cleared', at },
    { type: 'posted', at, place: 'p' as never, channel: 'C1', id: '1' },
    { type: 'unclear', at, why: 'directory' },
    { type: 'ending', at, because: 'expired' },
  ]
  it.each(quiet)('none for $type', (event) => {
    expect(tell(event, request, texts)).toBeNull()
  })
})
