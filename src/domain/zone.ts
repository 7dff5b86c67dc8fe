/**
 * Local times in IANA zones, on luxon. Called by durations and windows; never reads the clock or the
 * machine's own zone, and never moves a time that does not exist to one that does.
 */
import { DateTime, IANAZone } from 'luxon'
import type { Instant } from './model.ts'

export interface LocalTime {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
}

/** Weekday counts from Monday = 1 to Sunday = 7. */
export type LocalMoment = LocalTime & { readonly weekday: number }

/** Is it the name of an IANA zone, such as `Europe/Berlin`? */
export const isZone = (zone: string): boolean => IANAZone.isValidZone(zone)

/** What calendar and clock on the wall show at an instant. */
export const localAt = (at: Instant, zone: string): LocalMoment => {
  const { year, month, day, hour, minute, weekday } = DateTime.fromMillis(at, { zone })
  return { year, month, day, hour, minute, weekday }
}

/**
 * The instants at which the wall shows this time, earliest first: none in the gap of spring or for a day that
 * no calendar has, two in the overlap of autumn. luxon moves a time in the gap an hour later without a word,
 * and picks one of two by today's offset; hence the comparison and `getPossibleOffsets`.
 */
export const instantsOf = (local: LocalTime, zone: string): readonly Instant[] => {
  const { year, month, day, hour, minute } = local
  const guess = DateTime.fromObject({ year, month, day, hour, minute, second: 0, millisecond: 0 }, { zone })
  if (!guess.isValid || guess.day !== day || guess.hour !== hour || guess.minute !== minute) return []
  return guess
    .getPossibleOffsets()
    .map((moment) => moment.toMillis())
    .sort((a, b) => a - b)
}

/** The same wall time a number of days later. */
export const addDays = (local: LocalTime, days: number): LocalTime => {
  const moved = DateTime.fromObject({ year: local.year, month: local.month, day: local.day }, { zone: 'utc' })
  const { year, month, day } = moved.plus({ days })
  return { ...local, year, month, day }
}
