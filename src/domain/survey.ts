/**
 * What the last survey of a target found that no grant stands for: orphans under our handle, and standing access by other
 * hands. Folded from events; its version lets one of many replicas survey.
 */
import { canonical } from './entry.ts'
import { FOUND_KEPT, SURVEY_AGAIN_MS, SURVEY_EVERY_MS } from './limits.ts'
import type { Account, Instant, RequestId, Seat, SeatKey } from './model.ts'
import { planSeat } from './seat.ts'

/** Access in a target that is not a grant's. */
export interface Found {
  readonly seat: SeatKey
  readonly account: Account
  /** By which path it is held, and by whose hand. */
  readonly note?: string
}

export interface Orphan extends Found {
  /** The last grant that had it, as far as that is remembered: it came back after its end. */
  readonly once?: RequestId
  /** It is being taken away. */
  readonly taking?: true
}

/** By seat; those beyond {@link FOUND_KEPT} are only counted. */
export interface Kept<F> {
  readonly count: number
  readonly first: readonly F[]
}

export interface Findings {
  readonly orphans: Kept<Orphan>
  readonly standing: Kept<Found>
}

export interface Survey extends Findings {
  readonly kind: 'survey'
  readonly v: number
  readonly target: string
  readonly begunAt: Instant
  /** When the last one was over; absent: none ever was. */
  readonly overAt?: Instant
}

export type SurveyEvent =
  /** Somebody looks; others need not. */
  | { readonly type: 'survey begun'; readonly at: Instant; readonly target: string }
  | {
      readonly type: 'survey over'
      readonly at: Instant
      readonly target: string
      /** Absent: the same as before. */
      readonly findings?: Findings
    }

const NOTHING = { count: 0, first: [] }

/** Folds one event; throws on one that cannot follow (a bug). */
export const evolveSurvey = (survey: Survey | null, event: SurveyEvent): Survey => {
  const { at, target } = event
  if (event.type === 'survey begun') {
    const before = survey ?? { kind: 'survey', v: 0, target, orphans: NOTHING, standing: NOTHING }
    return { ...before, v: before.v + 1, begunAt: at }
  }
  if (survey === null) throw new Error('a survey was over before it began')
  return { ...survey, ...event.findings, v: survey.v + 1, overAt: at }
}

/** From when on one is owed: hours after the last one, or a while after one that came to nothing. */
export const surveyDueAt = (survey: Survey | null): Instant => {
  if (survey === null) return 0
  const { begunAt, overAt = 0 } = survey
  return overAt >= begunAt ? overAt + SURVEY_EVERY_MS : begunAt + SURVEY_AGAIN_MS
}

/** What is written down when one is over. */
export const overWith = (survey: Survey, found: Findings, at: Instant): SurveyEvent => {
  const { orphans, standing } = survey
  const findings = { orphans: found.orphans, standing: found.standing }
  const same = canonical(findings) === canonical({ orphans, standing } satisfies Findings)
  return { type: 'survey over', at, target: survey.target, ...(same ? {} : { findings }) }
}

/** Orphans that were not there the last time and have no thread: what came back after a grant is told in that grant's. */
export const newOrphans = (before: Survey, { orphans }: Findings): readonly Orphan[] => {
  const known = new Set(before.orphans.first.map(({ seat }) => seat))
  return orphans.first.filter(({ seat, once }) => once === undefined && !known.has(seat))
}

export const keepFirst = <F extends Found>(found: readonly F[]): Kept<F> => {
  const sorted = [...found].sort((a, b) => (a.seat < b.seat ? -1 : a.seat > b.seat ? 1 : 0))
  return { count: sorted.length, first: sorted.slice(0, FOUND_KEPT) }
}

/** What of it is about a word, in lower case, as far as it is kept by name; the empty word: all of it. */
export const narrowTo = (survey: Survey, word: string): Survey => {
  if (word === '' || survey.target.toLowerCase().includes(word)) return survey
  const narrow = <F extends Found>({ first }: Kept<F>): Kept<F> => {
    const left = first.filter(({ account }) => account.toLowerCase().includes(word))
    return { count: left.length, first: left }
  }
  return { ...survey, orphans: narrow(survey.orphans), standing: narrow(survey.standing) }
}

/** A grant holds it, waits for its end, or a call may still land: what is there is accounted for. */
export const isExplained = (seat: Seat): boolean =>
  seat.holders.length > 0 || (!seat.strayed && planSeat(seat) !== null)
