/**
 * The index of what ended on which day, so that a digest need not read the whole journal. Days that no digest tells any
 * more are dropped.
 */
import { DIGEST_DAY_MS, DIGEST_KEPT_MS } from '../domain/limits.ts'
import type { Instant, Request, RequestId } from '../domain/model.ts'
import { isOver } from '../domain/request.ts'
import type { Change, Journal } from '../ports.ts'
import type { Deps } from './deps.ts'

/** Which days have an index. */
const DAYS_SET = 'closed-days'
const DROPPED_AT_ONCE = 500

/** By UTC, `2026-11-25`. */
const dayOf = (at: Instant): string => new Date(at).toISOString().slice(0, 10)
const daySet = (day: string): string => `closed:${day}`

/** For the very change at `at` that closed this request; a later one about it must not bring a dropped day back. */
export const closedSets = (request: Request, at: Instant): Change['sets'] => {
  if (!isOver(request)) return []
  const closedAt = request.grant?.ended?.at ?? request.closed?.at
  if (closedAt !== at) return []
  return [
    { set: DAYS_SET, member: dayOf(at), has: true },
    { set: daySet(dayOf(at)), member: request.id, has: true },
  ]
}

/** What was closed on the days from one moment to another: more than those between, never less. */
export const readClosed = async (
  journal: Journal,
  from: Instant,
  to: Instant,
): Promise<readonly RequestId[]> => {
  const days: string[] = []
  for (let at = from; dayOf(at) <= dayOf(to); at += DIGEST_DAY_MS) days.push(dayOf(at))
  const found = await Promise.all(days.map((day) => journal.members(daySet(day))))
  return found.flat() as RequestId[]
}

/** Forgets the days before what digests tell. Rejects with a fault when Redis does not answer. */
export const dropOldDays = async ({ journal }: Pick<Deps, 'journal'>): Promise<void> => {
  const { now } = await journal.load([])
  const oldest = dayOf(now - DIGEST_KEPT_MS)
  for (const day of (await journal.members(DAYS_SET)).filter((one) => one < oldest)) {
    const members = await journal.members(daySet(day))
    for (let i = 0; i < members.length; i += DROPPED_AT_ONCE)
      await leave(journal, daySet(day), members.slice(i, i + DROPPED_AT_ONCE))
    await leave(journal, DAYS_SET, [day])
  }
}

const leave = async (journal: Journal, set: string, members: readonly string[]): Promise<void> => {
  const { now } = await journal.load([])
  await journal.commit({
    at: now,
    reads: [],
    writes: [],
    live: [],
    due: [],
    entries: [],
    texts: [],
    sets: members.map((member) => ({ set, member, has: false })),
    ends: true,
  })
}
