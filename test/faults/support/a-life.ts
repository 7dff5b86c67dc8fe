/** One small life of a request as the checker would have seen it, made up: sound, for tests that put one thing wrong in it. */
import type { Judged } from './invariants.ts'
import type { Entry, Shown } from './observed.ts'

type Event = Entry['event']

export const ID = 'R-AAAAAA'
export const RECORD = `r:${ID}`
export const SEAT = 's:orders-db/ana'
/** When it had to end, ms; everything else is told from here. */
export const DUE = 1_000_000
const ASKED = DUE - 20_000
const GIVEN = DUE - 10_000

export const by = (name: string): object => ({ by: { id: `slack:${name}`, name } })

/** Numbered as they stand. */
export const numbered = (entries: readonly Omit<Entry, 'n'>[]): readonly Entry[] =>
  entries.map((entry, i) => ({ ...entry, n: i + 1 }))

/** An event of Ana's request, or of another record. */
export const at = (ms: number, event: Event, record = RECORD): Omit<Entry, 'n'> => ({
  record,
  at: ms,
  event: { at: ms, ...event },
})

export const requested = (quorum = 1): Omit<Entry, 'n'> =>
  at(ASKED, { type: 'requested', ...by('ana'), draft: { access: { account: 'ana' }, quorum } })

export const approved = (name: string): Omit<Entry, 'n'> =>
  at(ASKED + 1_000, { type: 'approved', ...by(name) })

export const ended = at(DUE + 100, { type: 'ended' })

/** From the ask to the end, as its time came. */
export const LIFE: readonly Omit<Entry, 'n'>[] = [
  requested(),
  at(ASKED + 10, { type: 'posted' }),
  approved('bob'),
  at(ASKED + 1_000, { type: 'armed', endsAt: DUE }),
  at(ASKED + 1_000, { type: 'held', request: ID }, SEAT),
  at(GIVEN, { type: 'cleared' }),
  at(GIVEN, { type: 'attempted', does: 'grant' }, SEAT),
  at(GIVEN + 20, { type: 'confirmed', endsAt: DUE }),
  at(DUE, { type: 'ending', because: 'expired' }),
  at(DUE, { type: 'released', request: ID }, SEAT),
  at(DUE, { type: 'attempted', does: 'revoke' }, SEAT),
  ended,
]

/** Asked, approved, given, ended. */
const LINES = [1, 2, 3, 4]

export const PLACES: readonly Shown[] = [
  // The approvers are not told of the end.
  { where: 'dbas', cards: 1, lines: [1, 2] },
  { where: 'audit', cards: 1, lines: LINES },
  { where: 'ana', cards: 1, lines: LINES },
]

export const STAY = { account: 'ana', from: GIVEN + 15, to: DUE + 50 }

/** Everything is over. Sam has the role by other hands. */
export const SOUND: Judged = {
  acks: [
    { id: ID, said: 'Requested' },
    { id: ID, said: 'Approved' },
  ],
  observed: {
    at: DUE + 100_000,
    entries: numbered(LIFE),
    stays: [STAY],
    stalls: [],
    holders: [],
    standing: ['sam'],
    readers: ['sam'],
    shown: { [ID]: PLACES },
  },
  disturbances: [{ at: ASKED - 1_000, what: 'bot up', isUp: true }],
  over: true,
  standing: ['sam'],
}

/** The sound life, seen otherwise in this. */
export const seeing = (seen: Partial<Judged['observed']>): Judged => ({
  ...SOUND,
  observed: { ...SOUND.observed, ...seen },
})

/** What Slack shows when so many lines were told. */
export const placesWith = (lines: number): Judged['observed']['shown'] => ({
  [ID]: PLACES.map(({ where, cards }) => ({
    where,
    cards,
    lines: Array.from({ length: lines }, (_, n) => n + 1),
  })),
})
