/**
 * The digest of a day: what is late first, then what ends soon, waits and ended, and the numbers. Long lists are counted
 * by target and cut, by lines and by text, so that they stay readable and fit into one message. People are named and not
 * mentioned: a digest calls nobody.
 */
import { cleanText } from '../clean-text.ts'
import { showDuration } from '../duration.ts'
import { type Frozen, sayFrozen } from '../freeze.ts'
import { dueAt } from '../grant.ts'
import { DIGEST_LINES, DIGEST_TEXT_MAX, NAMES_MAX } from '../limits.ts'
import type { EndReason, Place, Request } from '../model.ts'
import { type Given, type Over, type Summary, wasLate } from '../sum-up.ts'
import { what, wishWords } from '../words.ts'
import { bold, type Card, code, type Part, plain, type Span, time } from './card.ts'

/** A place in chat with messages that cannot be delivered at present. */
export interface Undelivered {
  readonly place: Place
  readonly messages: number
  /** The last fault. */
  readonly trouble: string
}

export interface DigestFacts extends Summary {
  readonly undelivered: readonly Undelivered[]
  readonly frozen?: Frozen
}

type Line = readonly Span[]

/** `posted` in a channel, or shown to somebody who `asked`, with longer lists. */
export const drawDigest = (facts: DigestFacts, to: 'posted' | 'asked'): Card => {
  const { late, endsSoon, waiting, unreviewed, ended, undelivered, frozen, since, now } = facts
  const most = DIGEST_LINES[to]
  const others = { lines: most.others, text: DIGEST_TEXT_MAX.others, to }
  const first = { lines: most.first, text: DIGEST_TEXT_MAX.first, to }
  return {
    title: to === 'posted' ? 'Daily digest' : 'Digest as of now',
    summary: [plain(summaryOf(facts))],
    parts: [
      ...(frozen === undefined
        ? []
        : [text([bold('Frozen since '), time(frozen.at), plain(`. ${sayFrozen(frozen)}`)])]),
      ...(late.length === 0
        ? []
        : list(`Late, not gone yet: ${late.length}`, late.map(lateLine(now)), others)),
      ...(endsSoon.length === 0
        ? [text([plain('Nothing ends within the next 24 hours.')])]
        : list(
            `Ends within 24 hours: ${endsSoon.length}`,
            endsSoon.map(soonLine),
            first,
            endsSoon.length > most.others ? byTarget(endsSoon) : undefined,
          )),
      ...(waiting.length === 0
        ? []
        : list(`Waits for a decision: ${waiting.length}`, waiting.map(waitingLine), others)),
      ...(unreviewed.length === 0
        ? []
        : list(`Break-glass, not reviewed: ${unreviewed.length}`, unreviewed.map(unreviewedLine), others)),
      ...(ended.length === 0
        ? []
        : list(`Ended: ${ended.length}`, ended.map(endedLine), others, byReason(ended))),
      ...(undelivered.length === 0
        ? []
        : list(`Places that cannot be reached: ${undelivered.length}`, undelivered.map(placeLine), others)),
      { part: 'note', spans: [plain('Since '), time(since), plain(`: ${numbers(facts)}.`)] },
    ],
  }
}

const summaryOf = ({ frozen, late, endsSoon, waiting, unreviewed, ended }: DigestFacts): string =>
  [
    ...(frozen === undefined ? [] : ['frozen']),
    ...(late.length === 0 ? [] : [`${late.length} late`]),
    `${endsSoon.length} to end within 24 hours`,
    `${waiting.length} to be decided`,
    ...(unreviewed.length === 0 ? [] : [`${unreviewed.length} to be reviewed`]),
    `${ended.length} ended`,
  ].join(', ')

const numbers = ({ counts }: DigestFacts): string =>
  (['asked', 'approved', 'denied', 'lapsed', 'given', 'ended', 'late'] as const)
    .map((name) => `${counts[name]} ${name}`)
    .join(', ')

/** A line of its own for each; a part holds several, none so long that it would be cut. */
const LINES_IN_PART = 8

interface Room {
  readonly lines: number
  readonly text: number
  readonly to: 'posted' | 'asked'
}

const list = (heading: string, lines: readonly Line[], room: Room, counted?: string): readonly Part[] => {
  const shown = lines.slice(0, countFitting(lines, room))
  const left = lines.length - shown.length
  const more =
    room.to === 'posted' ? [plain(`and ${left} more: `), code('/jit digest')] : [plain(`and ${left} more`)]
  return [
    text([bold(heading), ...(counted === undefined ? [] : [plain(`\n${counted}`)])]),
    ...inParts(shown),
    ...(left === 0 ? [] : [{ part: 'note', spans: more } as const]),
  ]
}

const countFitting = (lines: readonly Line[], room: Room): number => {
  let left = room.text
  const over = lines.findIndex((line, i) => {
    left -= lengthOf(line)
    return i === room.lines || left < 0
  })
  return over === -1 ? lines.length : over
}

/** A moment counts as the text that a chat may need for it. */
const TIME_LENGTH = 70
const lengthOf = (spans: Line): number =>
  spans.reduce((sum, span) => sum + ('text' in span ? span.text.length : TIME_LENGTH), 0)

const inParts = (lines: readonly Line[]): readonly Part[] =>
  Array.from({ length: Math.ceil(lines.length / LINES_IN_PART) }, (_, i) =>
    text(
      lines
        .slice(i * LINES_IN_PART, (i + 1) * LINES_IN_PART)
        .flatMap((line, n) => (n === 0 ? line : [plain('\n'), ...line])),
    ),
  )

const text = (spans: readonly Span[]): Part => ({ part: 'text', spans })

const NAME_SHOWN_MAX = 40

const head = (request: Request): readonly Span[] => {
  const name = [...cleanText(request.requester.name)].slice(0, NAME_SHOWN_MAX).join('')
  return [code(request.id), plain(` ${name}: `), what(request)]
}

const soonLine = (request: Given): Line => [...head(request), plain(' ends '), time(request.grant.endsAt)]

const lateLine =
  (now: number) =>
  (request: Given): Line => [...head(request), plain(`, ${showDuration(now - dueAt(request.grant))} late`)]

const unreviewedLine = (request: Request): Line => [
  ...head(request),
  plain(', since '),
  time(request.review?.since ?? request.askedAt),
]

const waitingLine = (request: Request): Line => {
  const open = request.extensions?.open
  return open === undefined
    ? [...head(request), plain(` ${wishWords(request)}, lapses `), time(request.lapsesAt)]
    : [...head(request), plain(` ${showDuration(open.ms)} longer, lapses `), time(open.lapsesAt)]
}

const REASONS: Readonly<Record<EndReason, string>> = {
  expired: 'expired',
  'given back': 'given back',
  revoked: 'revoked',
  failed: 'could not be given',
  left: 'holder left',
}

const reasonOf = ({ grant }: Over): string => REASONS[grant.ending?.because ?? 'expired']

const endedLine = (request: Over): Line => {
  const { ended } = request.grant
  const late = wasLate(request.grant) ? `, ${showDuration(ended.lateMs)} late` : ''
  const how = { gone: '', 'reported gone': ', reported gone', kept: ', stays for another grant' }[ended.how]
  return [...head(request), plain(` ${reasonOf(request)}${late}${how} `), time(ended.at)]
}

const placeLine = ({ place, messages, trouble }: Undelivered): Line => [
  ...(place.kind === 'dm'
    ? [plain('direct messages to '), code(`${place.chat}:${place.to}`)]
    : [{ span: 'channel', chat: place.chat, id: place.to } as const]),
  plain(`: ${messages} waiting; ${[...cleanText(trouble)].slice(0, TROUBLE_SHOWN_MAX).join('')}`),
]
const TROUBLE_SHOWN_MAX = 120

const byTarget = (requests: readonly Request[]): string =>
  counted(requests, ({ entitlement }) => entitlement.target)

const byReason = (requests: readonly Over[]): string => counted(requests, reasonOf)

/** `orders-db 25, billing 15 and 3 others`, the most first. */
const counted = <T>(items: readonly T[], nameOf: (item: T) => string): string => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1)
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const shown = sorted.slice(0, NAMES_MAX).map(([name, count]) => `${name} ${count}`)
  const left = sorted.length - shown.length
  return `${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`
}
