/** The lines of a digest, a kind for each of its lists. People are named and not mentioned: a digest calls nobody. */
import { shorten } from '../clean-text.ts'
import { showDuration } from '../duration.ts'
import { dueAt } from '../grant.ts'
import { NAMES_MAX } from '../limits.ts'
import type { EndReason, Instant, Place, Request } from '../model.ts'
import { type Given, type Over, wasLate } from '../sum-up.ts'
import type { Orphan } from '../survey.ts'
import { what, wishWords } from '../words.ts'
import { type Button, code, plain, type Span, time } from './card.ts'
import { count, type Line, lengthOfButton } from './line-list.ts'
import { orphanLine } from './orphans-card.ts'

/** A place in chat with messages that cannot be delivered at present. */
export interface Undelivered {
  readonly place: Place
  readonly messages: number
  /** The last fault. */
  readonly trouble: string
}

const NAME_SHOWN_MAX = 40
const TROUBLE_SHOWN_MAX = 120

const nameOf = ({ requester }: Request): string => shorten(requester.name, NAME_SHOWN_MAX)

const head = (request: Request): readonly Span[] => [
  code(request.id),
  plain(` ${nameOf(request)}: `),
  what(request),
]

/** One for each grant, the first ones with their button while there is room for it. */
export const soonLines = (
  requests: readonly Given[],
  buttonOf: (request: Request) => Button | undefined,
  buttonsRoom: number,
): readonly Line[] => {
  let left = buttonsRoom
  return requests.map((request) => {
    const button = left > 0 ? buttonOf(request) : undefined
    if (button !== undefined) left -= lengthOfButton(button)
    return left < 0 ? { spans: soonSpans(request) } : { spans: soonSpans(request), button }
  })
}

/** By person and target, whoever has one that ends first stands first. */
export const groupLines = (requests: readonly Given[]): readonly Line[] => {
  const groups = new Map<string, Given[]>()
  for (const request of requests) {
    const name = `${request.requester.id} ${request.entitlement.target}`
    const others = groups.get(name)
    if (others === undefined) groups.set(name, [request])
    else others.push(request)
  }
  return [...groups.values()].map(groupLine)
}

const groupLine = (group: readonly Given[]): Line => {
  const [first, ...others] = group as [Given, ...Given[]]
  if (others.length === 0) return { spans: soonSpans(first) }
  const roles = countBy(group, ({ entitlement }) => entitlement.role, ROLES_SHOWN_MAX)
  const words = ` ${count(group.length)} (${roles}), the first ends `
  return {
    spans: [
      plain(`${nameOf(first)}: `),
      code(first.entitlement.target),
      plain(words),
      time(first.grant.endsAt),
    ],
    counts: group.length,
  }
}
const ROLES_SHOWN_MAX = 3

export const soonSpans = (request: Given): readonly Span[] => [
  ...head(request),
  plain(' ends '),
  time(request.grant.endsAt),
]

export const lateLine =
  (now: Instant) =>
  (request: Given): Line => ({
    spans: [...head(request), plain(`, ${showDuration(now - dueAt(request.grant))} late`)],
  })

export const waitingLine = (request: Request): Line => {
  const open = request.extensions?.open
  const words =
    open === undefined ? ` ${wishWords(request)}, lapses ` : ` ${showDuration(open.ms)} longer, lapses `
  return { spans: [...head(request), plain(words), time((open ?? request).lapsesAt)] }
}

export const unreviewedLine = (request: Request): Line => ({
  spans: [...head(request), plain(', since '), time(request.review?.since ?? request.askedAt)],
})

const REASONS: Readonly<Record<EndReason, string>> = {
  expired: 'expired',
  'given back': 'given back',
  revoked: 'revoked',
  failed: 'could not be given',
  left: 'holder left',
}

export const reasonOf = ({ grant }: Over): string => REASONS[grant.ending?.because ?? 'expired']

export const endedLine = (request: Over): Line => {
  const { ended } = request.grant
  const late = wasLate(request.grant) ? `, ${showDuration(ended.lateMs)} late` : ''
  const how = { gone: '', 'reported gone': ', reported gone', kept: ', stays for another grant' }[ended.how]
  return { spans: [...head(request), plain(` ${reasonOf(request)}${late}${how} `), time(ended.at)] }
}

export const placeLine = ({ place, messages, trouble }: Undelivered): Line => ({
  spans: [
    ...(place.kind === 'dm'
      ? [plain('direct messages to '), code(`${place.chat}:${place.to}`)]
      : [{ span: 'channel', chat: place.chat, id: place.to } as const]),
    plain(`: ${messages} waiting; ${shorten(trouble, TROUBLE_SHOWN_MAX)}`),
  ],
})

/** An orphan, or standing access, of which nothing is being done. */
export const foundAt = ({ target, ...found }: Orphan & { readonly target: string }): Line => ({
  spans: [plain(`${target}: `), ...orphanLine(found)],
})

/** `orders-db 25, billing 15 and 3 more`, the most first. */
export const countBy = <T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  most: number = NAMES_MAX,
): string => {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(nameOf(item), (counts.get(nameOf(item)) ?? 0) + 1)
  return showCounts(counts, most)
}

export const showCounts = (counts: ReadonlyMap<string, number>, most: number = NAMES_MAX): string => {
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const shown = sorted.slice(0, most).map(([name, n]) => `${name} ${count(n)}`)
  const left = sorted.length - shown.length
  return `${shown.join(', ')}${left === 0 ? '' : ` and ${left} more`}`
}
