/** A request as one row of an export: what an auditor asks of it, folded from its own events. */
import { firstBroken, type Link } from './entry.ts'
import { type Instant, type Mark, type PersonRef, type Request, type RequestId, requestKey } from './model.ts'
import { evolveRequest, phaseOf, type RequestEvent } from './request.ts'
import { awaitsReview } from './review.ts'
import { type Texts, textOf } from './words.ts'

/** Moments are ISO 8601 in UTC; null: there is no such thing. */
export type ExportRow = ReturnType<typeof rowOf>

/** In the order of an export's columns. */
export const COLUMNS: readonly (keyof ExportRow)[] = [
  'id',
  'state',
  'requester',
  'requesterName',
  'entitlement',
  'account',
  'why',
  'policy',
  'policyHash',
  'approvers',
  'approvedAt',
  'askedAt',
  'grantedAt',
  'dueAt',
  'endedAt',
  'how',
  'endedBy',
  'lateMs',
  'proof',
  'extensions',
  'review',
  'reviewedBy',
  'reviewedAt',
  'mark',
  'chain',
]

interface Chain {
  /** Oldest first. */
  readonly entries: readonly (Link & { readonly mark: Mark })[]
  /** An entry of it is gone. */
  readonly lacks: boolean
  readonly texts: Texts
}

/**
 * The row of a request by its own chain; `chain` says whether the marks hold. Of a chain that cannot even be folded,
 * the row has nothing but the id.
 */
export const exportRow = (key: string, id: RequestId, { entries, lacks, texts }: Chain): ExportRow => {
  const isWhole = !lacks && entries.length > 0 && firstBroken(key, requestKey(id), entries) === undefined
  const chain = isWhole ? 'whole' : 'broken'
  const mark = entries.at(-1)?.mark ?? null
  return rowOf(id, fold(entries), texts, { mark, chain })
}

const fold = (entries: Chain['entries']): Request | null => {
  try {
    return entries.reduce<Request | null>(
      (request, { event }) => evolveRequest(request, event as unknown as RequestEvent),
      null,
    )
  } catch {
    return null
  }
}

const rowOf = (
  id: RequestId,
  request: Request | null,
  texts: Texts,
  seal: { readonly mark: Mark | null; readonly chain: 'whole' | 'broken' },
) => ({
  id,
  ...askedOf(request, texts),
  ...grantedOf(request),
  ...endedOf(request),
  ...reviewOf(request),
  ...seal,
})

/** The same of a stored request, without its seals. */
export const describeRequest = (request: Request, texts: Texts) => ({
  id: request.id,
  ...askedOf(request, texts),
  ...grantedOf(request),
  ...endedOf(request),
  ...reviewOf(request),
})

const askedOf = (request: Request | null, texts: Texts) => ({
  state: request && phaseOf(request),
  requester: request && nameOf(request.requester),
  requesterName: request?.requester.name ?? null,
  entitlement: request && `${request.entitlement.target}/${request.entitlement.role}`,
  account: request?.access.account ?? null,
  why: request && textOf(request.reason, texts),
  policy: request?.policy.name ?? null,
  policyHash: request?.policy.hash ?? null,
  askedAt: request && iso(request.askedAt),
})

const grantedOf = (request: Request | null) => ({
  approvers: request?.approvals.map(({ by }) => nameOf(by)) ?? [],
  approvedAt: request?.approvals.map(({ at }) => iso(at)) ?? [],
  grantedAt: iso(request?.grant?.confirmedAt),
  dueAt: iso(request?.grant?.endsAt),
  extensions: request?.extensions?.granted ?? 0,
})

const endedOf = (request: Request | null) => {
  const { ending, ended } = request?.grant ?? {}
  const closed = request?.closed
  return {
    endedAt: iso(ended?.at ?? closed?.at),
    how: ending?.because ?? (closed && request ? request.state : null),
    endedBy: orNull(ending?.by ?? closed?.by, nameOf),
    lateMs: ended?.lateMs ?? null,
    proof: orNull(ended, proofOf),
  }
}

/** `review` is null where nothing had to be reviewed. */
const reviewOf = (request: Request | null) => ({
  review:
    request?.review === undefined
      ? null
      : awaitsReview(request)
        ? 'open'
        : request.review.signed
          ? 'signed'
          : null,
  reviewedBy: orNull(request?.review?.signed?.by, nameOf),
  reviewedAt: iso(request?.review?.signed?.at),
})

/** How the end is known. */
const proofOf = ({ how, keptFor }: NonNullable<NonNullable<Request['grant']>['ended']>): string => {
  switch (how) {
    case 'gone':
      return 'read back'
    case 'reported gone':
      return 'reported'
    case 'kept':
      return `kept for ${keptFor ?? 'another grant'}`
    default:
      return how satisfies never
  }
}

const nameOf = (person: PersonRef): string => person.email ?? person.id
const orNull = <T, R>(value: T | undefined, then: (value: T) => R): R | null =>
  value === undefined ? null : then(value)
const iso = (at: Instant | undefined): string | null => orNull(at, (known) => new Date(known).toISOString())
