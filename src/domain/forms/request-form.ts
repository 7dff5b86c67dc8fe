/**
 * The form that asks for access: what the person holds already, a search over what they may ask for, and, once
 * something is chosen, what its policy says and will do. Drawn anew at every choice; the words typed so far stay.
 */
import type { Card, Part, Span } from '../cards/card.ts'
import { bold, code, plain, time } from '../cards/card.ts'
import type { Offer } from '../cards/catalog-card.ts'
import { showDuration } from '../duration.ts'
import { fieldOf } from '../judge.ts'
import { REASON_MAX } from '../limits.ts'
import type { Instant } from '../model.ts'
import type { Policy } from '../policy.ts'
import { showReference } from '../reference.ts'
import { type Field, FORM_TITLES, type Form, type Option } from './form.ts'

/** As the longest wish that makes sense. Characters. */
const WISH_MAX = 60

export interface RequestFormState {
  readonly now: Instant
  /** Drawn elsewhere: the person's own access, above everything. */
  readonly mine: Card['parts']
  /** How many entitlements they may ask for. */
  readonly offers: number
  readonly chosen?: { readonly offer: Offer; readonly option: Option }
  readonly reason?: string
}

export const drawRequestForm = ({ now, mine, offers, chosen, reason }: RequestFormState): Form => ({
  form: 'request',
  about: '',
  title: FORM_TITLES.request,
  submit: 'Ask',
  words: '/jit request TARGET/ROLE 1h because REASON',
  parts: [
    ...mine,
    search(offers, chosen?.option),
    ...(chosen === undefined ? [] : [means(chosen.offer)]),
    duration(chosen?.offer.policy),
    ...(chosen?.offer.policy.require ?? []).flatMap(({ kind, asksFor }): Field[] =>
      asksFor === undefined
        ? []
        : [{ part: 'field', name: fieldOf(kind), input: 'line', max: REASON_MAX, ...asksFor }],
    ),
    {
      part: 'field',
      name: 'reason',
      label: 'Why',
      input: 'lines',
      max: REASON_MAX,
      ...(reason === undefined ? {} : { initial: reason }),
      ...(isReasonOptional(chosen?.offer.policy) ? { optional: true } : {}),
    },
    ...(chosen === undefined ? [] : [foresee(chosen.offer.policy, now)]),
  ],
})

/** Before anything is chosen nobody knows; the policy decides when it is sent. */
const isReasonOptional = (policy: Policy | undefined): boolean => policy?.reasonMinLength === 0

const search = (offers: number, initial: Option | undefined): Field => ({
  part: 'field',
  name: 'what',
  label: 'What',
  hint: `Type a part of its name; there ${offers === 1 ? 'is 1' : `are ${offers}`} that you may ask for.`,
  input: 'search',
  ...(initial && { initial }),
})

const means = ({ actions }: Offer): Part => ({
  part: 'note',
  spans: [
    plain(actions.length === 0 ? 'Its actions are not described.' : `It allows: ${actions.join(', ')}.`),
  ],
})

const duration = (policy: Policy | undefined): Field => ({
  part: 'field',
  name: 'duration',
  label: 'How long',
  hint: policy
    ? `At most ${showDuration(policy.maxMs)}; left empty: ${showDuration(policy.defaultMs)}. Like 45m, 2h30m or until 18:00.`
    : 'Like 45m, 2h30m or until 18:00; left empty: what its policy says.',
  input: 'line',
  max: WISH_MAX,
  optional: true,
})

/** What will happen when it is sent now. */
const foresee = (policy: Policy, now: Instant): Part => ({ part: 'note', spans: foretell(policy, now) })

const foretell = (policy: Policy, now: Instant): readonly Span[] => {
  if (policy.review !== undefined) return foretellBreakGlass(policy.review.by, policy.channels)
  if (policy.quorum === 0) return [plain('No approval is needed: the access is given at once.')]
  const who = policy.approvers.map(showReference).join(', ')
  return [
    plain(`${policy.quorum} of ${who} will be asked`),
    ...inChannels(policy.channels),
    plain('; nobody decides: it lapses '),
    time(now + policy.lapseMs),
    plain('. Policy: '),
    code(policy.name),
  ]
}

const foretellBreakGlass = (
  reviewers: NonNullable<Policy['review']>['by'],
  channels: readonly string[],
): readonly Span[] => [
  bold('Break-glass'),
  plain(': the access is given at once and announced'),
  ...inChannels(channels),
  plain(`; ${reviewers.map(showReference).join(', ')} will be asked to review it until one of them signs.`),
]

const inChannels = (channels: readonly string[]): readonly Span[] =>
  channels.flatMap((channel, n): Span[] => [plain(n === 0 ? ' in ' : ', '), channelSpan(channel)])

const channelSpan = (reference: string): Span => {
  const at = reference.indexOf(':')
  return { span: 'channel', chat: reference.slice(0, at), id: reference.slice(at + 1) }
}
