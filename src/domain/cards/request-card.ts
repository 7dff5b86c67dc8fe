/** The card of one request, drawn from its state for each kind of place: approvers, the requester, the audit channel. */
import { showDuration } from '../duration.ts'
import { LINES_ALONE, LINES_MAX, LINES_TEXT_MAX } from '../limits.ts'
import type { EndReason, Instant, Place, Request, Seat } from '../model.ts'
import { isClosed, type Phase, phaseOf, type RequestEvent } from '../request.ts'
import { type Texts, textOf, what, wishWords } from '../words.ts'
import { type Button, bold, type Card, code, type Part, person, plain, type Span, time } from './card.ts'

export interface Shown {
  readonly request: Request
  readonly texts: Texts
  /** Where its seat is known: how the taking goes. */
  readonly seat?: Seat
}

/** A person or a moment counts as so much text: nothing in it has to be escaped. */
const NAME_LENGTH = 40

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
    title: TITLES[phase],
    summary: summarize(request, phase),
    parts: [
      { part: 'fields', fields: [...identity(request), ...terms(request, phase)] },
      ...(reason === '' ? [] : [{ part: 'quote', text: reason } as const]),
      ...extensionParts(request, texts),
      ...notes(shown, phase).map((spans): Part => ({ part: 'note', spans })),
      ...(kind === 'dm' && isClosed(request) ? [{ part: 'note', spans: askAgain(request) } as const] : []),
      ...(buttons.length === 0 ? [] : [{ part: 'buttons', buttons } as const]),
    ],
  }
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
  plain(`${TITLES[phase]}. ${request.id}: `),
  person(request.requester),
  plain(', '),
  what(request),
  plain(` ${wishWords(request)}`),
]

/** One numbered line of a thread: a repeat of it is visibly the same line. */
export const drawLine = (
  n: number,
  at: Instant,
  spans: readonly Span[],
  buttons: readonly Button[] = [],
): Card => {
  const numbered = [plain(`${n}. `), ...spans]
  return {
    title: '',
    summary: numbered,
    parts: [
      { part: 'text', spans: numbered },
      { part: 'note', spans: [time(at)] },
      ...(buttons.length === 0 ? [] : [{ part: 'buttons', buttons } as const]),
    ],
  }
}

/** Under the card of approvers stands only what they are asked again; everywhere else the whole story. */
export const isToldIn = (kind: Place['kind'], { type }: RequestEvent): boolean =>
  kind !== 'card' || type === 'extension asked'

/** What its reader may want to do about a line; they stay where they are, so each decides afresh when it is pressed. */
export const buttonsUnder = (
  event: RequestEvent,
  { id }: Pick<Request, 'id'>,
  kind: Place['kind'],
): readonly Button[] => {
  if (kind === 'dm' && event.type === 'warned')
    return [
      { verb: 'extend', request: id, label: 'Extend' },
      { verb: 'give-back', request: id, label: 'Give back' },
    ]
  if (kind === 'dm' && event.type === 'ended') return [{ verb: 'ask', request: id, label: 'Ask again' }]
  if (kind === 'card' && event.type === 'extension asked')
    return [
      { verb: 'approve-extension', request: id, extension: event.n, label: 'Approve', style: 'primary' },
      { verb: 'deny-extension', request: id, extension: event.n, label: 'Deny', style: 'danger' },
    ]
  return []
}

/** Lines of a thread in one message, each as it would stand alone. */
export const drawLines = (lines: readonly Card[]): Card => ({
  title: '',
  summary: lines.flatMap(({ summary }, i) => (i === 0 ? summary : [plain(' '), ...summary])),
  parts: lines.flatMap(({ parts }) => parts),
})

/** How many of these lines go into the next message: one, or as many as fit when it would be too many messages. */
export const linesThatFit = (lines: readonly Card[]): number => {
  if (lines.length <= LINES_ALONE) return Math.min(1, lines.length)
  const lengths = lines.map(({ summary }) => lengthOf(summary))
  const upTo = (n: number): number => lengths.slice(0, n).reduce((sum, length) => sum + length, 0)
  const fitting = lines.findIndex((_, i) => i === LINES_MAX || upTo(i + 1) > LINES_TEXT_MAX)
  return fitting === -1 ? lines.length : Math.max(1, fitting)
}

const lengthOf = (spans: readonly Span[]): number =>
  spans.reduce((sum, span) => sum + ('text' in span ? span.text.length : NAME_LENGTH), 0)

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
  { label: 'Policy', spans: [plain(`${request.policy.name}, ${approvalsNeeded(request.quorum)}`)] },
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

export const approvalsNeeded = (quorum: number): string =>
  quorum === 0 ? 'no approval needed' : `${quorum} approval${quorum === 1 ? '' : 's'} needed`

const notes = (shown: Shown, phase: Phase): readonly (readonly Span[])[] => {
  const { request } = shown
  const approved = request.approvals.map((approval) => [
    plain('Approved by '),
    person(approval.by),
    plain(' '),
    time(approval.at),
  ])
  return [...approved, ...closedNote(request, shown.texts, phase), ...grantNotes(shown, phase)]
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

const GIVEN: readonly Phase[] = ['approved', 'provisioning', 'active']

const buttonsFor = (request: Request, phase: Phase, kind: Place['kind']): readonly Button[] => {
  const { id } = request
  if (kind === 'card' && phase === 'pending') {
    return [
      { verb: 'approve', request: id, label: 'Approve', style: 'primary' },
      { verb: 'shorten', request: id, label: 'Approve for less' },
      { verb: 'deny', request: id, label: 'Deny', style: 'danger' },
    ]
  }
  if (kind === 'card' && GIVEN.includes(phase)) return [...extensionButtons(request), revokeButton(request)]
  if (kind === 'dm' && isClosed(request)) return [{ verb: 'ask', request: id, label: 'Ask again' }]
  return kind === 'dm' ? ownButtons(request) : []
}

/** What its requester may do about it. */
export const ownButtons = (request: Request): readonly Button[] => {
  const phase = phaseOf(request)
  const { id } = request
  if (phase === 'pending') return [{ verb: 'withdraw', request: id, label: 'Withdraw' }]
  if (!GIVEN.includes(phase)) return []
  const reveals = phase === 'active' && request.access.traits.reveals === true
  const extendable = phase === 'active' && request.extensions?.open === undefined
  return [
    { verb: 'give-back', request: id, label: 'Give back' },
    ...(extendable ? [{ verb: 'extend', request: id, label: 'Extend' } as const] : []),
    ...(reveals ? [{ verb: 'reveal', request: id, label: 'Show credentials' } as const] : []),
  ]
}

const extensionButtons = ({ id, extensions }: Request): readonly Button[] => {
  const extension = extensions?.open?.n
  if (extension === undefined) return []
  return [
    { verb: 'approve-extension', request: id, extension, label: 'Approve extension', style: 'primary' },
    { verb: 'deny-extension', request: id, extension, label: 'Deny extension' },
  ]
}

/** It says who loses what before it does it. */
const revokeButton = ({ id, requester, entitlement: { target, role }, access }: Request): Button => {
  const sessions = access.traits.endsSessions ? ', open sessions included' : ''
  return {
    verb: 'revoke',
    request: id,
    label: 'Revoke',
    style: 'danger',
    confirm: {
      title: 'End this access now?',
      text: `${requester.name} loses ${target}/${role} (account ${access.account}) at once${sessions}, unless another grant gives it.`,
      yes: 'Revoke',
      no: 'Keep it',
    },
  }
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)
