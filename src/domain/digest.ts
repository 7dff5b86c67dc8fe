/**
 * The daily digest of one channel: which day it was last posted for, folded from events. The record's version is what
 * lets one of many replicas post it; what is told is gathered from the requests.
 */
import type { Daily, DueDay } from './daily.ts'
import { DIGEST_DAY_MS, DIGEST_KEPT_MS } from './limits.ts'
import type { Instant } from './model.ts'

/** One entry of `digests:`. */
export interface DigestPlan extends Daily {
  /** `<chat>:<native id>` */
  readonly channel: string
}

export interface Digest {
  readonly kind: 'digest'
  readonly v: number
  /** {@link digestName} */
  readonly name: string
  /** The local day it was last posted for, or that was over when the digest began. */
  readonly day: string
  /** What happened up to then was told. */
  readonly toldAt?: Instant
}

export type DigestEvent =
  /** Configured for the first time: what was due before that is not made up for. */
  | {
      readonly type: 'digest begun'
      readonly at: Instant
      readonly digest: string
      readonly day: string
    }
  | {
      readonly type: 'digest posted'
      readonly at: Instant
      readonly digest: string
      readonly day: string
    }

/** Another channel, time or zone is another digest. */
export const digestName = ({ channel, hour, minute, timezone }: DigestPlan): string =>
  `${channel}/${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}/${timezone}`

/** What is to be written down, given the latest day that is due; null: nothing. */
export const digestOwed = (
  digest: Digest | null,
  plan: DigestPlan,
  due: DueDay,
  now: Instant,
): DigestEvent | null => {
  const type = digest === null ? 'digest begun' : 'digest posted'
  // Days are compared as text, so that a clock that goes back posts nothing again.
  if (digest !== null && digest.day >= due.day) return null
  return { type, at: now, digest: digestName(plan), day: due.day }
}

/** Folds one event; throws on one that cannot follow (a bug). */
export const evolveDigest = (digest: Digest | null, event: DigestEvent): Digest => {
  const { at, digest: name, day } = event
  if (event.type === 'digest begun') {
    if (digest !== null) throw new Error('a digest began twice')
    return { kind: 'digest', v: 1, name, day }
  }
  if (digest === null) throw new Error('a digest was posted before it began')
  return { ...digest, v: digest.v + 1, day, toldAt: at }
}

/** From when on it tells what ended: nothing is left out after a missed day, as far as that is remembered. */
export const tellsSince = (digest: Digest | null, now: Instant): Instant =>
  Math.max(digest?.toldAt ?? now - DIGEST_DAY_MS, now - DIGEST_KEPT_MS)
