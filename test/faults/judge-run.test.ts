/** Who judges the races is judged here: of a sound run it says nothing, and of each thing put wrong in it exactly that. */
import { describe, expect, it } from 'vitest'
import { numbered } from './support/a-life.ts'
import { judgeRun, type Race, type Run } from './support/judge-run.ts'
import type { Entry } from './support/observed.ts'

type Draft = Omit<Entry, 'n'>

const END = 20_000
const by = (name: string): object => ({ by: { id: `local:home/${name}`, name } })
const at = (ms: number, id: string, event: Entry['event']): Draft => ({
  record: `r:${id}`,
  at: ms,
  event: { at: ms, ...event },
})

/** A request that was given at once, up to there. */
const given = (id: string, who: string, more: object = {}): Draft[] => {
  const draft = { quorum: 0, access: { seat: `vault/auto/${who}` }, ...more }
  return [
    at(0, id, { type: 'requested', ...by(who), draft }),
    at(0, id, { type: 'armed', endsAt: END }),
    at(1, id, { type: 'cleared' }),
    at(2, id, { type: 'confirmed', endsAt: END }),
  ]
}
const REVIEWED = { reviewers: ['olga@acme.test'] }
const SEAT = 'vault/auto/pat'
const ending = (id: string, because: string, ms = END): Draft => at(ms, id, { type: 'ending', because })
const ended = (id: string): Draft => at(END + 5, id, { type: 'ended' })
const over = (id: string): Draft[] => [ending(id, 'expired'), ended(id)]
const extended = (id: string): Draft[] => [
  at(9, id, { type: 'extension asked', quorum: 0 }),
  at(9, id, { type: 'extended', endsAt: END }),
]
const asked = (id: string, who: string): Draft =>
  at(0, id, {
    type: 'requested',
    ...by(who),
    draft: { quorum: 1, access: { seat: `vault/readonly/${who}` } },
  })
const denied = (id: string): Draft => at(3, id, { type: 'denied', ...by('cy') })

/** One race of its kind, its request being R-1. */
const race = (kind: Race['kind'], won: readonly string[], more: Partial<Race> = {}): Race => ({
  ...{ kind, who: 'pat', ids: ['R-1'], won, unheard: 0 },
  ...more,
})

const run = (races: readonly Race[], entries: readonly Draft[], vault: Partial<Run['vault']> = {}): Run => ({
  races,
  entries: numbered(entries),
  vault: { held: new Set(), landed: [], ...vault },
})

/** So many times, each with a life of its own. */
const glass = (times: number): Draft[] =>
  Array.from({ length: times }, (_, n) => [...given(`R-G${n}`, 'pat', REVIEWED), ...over(`R-G${n}`)]).flat()
const CAP = [...given('R-1', 'pat'), ...extended('R-1'), ...over('R-1')]
const GLASS = Array.from({ length: 3 }, () => 'Break-glass')
const CAP_WON = [...GLASS, 'Extended']
const shared = (...ends: readonly Draft[]): Draft[] => [
  ...given('R-1', 'pat'),
  ...given('R-2', 'pat'),
  ...ends,
  ended('R-1'),
  ended('R-2'),
]
const two = (won: readonly string[], more: Partial<Race> = {}): Race =>
  race('sharing', won, { ids: ['R-1', 'R-2'], ...more })

const SOUND: [string, Run][] = [
  ['pending', run([race('pending', ['Denied'])], [asked('R-1', 'pat'), denied('R-1')])],
  ['pending, unheard', run([race('pending', [], { unheard: 1 })], [asked('R-1', 'pat'), denied('R-1')])],
  ['ending', run([race('ending', [])], [...given('R-1', 'pat'), ...over('R-1')])],
  ['ending, extended', run([race('ending', ['Extended'])], CAP)],
  ['sharing', run([two(['Revoked'])], shared(ending('R-1', 'revoked', 8), ending('R-2', 'expired')))],
  ['cap', run([race('cap', CAP_WON)], [...CAP, ...glass(3)])],
  ['cap, mostly unheard', run([race('cap', ['Extended'], { unheard: 60 })], [...CAP, ...glass(3)])],
]

it.each(SOUND)('of a sound race nothing is said: %s', (_, sound) => {
  expect(judgeRun(sound)).toEqual([])
})

describe('the judge notices', () => {
  it.each<[string, Run, string[]]>([
    [
      'two winners',
      run([race('pending', ['Denied', 'Denied'])], [asked('R-1', 'pat'), denied('R-1')]),
      ['pending of pat (R-1): not one winner; told: Denied, Denied'],
    ],
    [
      'no winner',
      run([race('pending', [])], [asked('R-1', 'pat'), denied('R-1')]),
      ['pending of pat (R-1): not one winner; told: '],
    ],
    [
      'two winners of whom the history knows, though not all were heard',
      run(
        [race('pending', ['Denied', 'Withdrawn'], { unheard: 3 })],
        [asked('R-1', 'pat'), denied('R-1'), at(3, 'R-1', { type: 'withdrawn', ...by('pat') })],
      ),
      ['R-1: withdrawn while closed', 'pending of pat (R-1): not one winner; told: Denied, Withdrawn'],
    ],
    [
      'a winner whose deed is not in the journal',
      run([race('pending', ['Withdrawn'])], [asked('R-1', 'pat'), denied('R-1')]),
      ['pending of pat (R-1): "Withdrawn" is not in the journal; told: Withdrawn'],
    ],
    [
      'a grant that never ended',
      run([race('ending', [])], given('R-1', 'pat')),
      ['ending of pat (R-1): 0 ends; told: ', 'R-1 is still active'],
    ],
    [
      'an end by somebody who was not told so',
      run([race('ending', [])], [...given('R-1', 'pat'), ending('R-1', 'revoked', 8), ended('R-1')]),
      ['ending of pat (R-1): ended by: revoked; told: '],
    ],
    [
      'two who were told that they ended the same',
      run([two(['Revoked', 'Revoked'])], shared(ending('R-1', 'revoked', 8), ending('R-2', 'expired'))),
      ['sharing of pat (R-1, R-2): ended by: revoked; told: Revoked, Revoked'],
    ],
    [
      'an end that was told and came anyway, though not all were heard',
      run([two(['Given back'], { unheard: 1 })], shared(ending('R-1', 'expired'), ending('R-2', 'expired'))),
      ['sharing of pat (R-1, R-2): "Given back" is not in the journal; told: Given back'],
    ],
    [
      'an extension that nobody was told of',
      run([race('ending', [])], CAP),
      ['ending of pat (R-1): 1 extensions; told: '],
    ],
    [
      'one extension told twice',
      run([race('ending', ['Extended', 'Extended'], { unheard: 1 })], CAP),
      ['ending of pat (R-1): 1 extensions; told: Extended, Extended'],
    ],
    [
      'more told than the caps allow',
      run([race('cap', [...GLASS, ...CAP_WON])], [...CAP, ...glass(3)]),
      [
        'cap of pat (R-1): 7 won; told: Break-glass, Break-glass, Break-glass, Break-glass, Break-glass, Break-glass, Extended',
        'cap of pat (R-1): 4 stand in the journal; told: Break-glass, Break-glass, Break-glass, Break-glass, Break-glass, Break-glass, Extended',
      ],
    ],
    [
      'fewer told than the caps allow',
      run([race('cap', GLASS)], [...CAP.filter(({ at }) => at !== 9), ...glass(3)]),
      ['cap of pat (R-1): 3 won; told: Break-glass, Break-glass, Break-glass'],
    ],
    [
      'one told that does not stand in the journal, though not all were heard',
      run([race('cap', CAP_WON, { unheard: 60 })], [...CAP, ...glass(2)]),
      ['cap of pat (R-1): 3 stand in the journal; told: Break-glass, Break-glass, Break-glass, Extended'],
    ],
    [
      'broken glass beyond the cap, though nobody was heard',
      run([race('cap', [], { unheard: 128 })], [...CAP, ...glass(4)]),
      ['pat broke the glass 4 times without a review, at entry 27'],
    ],
    [
      'a second extension, though nobody was heard',
      run(
        [race('cap', [], { unheard: 128 })],
        [...given('R-1', 'pat'), ...extended('R-1'), ...extended('R-1'), ...over('R-1')],
      ),
      ['R-1: extended more than once'],
    ],
    [
      'a history that does not fit',
      run([], [asked('R-1', 'pat'), denied('R-1'), denied('R-1')]),
      ['R-1: denied while closed'],
    ],
    [
      'access taken from whoever still holds it',
      run([], [...given('R-1', 'pat'), ...over('R-1')], {
        landed: [{ does: 'revoke', seat: SEAT, at: END - 1 }],
      }),
      [`${SEAT} was taken at ${END - 1}, while it was held`],
    ],
    [
      'access that is left',
      run([], [...given('R-1', 'pat'), ...over('R-1')], { held: new Set([SEAT]) }),
      [`${SEAT} is still held`],
    ],
  ])('%s', (_, seen, says) => {
    expect(judgeRun(seen)).toEqual(says)
  })
})

describe('the judge lets pass', () => {
  it.each([
    ['that somebody has reviewed', [...glass(1), at(END + 9, 'R-G0', { type: 'reviewed', ...by('olga') })]],
    ['that gave nothing', [...given('R-G0', 'pat', REVIEWED).slice(0, 2), at(3, 'R-G0', { type: 'voided' })]],
  ])('broken glass beside some %s', (_, first) => {
    const more = glass(4).filter(({ record }) => record !== 'r:R-G0')
    expect(judgeRun(run([], [...first, ...more]))).toEqual([])
  })

  it('broken glass of somebody else', () => {
    const others = [...given('R-2', 'eve', REVIEWED), ...over('R-2')]
    expect(judgeRun(run([], [...others, ...glass(3)]))).toEqual([])
  })

  it('what is given once more, taken at its end, or taken from another seat', () => {
    const landed = [
      { does: 'grant', seat: SEAT, at: 3 },
      { does: 'revoke', seat: SEAT, at: END },
      { does: 'revoke', seat: 'vault/auto/eve', at: 5 },
    ] as const
    expect(judgeRun(run([], [...given('R-1', 'pat'), ...over('R-1')], { landed }))).toEqual([])
  })
})
