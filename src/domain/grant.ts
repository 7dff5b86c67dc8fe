/**
 * The machine of a grant, as part of its request: armed before anything is asked of a target, ended only when the
 * seat was seen to be empty. It folds events; lifecycle.ts decides them.
 */
import { closeExtension } from './extension.ts'
import { LATE_AFTER_MS, LATE_EVERY_MS, WARN_MAX_MS, WARN_MIN_MS, WARN_SHARE } from './limits.ts'
import type {
  Access,
  EndHow,
  EndReason,
  Grant,
  Instant,
  PersonRef,
  Request,
  RequestId,
  TextDigest,
} from './model.ts'
import { openReview } from './review.ts'

export type GrantEvent =
  /** The end stands before a target is asked for anything. */
  | { readonly type: 'armed'; readonly at: Instant; readonly endsAt: Instant; readonly giveUpAt: Instant }
  /** The second check passed; from here every way out is `ending`. `access`: what is given, as the target named it then. */
  | { readonly type: 'cleared'; readonly at: Instant; readonly access?: Access }
  | { readonly type: 'confirmed'; readonly at: Instant; readonly endsAt: Instant; readonly others?: string }
  /** The holder was told that it ends soon. */
  | { readonly type: 'warned'; readonly at: Instant; readonly endsAt: Instant }
  | {
      readonly type: 'ending'
      readonly at: Instant
      readonly because: EndReason
      readonly by?: PersonRef
      readonly reason?: TextDigest
      readonly says?: string
    }
  | {
      readonly type: 'late'
      readonly at: Instant
      readonly lateMs: number
      readonly tries: number
      readonly fault?: string
    }
  | {
      readonly type: 'ended'
      readonly at: Instant
      readonly how: EndHow
      readonly lateMs: number
      readonly keptFor?: RequestId
      readonly until?: Instant
      readonly others?: string
    }
  /** Access was found again after the end; it is being taken away. */
  | { readonly type: 'came back'; readonly at: Instant }

const GRANT_EVENTS = new Set<string>([
  'armed',
  'cleared',
  'confirmed',
  'warned',
  'ending',
  'late',
  'ended',
  'came back',
])

export const isGrantEvent = (event: { readonly type: string }): event is GrantEvent =>
  GRANT_EVENTS.has(event.type)

/** Rounded up to a whole second: alarms are per second. */
export const ceilSecond = (at: Instant): Instant => Math.ceil(at / 1_000) * 1_000

/** When a grant that begins at `beginsAt` ends, by what was wished and what the policy caps. */
export const endOf = (request: Pick<Request, 'wish' | 'maxMs'>, beginsAt: Instant): Instant => {
  const capped = beginsAt + request.maxMs
  const wished = request.wish.kind === 'for' ? beginsAt + request.wish.ms : request.wish.at
  return ceilSecond(Math.min(capped, wished))
}

/** When the holder of an active grant is to be told that it ends; undefined: they were, or it is too short for that. */
export const warnAtOf = ({ grant, warnMs }: Pick<Request, 'grant' | 'warnMs'>): Instant | undefined => {
  if (grant?.state !== 'active' || grant.confirmedAt === undefined || grant.warnedAt !== undefined)
    return undefined
  const lastsMs = grant.endsAt - grant.confirmedAt
  if (warnMs !== undefined) return warnMs < lastsMs ? grant.endsAt - warnMs : undefined
  const beforeMs = Math.min(WARN_MAX_MS, Math.max(WARN_MIN_MS, lastsMs / WARN_SHARE))
  return 2 * beforeMs <= lastsMs ? Math.round(grant.endsAt - beforeMs) : undefined
}

/** The moment from which lateness counts. */
export const dueAt = (grant: Grant): Instant =>
  grant.ending === undefined || grant.ending.because === 'expired' ? grant.endsAt : grant.ending.at

/** The first "it is late" after `now`, for an end that was due at `due`: 1 min, 10 min, 1 h, then daily. */
const nextLateAt = (due: Instant, now: Instant): Instant => {
  const early = LATE_AFTER_MS.map((ms) => due + ms).find((at) => at > now)
  if (early !== undefined) return early
  return due + (Math.floor((now - due) / LATE_EVERY_MS) + 1) * LATE_EVERY_MS
}

/** Folds one event into the request that carries the grant (its version is already counted up). */
export const evolveGrant = (request: Request, event: GrantEvent): Request => {
  if (event.type === 'armed') {
    const grant: Grant = {
      state: 'provisioning',
      cleared: false,
      endsAt: event.endsAt,
      giveUpAt: event.giveUpAt,
    }
    const armed: Request = { ...request, state: 'approved', grant }
    return request.reviewers === undefined ? armed : openReview(armed, event.at)
  }
  if (request.grant === undefined) throw new Error(`${event.type} before armed`)
  const next = event.type === 'ending' ? closeExtension(request) : request
  const { access = next.access } = event.type === 'cleared' ? event : {}
  return { ...next, access, grant: fold(request.grant, event) }
}

const fold = (grant: Grant, event: Exclude<GrantEvent, { type: 'armed' }>): Grant => {
  switch (event.type) {
    case 'cleared':
      return { ...grant, cleared: true }
    case 'confirmed':
      return {
        ...grant,
        state: 'active',
        confirmedAt: event.at,
        endsAt: event.endsAt,
        ...named(event.others),
      }
    case 'warned':
      return { ...grant, warnedAt: event.at }
    case 'ending': {
      const { type: _, ...ending } = event
      const next: Grant = { ...grant, state: 'ending', ending }
      return { ...next, lateAt: nextLateAt(dueAt(next), event.at) }
    }
    case 'late':
      return { ...grant, lateAt: nextLateAt(dueAt(grant), event.at) }
    case 'ended': {
      const { type: _, others, ...ended } = event
      const { lateAt: __, others: ___, ...rest } = grant
      return { ...rest, state: 'ended', ended, ...named(others) }
    }
    case 'came back':
      return { ...grant, cameBackAt: event.at }
    default:
      return event satisfies never
  }
}

const named = (others: string | undefined): { others?: string } => (others === undefined ? {} : { others })
