/** Private answers: what was done, why not, lists, help. */

import { showDuration } from '../duration.ts'
import type { Instant, Request } from '../model.ts'
import type { Refusal } from '../refusal.ts'
import { isOver, phaseOf } from '../request.ts'
import { awaitsReview } from '../review.ts'
import { what } from '../words.ts'
import { type Card, code, type Part, plain, type Span, time } from './card.ts'
import { ownButtons } from './request-buttons.ts'

/** One sentence, done. */
export const sayDone = (title: string, spans: readonly Span[]): Card => ({
  title,
  summary: [plain(`${title}. `), ...spans],
  parts: [{ part: 'text', spans }],
})

/** Why not, and what would help. */
export const sayRefusal = ({ says, hint }: Refusal): Card => ({
  title: 'Not done',
  summary: [plain(says), ...(hint === undefined ? [] : [plain(' '), ...hintSpans(hint)])],
  parts: [
    { part: 'text', spans: [plain(says)] },
    ...(hint === undefined ? [] : [{ part: 'note', spans: hintSpans(hint) } as const]),
  ],
})

/** What a hint has between backticks is to be typed as it stands. */
const hintSpans = (hint: string): readonly Span[] =>
  hint.split('`').flatMap((piece, n) => (piece === '' ? [] : n % 2 === 0 ? plain(piece) : code(piece)))

/** A person's own requests and grants; `left out` says that there are more. */
export const drawMine = (requests: readonly Request[], leftOut: number, now: Instant): Card => ({
  title: 'Your access',
  summary: [
    plain(
      requests.length === 0
        ? 'You have no requests and no access.'
        : `You have ${requests.length + leftOut} open.`,
    ),
  ],
  parts: [
    ...(requests.length === 0
      ? [
          text([
            plain('You have no requests and no access. Ask: '),
            code('/jit request TARGET/ROLE 1h REASON'),
          ]),
        ]
      : []),
    ...listOwn(requests, leftOut, now),
  ],
})

/** One line each, with the button that ends it. */
export const listOwn = (requests: readonly Request[], leftOut: number, now: Instant): readonly Part[] => [
  ...requests.map((request): Part => {
    const [button] = ownButtons(request)
    return { part: 'text', spans: lineOf(request, now), ...(button && { button }) }
  }),
  ...(leftOut === 0 ? [] : [{ part: 'note', spans: [plain(`and ${leftOut} more`)] } as const]),
]

const text = (spans: readonly Span[]): Part => ({ part: 'text', spans })

const lineOf = (request: Request, now: Instant): readonly Span[] => {
  const { grant } = request
  const head = [
    code(request.id),
    plain(' '),
    what(request),
    plain(`: ${phaseOf(request)}${isOver(request) && awaitsReview(request) ? ', waits for a review' : ''}`),
  ]
  if (grant?.confirmedAt === undefined || grant.endsAt <= now) return head
  return [...head, plain(' until '), time(grant.endsAt), plain(` (${showDuration(grant.endsAt - now)} left)`)]
}

const HELP: readonly (readonly [string, string])[] = [
  ['/jit', 'the form to ask for access'],
  ['/jit request TARGET/ROLE 2h because REASON', 'ask for access; also: until 18:00'],
  ['/jit catalog', 'what you may ask for'],
  ['/jit mine', 'your requests and grants'],
  ['/jit status ID', 'where a request stands'],
  ['/jit done ID', 'give access back early'],
  ['/jit extend ID 1h REASON', 'keep access longer; also: until 18:00'],
  ['/jit withdraw ID', 'take a request back'],
  ['/jit approve ID', 'show the card with its buttons'],
  ['/jit deny ID REASON', 'deny a request'],
  ['/jit revoke ID REASON', 'end somebody’s access now'],
  ['/jit review ID', 'sign the review of what was taken by break-glass; words may follow'],
  ['/jit digest [WORD]', 'for operators and approvers: what ends soon, waits, is late or ended'],
  ['/jit id @person #channel @group', 'their references, for the config'],
]

export const drawHelp = (): Card => ({
  title: 'What you can type',
  summary: [
    plain(
      'What you can type: request, catalog, mine, status, done, extend, withdraw, approve, deny, revoke, review, digest, id, help.',
    ),
  ],
  parts: HELP.map(([words, meaning]) => text([code(words), plain(` ${meaning}`)])),
})
