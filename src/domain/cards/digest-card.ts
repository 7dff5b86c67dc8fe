/**
 * The digest of a day: what is late first, then what ends soon, waits and ended, access that nobody will end, and the
 * numbers. A list is one entry of `sections`; long ones are grouped, counted and cut, so that they stay readable and fit
 * into one message.
 */
import { shorten } from '../clean-text.ts'
import { type Frozen, sayFrozen } from '../freeze.ts'
import { DIGEST_BUTTONS_TEXT_MAX, DIGEST_LINES, DIGEST_TEXT_MAX } from '../limits.ts'
import type { Request } from '../model.ts'
import type { SealedTo } from '../seal.ts'
import type { Summary } from '../sum-up.ts'
import type { Findings } from '../survey.ts'
import { type Button, bold, type Card, code, type Part, plain, type Span, time } from './card.ts'
import {
  countBy,
  endedLine,
  foundAt,
  groupLines,
  lateLine,
  placeLine,
  reasonOf,
  showCounts,
  soonLines,
  type Undelivered,
  unreviewedLine,
  waitingLine,
} from './digest-lines.ts'
import { count, drawList, type Line, type Listing } from './line-list.ts'

export interface DigestFacts extends Summary {
  readonly undelivered: readonly Undelivered[]
  /** What the last survey of each target found. */
  readonly surveys: readonly (Findings & { readonly target: string })[]
  /** How far the journal is sealed; null: not yet. */
  readonly checkpoint: SealedTo | null
  readonly frozen?: Frozen
}

/** Posted in a channel, or shown to somebody who asked: `only` about a word, and with the button that they may press. */
export type DigestView =
  | { readonly to: 'posted' }
  | {
      readonly to: 'asked'
      readonly only?: string
      readonly buttonOf: (request: Request) => Button | undefined
    }

/** Rights are decided by who presses it, so that one button serves everybody in the channel. */
const ENDINGS_BUTTON: Button = { verb: 'endings', label: 'What may I end?' }

export const drawDigest = (facts: DigestFacts, view: DigestView): Card => ({
  title: titleOf(view),
  summary: [plain(summaryOf(facts))],
  parts: [
    ...frozenText(facts),
    ...sections(facts, view).flatMap(drawList),
    note([plain('Since '), time(facts.since), plain(`: ${numbers(facts)}.`)]),
    ...checkpointNote(facts),
  ],
})

const FROZEN_SHOWN_MAX = 150
const frozenText = ({ frozen }: DigestFacts): readonly Part[] => {
  if (frozen === undefined) return []
  const says = shorten(sayFrozen(frozen), FROZEN_SHOWN_MAX)
  return [{ part: 'text', spans: [bold('Frozen since '), time(frozen.at), plain(`. ${says}`)] }]
}

const titleOf = (view: DigestView): string => {
  if (view.to === 'posted') return 'Daily digest'
  return view.only === undefined ? 'Digest as of now' : `Digest as of now: ${view.only}`
}

/** In the order in which they are read; those without lines are left out. */
const sections = (facts: DigestFacts, view: DigestView): readonly Listing[] => {
  const { late, waiting, unreviewed, ended, undelivered, now } = facts
  const room = { lines: DIGEST_LINES[view.to].others, text: DIGEST_TEXT_MAX.others }
  const more = moreOf(view)
  const others = (heading: string, lines: readonly Line[], counted?: string): Listing => ({
    heading,
    lines,
    counted,
    room,
    more,
  })
  return [
    others(`Late, not gone yet: ${count(late.length)}`, late.map(lateLine(now))),
    endsSoon(facts, view),
    others(`Waits for a decision: ${count(waiting.length)}`, waiting.map(waitingLine)),
    others(`Break-glass, not reviewed: ${count(unreviewed.length)}`, unreviewed.map(unreviewedLine)),
    others(`Ended: ${count(ended.length)}`, ended.map(endedLine), countBy(ended, reasonOf)),
    found(facts, 'orphans', others),
    found(facts, 'standing', others),
    others(`Places that cannot be reached: ${count(undelivered.length)}`, undelivered.map(placeLine)),
  ]
}

const endsSoon = ({ endsSoon }: DigestFacts, view: DigestView): Listing => {
  const lines = DIGEST_LINES[view.to].first
  const buttonOf = view.to === 'asked' ? view.buttonOf : () => undefined
  const isLong = endsSoon.length > lines
  return {
    heading: `Ends within 24 hours: ${count(endsSoon.length)}`,
    button: ENDINGS_BUTTON,
    counted: isMany(endsSoon.length) ? countBy(endsSoon, ({ entitlement }) => entitlement.target) : undefined,
    lines: isLong ? groupLines(endsSoon) : soonLines(endsSoon, buttonOf, DIGEST_BUTTONS_TEXT_MAX),
    room: { lines, text: DIGEST_TEXT_MAX.first },
    more: moreOf(view),
    none: 'Nothing ends within the next 24 hours.',
  }
}

/** What can be counted at a glance is not counted by target. */
const isMany = (n: number): boolean => n > DIGEST_LINES.posted.others

const moreOf = (view: DigestView): readonly Span[] => [
  plain(': '),
  code('/jit digest WORD'),
  ...(view.to === 'posted' ? [] : [plain(', or on the host '), code('curfew requests')]),
]

const FOUND = {
  orphans: 'Orphans, access with no grant behind it',
  standing: 'Standing access, by other hands and without an end',
} as const

/** Those beyond the ones that a survey keeps are counted. */
const found = (
  { surveys }: DigestFacts,
  kind: keyof typeof FOUND,
  others: (heading: string, lines: readonly Line[], counted?: string) => Listing,
): Listing => {
  const counts = new Map(
    surveys.map((survey) => [survey.target, survey[kind].count] as const).filter(([, n]) => n > 0),
  )
  const total = [...counts.values()].reduce((sum, n) => sum + n, 0)
  const lines = surveys.flatMap((survey): readonly Line[] =>
    survey[kind].first.map((one) => foundAt({ ...one, target: survey.target })),
  )
  const unnamed = total - lines.length
  const last =
    unnamed === 0 ? [] : [{ spans: [plain('others of which only the number is kept')], counts: unnamed }]
  const counted = isMany(total) ? showCounts(counts) : undefined
  const listing = others(`${FOUND[kind]}: ${count(total)}`, [...lines, ...last], counted)
  return { ...listing, more: [plain(': on the host '), code('curfew reconcile')] }
}

const summaryOf = ({ frozen, late, endsSoon, waiting, unreviewed, ended, surveys }: DigestFacts): string => {
  const orphans = surveys.reduce((sum, survey) => sum + survey.orphans.count, 0)
  return [
    ...(frozen === undefined ? [] : ['frozen']),
    ...(late.length === 0 ? [] : [`${count(late.length)} late`]),
    ...(orphans === 0 ? [] : [orphans === 1 ? '1 orphan' : `${count(orphans)} orphans`]),
    `${count(endsSoon.length)} to end within 24 hours`,
    `${count(waiting.length)} to be decided`,
    ...(unreviewed.length === 0 ? [] : [`${count(unreviewed.length)} to be reviewed`]),
    `${count(ended.length)} ended`,
  ].join(', ')
}

const numbers = ({ counts }: DigestFacts): string =>
  (['asked', 'approved', 'denied', 'lapsed', 'given', 'ended', 'late'] as const)
    .map((name) => `${count(counts[name])} ${name}`)
    .join(', ')

/** As `curfew verify` takes it: whoever kept this message can tell whether the journal was rewritten since. */
const checkpointNote = ({ checkpoint }: DigestFacts): readonly Part[] =>
  checkpoint === null
    ? []
    : [
        note([
          plain(`Journal: ${count(checkpoint.n)} entries, checkpoint `),
          code(`${checkpoint.n}:${checkpoint.seal}`),
        ]),
      ]

const note = (spans: readonly Span[]): Part => ({ part: 'note', spans })
