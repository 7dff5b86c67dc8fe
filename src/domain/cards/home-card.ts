/** Everything that concerns one person, on one page: what they have, what waits for them, what they may ask for. */
import { showDuration } from '../duration.ts'
import { dueAt } from '../grant.ts'
import type { Instant, Request } from '../model.ts'
import { what, wishWords } from '../words.ts'
import { listOwn } from './answer-card.ts'
import { bold, type Card, code, type Part, person, plain, type Span, time } from './card.ts'
import { listOffers, type Offer } from './catalog-card.ts'

/** A list that was cut, with how many are left out. */
export interface Cut<T> {
  readonly shown: readonly T[]
  readonly leftOut: number
}

export interface HomeState {
  readonly now: Instant
  readonly mine: Cut<Request>
  /** What this person may decide on: requests, and extensions of grants. */
  readonly waiting: Cut<Request>
  /** Break-glass of others that this person may sign the review of. */
  readonly reviews: Cut<Request>
  readonly offers: Cut<Offer>
  /** Why nothing is given at present. */
  readonly frozen?: string
  /** A directory could not tell: something may be missing. */
  readonly unsure: boolean
  /** For operators: what should have been given or taken by now. */
  readonly troubled?: Cut<Request>
}

export const drawHome = ({
  now,
  mine,
  waiting,
  reviews,
  offers,
  unsure,
  troubled,
  frozen,
}: HomeState): Card => ({
  title: 'Your access, and what waits for you',
  summary: [plain(`You have ${mine.shown.length + mine.leftOut} open; ${count(waiting)} wait for you.`)],
  parts: [
    ...(frozen === undefined ? [] : [note(`Nothing new is given at present. ${frozen}`)]),
    ...(unsure
      ? [note('A directory could not tell, so that something may be missing. Open it again in a minute.')]
      : []),
    ...(troubled === undefined
      ? []
      : section('Late or stuck', troubled, listTroubled(now), 'Nothing: all is well.')),
    ...section('Waits for your decision', waiting, listWaiting, 'Nothing.'),
    ...(count(reviews) === 0 ? [] : section('Waits for your review', reviews, listReviews, '')),
    heading('Yours', { verb: 'ask', label: 'Ask for access', style: 'primary' }),
    ...(count(mine) === 0 ? [note('Nothing: no requests and no access.')] : []),
    ...listOwn(mine.shown, mine.leftOut, now),
    ...section('What you may ask for', offers, ({ shown }) => listOffers(shown), 'Nothing.'),
    { part: 'divider' },
    { part: 'note', spans: [plain('As of '), time(now), plain('; drawn anew whenever it is opened.')] },
  ],
})

const count = ({ shown, leftOut }: Cut<unknown>): number => shown.length + leftOut

const heading = (text: string, button?: Extract<Part, { part: 'text' }>['button']): Part => ({
  part: 'text',
  spans: [bold(text)],
  ...(button && { button }),
})

const note = (text: string): Part => ({ part: 'note', spans: [plain(text)] })

const section = <T>(
  title: string,
  cut: Cut<T>,
  list: (cut: Cut<T>) => readonly Part[],
  none: string,
): readonly Part[] => [
  heading(title),
  ...(count(cut) === 0 ? [note(none)] : list(cut)),
  ...(cut.leftOut === 0 ? [] : [note(`and ${cut.leftOut} more`)]),
]

const listWaiting = ({ shown }: Cut<Request>): readonly Part[] =>
  shown.map(
    (request): Part => ({
      part: 'text',
      spans: [code(request.id), plain(' '), person(request.requester), plain(': '), ...wanted(request)],
      button: { verb: 'look', request: request.id, label: 'Look' },
    }),
  )

const listReviews = ({ shown }: Cut<Request>): readonly Part[] =>
  shown.map(
    (request): Part => ({
      part: 'text',
      spans: [
        code(request.id),
        plain(' '),
        person(request.requester),
        plain(' used break-glass: '),
        what(request),
        plain(', open since '),
        time(request.review?.since ?? request.askedAt),
      ],
      button: { verb: 'sign', request: request.id, label: 'Sign the review' },
    }),
  )

const wanted = (request: Request): readonly Span[] => {
  const open = request.extensions?.open
  return open === undefined
    ? [what(request), plain(` ${wishWords(request)}, lapses `), time(request.lapsesAt)]
    : [what(request), plain(` ${showDuration(open.ms)} longer, lapses `), time(open.lapsesAt)]
}

const listTroubled =
  (now: Instant) =>
  ({ shown }: Cut<Request>): readonly Part[] =>
    shown.map(
      (request): Part => ({
        part: 'text',
        spans: [
          code(request.id),
          plain(' '),
          what(request),
          plain(' of '),
          person(request.requester),
          plain(howLate(request, now)),
        ],
        button: { verb: 'retry', request: request.id, label: 'Try again' },
      }),
    )

const howLate = ({ grant, retry }: Request, now: Instant): string => {
  if (grant?.state === 'ending')
    return `: not gone yet, ${showDuration(Math.max(0, now - dueAt(grant)))} late`
  return retry === undefined ? ': not given yet' : `: not given yet, ${retry.why}`
}
