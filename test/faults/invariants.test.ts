/** Who judges the kills is judged here: of a sound life it says nothing, and of each thing put wrong in it exactly that. */
import { describe, expect, it } from 'vitest'
import {
  approved,
  at,
  by,
  DUE,
  ended,
  ID,
  LIFE,
  numbered,
  PLACES,
  placesWith,
  RECORD,
  requested,
  SEAT,
  SOUND,
  STAY,
  seeing,
} from './support/a-life.ts'
import { tellHistory } from './support/history.ts'
import { type Judged, judge } from './support/invariants.ts'
import type { Disturbance } from './support/rig.ts'

type Draft = (typeof LIFE)[number]

/** What the bound allows after a disturbance, and how much later the checker may see it. */
const BOUND_MS = 5_250
const NONE = { lost: 0, late: 0, duplicates: 0 }

const upTo = (type: string): readonly Draft[] =>
  LIFE.slice(0, LIFE.findIndex(({ event }) => event.type === type) + 1)

const until = (to: number, more: Partial<Judged> = {}): Judged => ({
  ...seeing({ stays: [{ ...STAY, to }] }),
  ...more,
})

const stayed = (to: number): string => `ana, who had access from ${STAY.from} to ${to}`

/** The audit channel's place, otherwise than it was. */
const audited = (lines: readonly number[], cards = 1): Judged =>
  seeing({
    shown: { [ID]: PLACES.map((one) => (one.where === 'audit' ? { where: 'audit', cards, lines } : one)) },
  })

describe('a sound life', () => {
  const gaveBack = at(DUE - 5_000, { type: 'ending', because: 'given back', ...by('ana') })
  const denied = at(DUE, { type: 'denied', ...by('bob') })
  const living = (entries: readonly Draft[], lines: number, ...told: readonly string[]): Judged => ({
    ...seeing({ entries: numbered(entries), shown: placesWith(lines), stays: [] }),
    acks: told.map((said) => ({ id: ID, said })),
  })

  it.each([
    ['that ends by itself', SOUND],
    [
      'given back: its end is told, too',
      living([...upTo('confirmed'), gaveBack, ended], 5, 'Approved', 'Given back'),
    ],
    ['denied', living([requested(), denied], 2, 'Denied')],
    ['nobody decided on: whoever was not answered asked again', living([requested()], 1, 'Requested')],
  ])('%s has nothing wrong in it', (_, seen) => {
    expect(judge(seen)).toMatchObject({ violations: [], figures: NONE })
  })

  it('is counted', () => {
    expect(judge(SOUND).figures).toEqual({
      ...NONE,
      acknowledged: 2,
      revocations: 1,
      lateness: [50],
      stalled: [],
      overtime: [50],
    })
  })

  it.each([
    ['a request goes on', seeing({ entries: numbered(upTo('confirmed')), shown: {}, holders: ['ana'] })],
    ['a line is still to be told', audited([1, 2, 3])],
    ['the access is still to be taken', seeing({ holders: ['ana'], readers: ['ana', 'sam'] })],
  ])('may be seen before everything is over: %s', (_, half) => {
    expect(judge({ ...half, over: false }).violations).toEqual([])
  })
})

/** What was not said of the sound life; the last is no title at all. */
const TITLES = ['Denied', 'Withdrawn', 'Given back', 'Revoked', 'Extension asked for', 'Extended', 'Hooray']

describe('the judge notices', () => {
  const seat = (event: Draft['event']): Draft => at(DUE + 200, event, SEAT)
  const given = { type: 'attempted', does: 'grant' }

  it.each<[string, Judged, string[]]>([
    ...TITLES.map((said): [string, Judged, string[]] => [
      `an answer that is not in the journal: ${said}`,
      { ...SOUND, acks: [...SOUND.acks, { id: ID, said }] },
      [`${ID}: "${said}" was answered and is not in the journal`],
    ]),
    [
      'an answer about a request that is not there at all',
      { ...SOUND, acks: [{ id: 'R-BBBBBB', said: 'Requested' }] },
      ['R-BBBBBB: "Requested" was answered and is not in the journal'],
    ],
    [
      'a gap in the numbers',
      seeing({
        entries: numbered(LIFE).map((entry) => ({ ...entry, n: entry.n + (entry.n === 12 ? 1 : 0) })),
      }),
      ['entry 12 has the number 13'],
    ],
    [
      'a stay of somebody who was given nothing',
      seeing({ stays: [STAY, { account: 'eve', from: 5, to: 6 }] }),
      ['eve, who had access from 5 to 6: no grant'],
    ],
    [
      'a stay that began before it was given',
      seeing({ stays: [{ ...STAY, from: DUE - 10_251 }] }),
      [`ana, who had access from ${DUE - 10_251} to ${STAY.to}: no grant`],
    ],
    ['a second card', audited([1, 2, 3, 4], 2), [`${ID}: 2 cards in audit`]],
    [
      'a line that stands twice',
      audited([1, 2, 3, 3, 4]),
      [
        `${ID}: a line stands twice in audit: 1,2,3,3,4`,
        `${ID}: lines 1,2,3,3,4 in audit, 4 events were told`,
      ],
    ],
    ['a line that is missing', audited([1, 2, 4]), [`${ID}: lines 1,2,4 in audit, 4 events were told`]],
    ['a place that is missing', seeing({ shown: { [ID]: PLACES.slice(1) } }), [`${ID}: shown in 2 places`]],
    ['a request that nobody was shown', seeing({ shown: {} }), [`${ID}: shown in 0 places`]],
    [
      'a request that goes on when everything should be over',
      seeing({ entries: numbered(upTo('confirmed')), shown: placesWith(3) }),
      [`${ID}: still active when everything should be over`],
    ],
    [
      'a target asked before anything was held',
      seeing({ entries: numbered(LIFE.filter(({ event }) => event.type !== 'held')) }),
      [`${SEAT}: asked of the target with no grant behind it`],
    ],
    [
      'a target asked once more after the end',
      seeing({ entries: numbered([...LIFE, seat(given)]) }),
      [`${SEAT}: asked of the target with no grant behind it`],
    ],
    [
      'a history that cannot be: two ends of one grant',
      seeing({ entries: numbered([...LIFE, ended]), shown: placesWith(5) }),
      [`${ID}: ended while ended`],
    ],
    [
      'our role in the wrong hands',
      seeing({ holders: ['ana'] }),
      ['ana holds our role with no grant behind it'],
    ],
    [
      'somebody who reads and may not',
      seeing({ readers: ['ana', 'sam'] }),
      ['ana reads with no grant behind it'],
    ],
    [
      'a standing member who lost the role',
      seeing({ standing: [] }),
      ['sam lost access that Curfew never gave'],
    ],
    [
      'a standing member who reads no more, though not everything is over',
      { ...seeing({ readers: [] }), over: false },
      ['sam lost access that Curfew never gave'],
    ],
  ])('%s', (_, seen, says) => {
    expect(judge(seen).violations).toEqual(says)
  })

  it('what is lost and what is there twice, in figures', () => {
    const lost = { ...SOUND, acks: [{ id: ID, said: 'Withdrawn' }] }
    expect(judge(lost).figures).toMatchObject({ lost: 1, acknowledged: 1 })
    expect(judge(audited([1, 2, 2, 3, 4], 2)).figures).toMatchObject({ duplicates: 2 })
  })
})

describe('access that stays after its end', () => {
  const killed: Disturbance = { at: DUE - 1_000, what: 'bot killed', isUp: false }
  const up: Disturbance = { at: DUE + 3_000, what: 'bot up', isUp: true }
  const stall = { from: DUE + 1_000, to: DUE + 3_000 }
  const stalling = (to: number): Judged => seeing({ stays: [{ ...STAY, to }], stalls: [stall] })

  it.each([
    ['after its end', DUE, []],
    ['after somebody was there again to take it', up.at, [killed, up]],
  ])('is late when it stays longer than the bound %s', (_, from, disturbances) => {
    const to = from + BOUND_MS + 1
    expect(judge(until(to - 1, { disturbances })).violations).toEqual([])
    const { violations, figures } = judge(until(to, { disturbances }))
    expect(violations).toEqual([
      `${stayed(to)}: ${BOUND_MS + 1} ms late (${to - DUE} after its end), of which the machine stood still 0`,
    ])
    expect(figures).toMatchObject({ late: 1, lateness: [BOUND_MS + 1], stalled: [], overtime: [to - DUE] })
  })

  it('is late when it stays for longer than that and goes only after the next one died', () => {
    const from = DUE + BOUND_MS + 1
    const disturbances = [
      { ...killed, at: from },
      { ...up, at: from + 1_000 },
    ]
    const to = from + 1_500
    const { violations, figures } = judge(until(to, { disturbances }))
    expect(violations).toEqual([
      `${stayed(to)}: ${BOUND_MS + 1} ms late (${to - DUE} after its end), of which the machine stood still 0`,
    ])
    expect(figures).toMatchObject({ late: 1, lateness: [BOUND_MS + 1] })
  })

  it('is measured until it was seen the last time, whoever died afterwards', () => {
    const afterwards = { ...SOUND, disturbances: [{ ...killed, at: DUE + 60_000 }] }
    expect(judge(afterwards).figures.lateness).toEqual([50])
  })

  it('is excused while nobody was there', () => {
    const { violations, figures } = judge(until(DUE + 60_000, { disturbances: [killed] }))
    expect(violations).toEqual([])
    expect(figures).toMatchObject({ late: 0, lateness: [0], overtime: [60_000] })
  })

  it('is excused by as much as the machine stood still, and no measure of lateness then', () => {
    const { violations, figures } = judge(stalling(DUE + BOUND_MS + 2_000))
    expect(violations).toEqual([])
    expect(figures).toMatchObject({ late: 0, lateness: [], stalled: [BOUND_MS + 2_000] })
  })

  it('is no measure of lateness either when the machine stood still all the while', () => {
    const { figures } = judge(
      seeing({ stays: [{ ...STAY, to: DUE + 9_000 }], stalls: [{ from: DUE, to: DUE + 9_000 }] }),
    )
    expect(figures).toMatchObject({ late: 0, lateness: [], stalled: [9_000] })
  })

  it('is late all the same when the machine stood still for less than that', () => {
    const to = DUE + BOUND_MS + 2_001
    const { violations, figures } = judge(stalling(to))
    expect(violations).toEqual([
      `${stayed(to)}: ${to - DUE} ms late (${to - DUE} after its end), of which the machine stood still 2000`,
    ])
    expect(figures).toMatchObject({ lateness: [], stalled: [to - DUE] })
  })

  it('is not excused by a machine that stood still before the end, or after the access was gone', () => {
    const to = DUE + BOUND_MS + 1
    const stalls = [
      { from: DUE - 9_000, to: DUE },
      { from: to, to: to + 9_000 },
    ]
    expect(judge(seeing({ stays: [{ ...STAY, to }], stalls })).violations).toHaveLength(1)
  })

  it('is no measure of lateness while its end is still to come', () => {
    const seen = seeing({ at: DUE - 1, stays: [{ ...STAY, to: DUE - 1 }] })
    expect(judge(seen)).toMatchObject({ violations: [], figures: { lateness: [], overtime: [] } })
  })
})

describe('the history of one request', () => {
  const later = (event: Draft['event']): Draft => at(DUE - 4_000, event)
  const armed = at(DUE - 18_000, { type: 'armed', endsAt: DUE })
  const confirmed = later({ type: 'confirmed', endsAt: DUE })
  const expired = at(DUE, { type: 'ending', because: 'expired' })
  const asked = later({ type: 'extension asked', n: 1, quorum: 1 })
  const granted = later({ type: 'extension approved', n: 1, ...by('bob') })
  const extended = later({ type: 'extended', n: 1, endsAt: DUE + 10_000 })
  /** Of what stands in the journal, that which is about the request. */
  const tell = (...entries: readonly Draft[]) =>
    tellHistory(ID, numbered(entries.filter(({ record }) => record === RECORD)))

  it.each<[string, Draft[], string]>([
    ['approved by who asked', [requested(), approved('ana')], 'approved by who asked'],
    ['denied by who asked', [requested(), later({ type: 'denied', ...by('ana') })], 'denied by who asked'],
    [
      'extended by who asked',
      [...upTo('confirmed'), asked, later({ type: 'extension approved', n: 1, ...by('ana') })],
      'extended by who asked',
    ],
    ['given with no approval', [requested(), armed], 'armed without its approvals'],
    ['given with one approval of two', [requested(2), approved('bob'), armed], 'armed without its approvals'],
    [
      'given with two approvals of the same person',
      [requested(2), approved('bob'), approved('bob'), armed],
      'armed without its approvals',
    ],
    [
      'confirmed with a later end than was approved',
      [...upTo('cleared'), later({ type: 'confirmed', endsAt: DUE + 1 })],
      'the confirmation moved the end later',
    ],
    [
      'extended a second time',
      [...upTo('confirmed'), asked, granted, extended, asked, granted, extended],
      'extended more than once',
    ],
    ['extended with no approval', [...upTo('confirmed'), asked, extended], 'extended without its approvals'],
    [
      'extended with an approval of what was asked for before',
      [...upTo('confirmed'), asked, granted, later({ type: 'extension lapsed', n: 1 }), asked, extended],
      'extended without its approvals',
    ],
    [
      'extended with two approvals of the same person',
      [...upTo('confirmed'), { ...asked, event: { ...asked.event, quorum: 2 } }, granted, granted, extended],
      'extended without its approvals',
    ],
    [
      'expired before its end',
      [...upTo('confirmed'), at(DUE - 1, { type: 'ending', because: 'expired' })],
      'expired before its end',
    ],
    [
      'expired at the end it had before it was extended',
      [...upTo('confirmed'), asked, granted, extended, expired],
      'expired before its end',
    ],
  ])('is not sound when something is %s', (_, entries, says) => {
    expect(tell(...entries).violations).toEqual([`${ID}: ${says}`])
  })

  /** From each state something that does not lead out of it. */
  it.each<[string, Draft[], string]>([
    ['begins with an approval', [approved('bob')], 'approved while new'],
    ['is asked for twice', [requested(), requested()], 'requested while pending'],
    ['is confirmed before it was checked again', [...upTo('armed'), confirmed], 'confirmed while approved'],
    ['is armed twice', [...upTo('armed'), armed], 'armed while approved'],
    [
      'is void although it was being given',
      [...upTo('cleared'), later({ type: 'voided' })],
      'voided while provisioning',
    ],
    ['is extended without having been asked', [...upTo('confirmed'), extended], 'extended while active'],
    [
      'is confirmed anew while more time is asked for',
      [...upTo('confirmed'), asked, confirmed],
      'confirmed while asked',
    ],
    ['ends without having begun to', [...upTo('confirmed'), ended], 'ended while active'],
    ['begins to end twice', [...upTo('ending'), expired], 'ending while ending'],
    ['ends twice', [...LIFE, ended], 'ended while ended'],
    [
      'is given after it was denied',
      [requested(), later({ type: 'denied', ...by('bob') }), approved('bob')],
      'approved while closed',
    ],
  ])('is not sound when it %s', (_, entries, says) => {
    expect(tell(...entries).violations).toEqual([`${ID}: ${says}`])
  })

  it('may have an extension in it, and moves its end', () => {
    const later = at(DUE + 10_000, { type: 'ending', because: 'expired' })
    expect(tell(...upTo('confirmed'), asked, granted, extended, later)).toEqual({
      violations: [],
      state: 'ending',
      dueAt: DUE + 10_000,
    })
  })

  it('ends when somebody ended it, not when its time would have come', () => {
    const revoked = later({ type: 'ending', because: 'revoked', ...by('cy') })
    expect(tell(...upTo('confirmed'), revoked, ended)).toEqual({
      violations: [],
      state: 'ended',
      dueAt: DUE - 4_000,
      endedAt: DUE + 100,
    })
  })
})
