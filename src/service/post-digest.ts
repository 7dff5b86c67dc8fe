/**
 * Posts the latest digest that is due and was not posted: the day is written down together with the notice that tells
 * it, so that of many replicas one posts it, and none posts it twice.
 */
import { drawDigest } from '../domain/cards/digest-card.ts'
import { lastDue } from '../domain/daily.ts'
import {
  type Digest,
  type DigestEvent,
  type DigestPlan,
  digestName,
  digestOwed,
  evolveDigest,
  tellsSince,
} from '../domain/digest.ts'
import { digestKey, type Instant, noticeKey, placeId, placeOf } from '../domain/model.ts'
import { beginNotice } from '../domain/notice.ts'
import { changeOne } from './change-one.ts'
import type { Deps } from './deps.ts'
import { gatherDigest } from './gather-digest.ts'
import { readState } from './load.ts'
import { type ViewPart, viewPart } from './save-view.ts'

/** Answers Redis time. Rejects with a fault when Redis does not answer. */
export const postDigest = async (deps: Deps, plan: DigestPlan): Promise<Instant> => {
  const key = digestKey(digestName(plan))
  const { now, records } = await deps.journal.load([key])
  const stored = records.get(key) ?? { key, v: 0, mark: null, state: null }
  const digest = readState('digest', stored)
  const event = digestOwed(digest, plan, lastDue(plan, now), now)
  if (event === null) return now
  const told = event.type === 'digest begun' ? [] : [await noticeOf(deps, plan, digest, event)]
  // Gathering took its time; what was decided on is held by the version of the record.
  const { now: at } = await deps.journal.load([])
  const state = evolveDigest(digest, event)
  const change = changeOne(deps.key, { stored, event, state, told })
  const committed = await deps.journal.commit({ ...change, at, ends: true })
  if (committed.kind === 'ok') deps.wake()
  return now
}

const noticeOf = async (
  deps: Deps,
  plan: DigestPlan,
  digest: Digest | null,
  { at, day }: DigestEvent,
): Promise<ViewPart> => {
  const facts = await gatherDigest(deps, { since: tellsSince(digest, at), now: at })
  const place = placeOf('card', plan.channel)
  const key = noticeKey(`${digestName(plan)}@${day}`, placeId(place))
  return viewPart(key, beginNotice(key, place, drawDigest(facts, { to: 'posted' }), at), { live: true })
}
