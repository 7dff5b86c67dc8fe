/** The card of one request, drawn from its state for each kind of place: approvers, the requester, the audit channel. */
import { showDuration } from '../duration.ts'
import type { EndReason, Place, Request, Seat } from '../model.ts'
import { isOver, type Phase, phaseOf } from '../request.ts'
import { awaitsReview } from '../review.ts'
import { type Texts, textOf, what, wishWords } from '../words.ts'
import { bold, type Card, code, type Part, person, plain, type Span, time } from './card.ts'
import { buttonsFor } from './request-buttons.ts'

export interface Shown {
  readonly request: Request
  readonly texts: Texts
  /** Where its seat is known: how the taking goes. */
  readonly seat?: Seat
}

/** The state in words, never only in colour. */
const TITLES: Record<Phase, string> = {
  none: 'No such request',
  pending: 'Access request: waiting for a decision',
  denied: 'Access request: denied',
  lapsed: 'Access request: lapsed',
  withdrawn: 'Access request: withdrawn',
  void: 'Access request: void',
  approved: 'Access request: approved, about to be given',
  provisioning: 'Access request: approved, being given',
  active: 'Access: active',
  ending: 'Access: ending',
  ended: 'Access: ended',
}

const ENDINGS: Record<EndReason, string> = {
  expired: 'expired',
  'given back': 'given back',
  revoked: 'revoked',
  failed: 'failed',
  left: 'its holder was deactivated',
}

/** The card as it stands in a place; only there do its buttons make sense. */
export const drawRequest = (shown: Shown, kind: Place['kind']): Card => {
  const { request, texts } = shown
  const phase = phaseOf(request)
  const reason = textOf(request.reason, texts)
  const buttons = buttonsFor(request, phase, kind)
  return {
    title: titleOf(request, phase),
    summary: summarize(request, phase),
    parts: [
      ...breakGlassParts(request, phase),
      { part: 'fields', fields: [...identity(request), ...terms(request, phase)] },
      ...(reason === '' ? [] : [{ part: 'quote', text: reason } as const]),
      ...extensionParts(request, texts),
      ...notes(shown, phase).map((spans): Part => ({ part: 'note', spans })),
      ...(kind === 'dm' && isOver(request) ? [{ part: 'note', spans: askAgain(request) } as const] : []),
      ...(buttons.length === 0 ? [] : [{ part: 'buttons', buttons } as const]),
    ],
  }
}

/** What was taken in an emergency says so, for ever. */
const titleOf = ({ reviewers }: Request, phase: Phase): string =>
  reviewers === undefined ? TITLES[phase] : `BREAK-GLASS. ${TITLES[phase]}`

const breakGlassParts = (request: Request, phase: Phase): readonly Part[] => {
  const { reviewers, review } = request
  if (reviewers === undefined || review === undefined) return []
  const who = reviewers.join(', ')
  const spans = awaitsReview(request)
    ? [
        bold('Given at once, without anybody’s approval.'),
        plain(` A review is open since `),
        time(review.since),
        plain(`; it can be signed by ${who}, and never by whoever used this.`),
      ]
    : [
        plain('Break-glass: given at once, without anybody’s approval'),
        plain(phase === 'void' ? '; but nothing was given in the end.' : '.'),
      ]
  return [{ part: 'text', spans }]
}

const extensionParts = ({ extensions, grant }: Request, texts: Texts): readonly Part[] => {
  const open = extensions?.open
  if (open === undefined) return []
  const reason = textOf(open.reason, texts)
  return [
    {
      part: 'text',
      spans: [
        bold('An extension waits for a decision'),
        plain(`: by ${showDuration(open.ms)}, until `),
        time((grant?.endsAt ?? 0) + open.ms),
        plain(`; ${approvalsNeeded(open.quorum)}, it lapses `),
        time(open.lapsesAt),
        ...open.approvals.flatMap(({ by }) => [plain(', approved by '), person(by)]),
        plain('.'),
      ],
    },
    ...(reason === '' ? [] : [{ part: 'quote', text: reason } as const]),
  ]
}

const askAgain = (request: Request): readonly Span[] => [
  plain('Ask again: '),
  code(`/jit request ${request.entitlement.target}/${request.entitlement.role} 1h because REASON`),
]

const summarize = (request: Request, phase: Phase): readonly Span[] => [
  plain(`${titleOf(request, phase)}. ${request.id}: `),
  person(request.requester),
  plain(', '),
  what(request),
  plain(` ${wishWords(request)}`),
]

type Fields = Extract<Part, { part: 'fields' }>['fields']

const identity = (request: Request): Fields => [
  { label: 'Who', spans: [person(request.requester)] },
  { label: 'What', spans: [what(request), ...actions(request)] },
  { label: 'Account', spans: [code(request.access.account)] },
  { label: 'Request', spans: [code(request.id)] },
]

const actions = (request: Request): readonly Span[] =>
  request.actions.length === 0 ? [] : [plain(` (${request.actions.join(', ')})`)]

const terms = (request: Request, phase: Phase): Fields => [
  howLong(request),
  { label: 'Policy', spans: [plain(`${request.policy.name}, ${howDecided(request)}`)] },
  ...(phase === 'pending'
    ? [
        { label: 'May decide', spans: [plain(request.approvers.join(', ') || 'nobody')] },
        { label: 'Unless decided by', spans: [time(request.lapsesAt), plain(' it lapses')] },
      ]
    : []),
]

const howLong = (request: Request): Fields[number] => {
  if (request.grant?.confirmedAt !== undefined) return { label: 'Until', spans: [time(request.grant.endsAt)] }
  if (request.wish.kind === 'until') return { label: 'Until', spans: [time(request.wish.at)] }
  return { label: 'For', spans: [plain(showDuration(request.wish.ms))] }
}

const approvalsNeeded = (quorum: number): string =>
  quorum === 0 ? 'no approval needed' : `${quorum} approval${quorum === 1 ? '' : 's'} needed`

/** "2 approvals needed", or what takes their place; of a request as of its policy. */
export const howDecided = (terms: {
  readonly quorum: number
  readonly review?: unknown
  readonly reviewers?: unknown
}): string =>
  (terms.review ?? terms.reviewers) === undefined
    ? approvalsNeeded(terms.quorum)
    : 'break-glass, reviewed afterwards'

const notes = (shown: Shown, phase: Phase): readonly (readonly Span[])[] => {
  const { request } = shown
  const approved = request.approvals.map((approval) => [
    plain('Approved by '),
    person(approval.by),
    plain(' '),
    time(approval.at),
  ])
  return [
    ...approved,
    ...closedNote(request, shown.texts, phase),
    ...grantNotes(shown, phase),
    ...reviewedNote(request, shown.texts),
  ]
}

const reviewedNote = ({ review }: Request, texts: Texts): readonly (readonly Span[])[] => {
  if (review?.signed === undefined) return []
  const { by, at, words } = review.signed
  const says = textOf(words, texts)
  return [[plain('Reviewed by '), person(by), plain(' '), time(at), plain(says === '' ? '' : `: ${says}`)]]
}

const closedNote = (request: Request, texts: Texts, phase: Phase): readonly (readonly Span[])[] => {
  if (request.closed === undefined) return []
  const { by, says, at } = request.closed
  const why = says ?? textOf(request.closed.reason, texts)
  const who: readonly Span[] = by === undefined ? [] : [plain(' by '), person(by)]
  return [
    [
      plain(phase === 'void' ? 'Void' : capital(phase)),
      ...who,
      plain(' '),
      time(at),
      plain(why === '' ? '' : `: ${why}`),
    ],
  ]
}

const grantNotes = ({ request, seat }: Shown, phase: Phase): readonly (readonly Span[])[] => {
  const { grant } = request
  if (grant === undefined) return []
  const lines: (readonly Span[])[] = []
  if (phase === 'approved' && request.retry !== undefined)
    lines.push([plain(`Not given yet: ${request.retry.why}`)])
  if (seat !== undefined && seat.tries > 0 && ['provisioning', 'ending'].includes(phase)) {
    lines.push([
      plain(`Tried ${seat.tries} times${seat.lastFault === undefined ? '' : `, last: ${seat.lastFault}`}`),
    ])
  }
  if (grant.ending !== undefined)
    lines.push([plain(`${capital(ENDINGS[grant.ending.because])}, `), time(grant.ending.at)])
  if (grant.ended !== undefined) lines.push(endedNote(grant.ended))
  if (grant.others !== undefined)
    lines.push([plain(`The same access also comes from elsewhere: ${grant.others}`)])
  if (grant.cameBackAt !== undefined)
    lines.push([plain('Warning: the access was found again after its end, '), time(grant.cameBackAt)])
  return lines
}

const endedNote = (ended: NonNullable<NonNullable<Request['grant']>['ended']>): readonly Span[] => {
  if (ended.how === 'kept') {
    const until: readonly Span[] = ended.until === undefined ? [] : [plain(' until '), time(ended.until)]
    return [plain(`Over, but the access stays for ${ended.keptFor ?? 'another grant'}`), ...until]
  }
  return [plain(ended.how === 'gone' ? 'Read back, the access is gone, ' : 'Reported gone, '), time(ended.at)]
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
