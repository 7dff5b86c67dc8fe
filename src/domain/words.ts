/**
 * Every sentence about an event that people read; a quiet event has none. The same words stand in every chat, in the
 * audit thread and on the command line.
 */
import { loginOf } from './account.ts'
import { bold, code, person, plain, type Span, time } from './cards/card.ts'
import { showDuration } from './duration.ts'
import { type ExtensionEvent, isExtensionEvent } from './extension.ts'
import { ceilSecond, endOf, type GrantEvent } from './grant.ts'
import type { PersonRef, Request, TextDigest, Wish } from './model.ts'
import type { RequestEvent } from './request.ts'
import { isReviewEvent, type ReviewEvent } from './review.ts'

export type Texts = ReadonlyMap<TextDigest, string>

/** What stands for a text that was erased. */
const ERASED = '(erased)'

export const textOf = (digest: TextDigest | null | undefined, texts: Texts): string =>
  digest === null || digest === undefined ? '' : (texts.get(digest) ?? ERASED)

/** The sentence for an event of this request; null when it is quiet. */
export const tell = (event: RequestEvent, request: Request, texts: Texts): readonly Span[] | null => {
  switch (event.type) {
    case 'requested':
      if (event.draft.reviewers !== undefined) return tellBreakGlass(event, event.draft.reviewers, texts)
      return [
        person(event.by),
        plain(' asks for '),
        what(request),
        plain(` ${wishWords({ wish: event.draft.wish, askedAt: event.at })}.`),
        ...because(event.draft.reason, texts),
      ]
    case 'approved':
      return [
        plain('Approved by '),
        person(event.by),
        ...(event.wish === undefined ? [] : [plain(', for less: '), ...wishSpans(event.wish)]),
        plain(request.quorum > 1 ? ` (${request.quorum} approvals are needed).` : '.'),
      ]
    case 'denied':
      return [plain('Denied by '), person(event.by), plain('.'), ...because(event.reason, texts)]
    case 'lapsed':
      return [plain('Lapsed: nobody decided in time. Nothing was given.')]
    case 'withdrawn':
      return [plain('Withdrawn by '), person(event.by), plain('. Nothing was given.')]
    case 'voided':
      return [plain(`Void, nothing was given: ${event.says}`), ...byWhom(event.by)]
    case 'armed':
    case 'cleared':
    case 'posted':
    case 'unclear':
      return null
    case 'unreached':
      return [person(request.requester), plain(` gets no direct message: ${event.why}`)]
    case 'revealed':
      return [plain('Credentials were made, and shown to '), person(event.by), plain(' alone.')]
    case 'forgotten':
      return [plain('What people wrote about it was erased'), ...byWhom(event.by), plain('.')]
    case 'hurried':
      return [plain('Another try was asked for'), ...byWhom(event.by), plain('.')]
    default:
      if (isReviewEvent(event)) return tellReview(event, request, texts)
      return isExtensionEvent(event) ? tellExtension(event, request, texts) : tellGrant(event, request, texts)
  }
}

/** Everything that whoever hears of it must know, from the event alone: what is said of it never changes. */
const tellBreakGlass = (
  { at, by, draft }: Extract<RequestEvent, { type: 'requested' }>,
  reviewers: readonly string[],
  texts: Texts,
): readonly Span[] => [
  bold('Break-glass'),
  plain(': '),
  person(by),
  plain(' takes '),
  what(draft),
  plain(` ${wishWords({ wish: draft.wish, askedAt: at })} without anybody’s approval, until `),
  time(endOf(draft, ceilSecond(at + draft.provisionWithinMs))),
  plain(` at the latest. To be reviewed by ${reviewers.join(', ')}.`),
  ...because(draft.reason, texts),
]

const tellReview = (event: ReviewEvent, { id, reviewers }: Request, texts: Texts): readonly Span[] => {
  switch (event.type) {
    case 'review awaited':
      return [
        bold('Not reviewed yet'),
        plain(
          `, for ${showDuration(event.at - event.since)}: this was break-glass. ${reviewers?.join(', ')}: `,
        ),
        code(`/jit review ${id}`),
      ]
    case 'reviewed':
      return [plain('Reviewed by '), person(event.by), plain('.'), ...said(event.words, texts)]
    default:
      return event satisfies never
  }
}

const said = (digest: TextDigest | null, texts: Texts): readonly Span[] => {
  const text = textOf(digest, texts)
  return text === '' ? [] : [plain(` ${text}`)]
}

const tellExtension = (event: ExtensionEvent, request: Request, texts: Texts): readonly Span[] => {
  switch (event.type) {
    case 'extension asked':
      if (event.reviewers !== undefined)
        return [
          bold('Break-glass'),
          plain(': '),
          person(request.requester),
          plain(' takes '),
          what(request),
          plain(` ${showDuration(event.ms)} longer without anybody’s approval, to be reviewed by `),
          plain(`${event.reviewers.join(', ')}.`),
          ...because(event.reason, texts),
        ]
      return [
        person(request.requester),
        plain(' asks to extend '),
        what(request),
        plain(` by ${showDuration(event.ms)}.`),
        ...because(event.reason, texts),
      ]
    case 'extension approved':
      return [plain('Extension approved by '), person(event.by), plain('.')]
    case 'extended':
      return [plain('Extended: it now ends '), time(event.endsAt), plain('.')]
    case 'extension denied':
      return [plain('Extension denied by '), person(event.by), plain('.'), ...because(event.reason, texts)]
    case 'extension lapsed':
      return [plain('Nobody decided on the extension in time: it ends as agreed.')]
    default:
      return event satisfies never
  }
}

const tellGrant = (
  event: Exclude<GrantEvent, { type: 'armed' | 'cleared' }>,
  request: Request,
  texts: Texts,
): readonly Span[] | null => {
  switch (event.type) {
    case 'confirmed':
      return [
        plain(
          request.access.traits.readsBack
            ? 'Access is given and was read back'
            : 'Access was reported as given',
        ),
        plain(': '),
        what(request),
        plain(' as '),
        code(loginOf(request.access)),
        plain('. It ends '),
        time(event.endsAt),
        plain('.'),
        ...standing(event.others),
      ]
    case 'warned':
      return [
        person(request.requester),
        plain(', this access ends in '),
        plain(`${showDuration(event.endsAt - event.at)}: `),
        time(event.endsAt, 'time'),
        plain('.'),
      ]
    case 'ending':
      return tellEnding(event, request, texts)
    case 'late':
      return [
        bold(`Late by ${showDuration(event.lateMs)}`),
        plain(`: the access is not gone yet. Tried ${event.tries} times`),
        plain(event.fault === undefined ? '.' : `; last: ${event.fault}.`),
        plain(' Curfew keeps trying.'),
      ]
    case 'ended':
      return tellEnded(event)
    case 'came back':
      return [bold('The access came back'), plain(' after it had ended. Curfew is taking it away again.')]
    default:
      return event satisfies never
  }
}

const tellEnding = (
  event: Extract<GrantEvent, { type: 'ending' }>,
  request: Request,
  texts: Texts,
): readonly Span[] | null => {
  switch (event.because) {
    // The line about the end says it all a moment later.
    case 'expired':
      return null
    case 'given back':
      return [plain('Given back'), ...byWhom(event.by), plain('.')]
    case 'revoked':
      return [plain('Revoked'), ...byWhom(event.by), plain('.'), ...because(event.reason, texts)]
    case 'failed':
      return [
        plain(`Could not be given: ${event.says ?? 'the target refused'}. Whatever was given is taken back.`),
      ]
    case 'left':
      return [person(request.requester), plain(' was deactivated; the access ends now.')]
    default:
      return event.because satisfies never
  }
}

const tellEnded = (event: Extract<GrantEvent, { type: 'ended' }>): readonly Span[] => {
  const late = event.lateMs < 1_000 ? '' : ` (${showDuration(event.lateMs)} after its end)`
  switch (event.how) {
    case 'gone':
      return [plain(`Ended${late}: read back, the access is gone.`), ...standing(event.others)]
    case 'reported gone':
      return [plain(`Ended${late}: reported as gone; this target cannot be read back.`)]
    case 'kept':
      return [
        plain(`Ended${late}, but the access stays`),
        ...(event.until === undefined ? [] : [plain(' until '), time(event.until)]),
        ...(event.keptFor === undefined ? [] : [plain(` for ${event.keptFor}`)]),
        plain(': that grant gives the same access.'),
      ]
    default:
      return event.how satisfies never
  }
}

/** `orders-db/readonly` as a span. */
export const what = (request: Pick<Request, 'entitlement'>): Span =>
  code(`${request.entitlement.target}/${request.entitlement.role}`)

const wishSpans = (wish: Wish): readonly Span[] =>
  wish.kind === 'for' ? [plain(showDuration(wish.ms))] : [plain('until '), time(wish.at)]

/** "for 2 h", or "until" a moment that the span after it shows. */
export const wishWords = ({
  wish,
  askedAt,
  approvals = [],
}: Pick<Request, 'wish' | 'askedAt'> & Partial<Pick<Request, 'approvals'>>): string => {
  if (wish.kind === 'for') return `for ${showDuration(wish.ms)}`
  // Whoever approved last may have made it shorter.
  return `for ${showDuration(Math.max(1_000, wish.at - (approvals.at(-1)?.at ?? askedAt)))}`
}

const because = (digest: TextDigest | null | undefined, texts: Texts): readonly Span[] => {
  const text = textOf(digest, texts)
  return text === '' ? [] : [plain(` Reason: ${text}`)]
}

const byWhom = (who: PersonRef | undefined): readonly Span[] =>
  who === undefined ? [] : [plain(' by '), person(who)]

const standing = (others: string | undefined): readonly Span[] =>
  others === undefined
    ? []
    : [plain(` Note: the same access also comes from elsewhere, which Curfew leaves alone: ${others}.`)]
