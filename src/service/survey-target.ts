/**
 * Compares everything a target has with the journal, and answers what no grant stands for. It only reads: the list first
 * and the seats after it, because a seat is recorded before anything is given on it.
 */

import { shorten } from '../domain/clean-text.ts'
import { Fault } from '../domain/fault.ts'
import { FOUND_NOTE_MAX, SURVEY_ITEMS_MAX, SURVEY_MS } from '../domain/limits.ts'
import { type RequestId, requestKey, type Seat, type SeatKey, seatRecordKey } from '../domain/model.ts'
import { type Found, isExplained, type Orphan } from '../domain/survey.ts'
import type { Clock, Journal, Listed, Target } from '../ports.ts'
import { callOutside } from './call.ts'
import { readState } from './load.ts'
import { loadInPages } from './load-live.ts'

/** What was found, as the target lists it. */
export interface Stray {
  readonly listed: Listed
  readonly orphan: Orphan
  /** A seat that was settled: its access came back, and nobody takes it away yet. */
  readonly cameBack?: Seat
}

export interface Surveyed {
  readonly strays: readonly Stray[]
  readonly standing: readonly Found[]
}

/** Rejects with a fault when target or Redis does not answer, or when the target has too much. */
export const surveyTarget = async (
  deps: { readonly clock: Clock; readonly journal: Journal },
  name: string,
  target: Target,
): Promise<Surveyed> => {
  const listed = await listAll(deps, name, target)
  const suspects = await findStrays(deps.journal, listed)
  return {
    // Somebody may have been in the middle of it: only what is there a second time is told.
    strays: suspects.length === 0 ? [] : await findStrays(deps.journal, await listAll(deps, name, target)),
    standing: listed.filter(({ ours }) => !ours).map(toFound),
  }
}

const listAll = async (
  { clock, journal }: { readonly clock: Clock; readonly journal: Journal },
  name: string,
  target: Target,
): Promise<readonly Listed[]> => {
  const { now } = await journal.load([])
  return callOutside(clock, { now, notAfter: now + SURVEY_MS, key: `${name}/survey` }, async (call) => {
    const all: Listed[] = []
    for await (const one of target.list(call)) {
      if (all.length === SURVEY_ITEMS_MAX)
        throw new Fault('permanent', `more than ${SURVEY_ITEMS_MAX} memberships are too many to look through`)
      all.push(one)
    }
    return all
  })
}

const findStrays = async (journal: Journal, listed: readonly Listed[]): Promise<readonly Stray[]> => {
  const ours = listed.filter((one) => one.ours)
  const stored = await loadInPages(
    journal,
    ours.map(({ seat }) => seatRecordKey(seat)),
  )
  const seats = new Map<SeatKey, Seat>()
  for (const record of stored) {
    const seat = readState('seat', record)
    if (seat !== null) seats.set(seat.key, seat)
  }
  const suspects = ours.flatMap((one): readonly Suspect[] => {
    const seat = seats.get(one.seat)
    if (seat === undefined) return [{ listed: one }]
    return isExplained(seat) ? [] : [{ listed: one, seat }]
  })
  const known = await requestsOf(journal, suspects)
  return suspects.map((suspect) => strayOf(suspect, known))
}

/** Access under our handle that no grant holds; `seat`: where Curfew once gave it, or is taking it away. */
interface Suspect {
  readonly listed: Listed
  readonly seat?: Seat
}

/** Those that are still there: what is long over leaves Redis. */
const requestsOf = async (
  journal: Journal,
  suspects: readonly Suspect[],
): Promise<ReadonlySet<RequestId>> => {
  const ids = suspects.flatMap(({ seat }) => seat?.lastRequest ?? [])
  const stored = await loadInPages(journal, ids.map(requestKey))
  return new Set(stored.flatMap((record) => readState('request', record)?.id ?? []))
}

const strayOf = ({ listed, seat }: Suspect, known: ReadonlySet<RequestId>): Stray => {
  const last = seat?.lastRequest
  const once = last !== undefined && known.has(last) ? { once: last } : {}
  const orphan = { ...toFound(listed), ...once }
  if (seat === undefined) return { listed, orphan }
  return seat.strayed ? { listed, orphan: { ...orphan, taking: true } } : { listed, orphan, cameBack: seat }
}

const toFound = ({ seat, account, note }: Listed): Found => ({
  seat,
  account,
  ...(note === undefined ? {} : { note: shorten(note, FOUND_NOTE_MAX) }),
})
