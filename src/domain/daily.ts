/**
 * A time of every day by the clock on a wall: when it last was, and when it is next. A time that spring skips is due at
 * the first moment after the gap; one that autumn shows twice is due once, at the first.
 */
import type { Instant } from './model.ts'
import { addDays, instantsOf, type LocalTime, localAt } from './zone.ts'

export interface Daily {
  readonly hour: number
  readonly minute: number
  /** IANA name. */
  readonly timezone: string
}

/** The day it belongs to, `2026-03-29`, and when it is due. */
export interface DueDay {
  readonly day: string
  readonly at: Instant
}

/** Some places once left out a whole day; nowhere were two left out. */
const GAP_MAX_MINUTES = 2 * 24 * 60
const DAY_MINUTES = 24 * 60

/** The latest that is not after `now`. */
export const lastDue = (daily: Daily, now: Instant): DueDay => {
  const past = daysAround(daily, now).filter(({ at }) => at <= now)
  return must(past.at(-1))
}

/** The first after `now`. */
export const nextDue = (daily: Daily, now: Instant): DueDay =>
  must(daysAround(daily, now).find(({ at }) => at > now))

const must = (due: DueDay | undefined): DueDay => {
  if (due === undefined) throw new Error('no day is due')
  return due
}

/** In order: of two days one may be due late, but never after the next. */
const daysAround = (daily: Daily, now: Instant): readonly DueDay[] => {
  const { hour, minute, timezone } = daily
  const today = { ...localAt(now, timezone), hour, minute }
  return [-2, -1, 0, 1, 2].map((days) => {
    const local = addDays(today, days)
    return { day: showDay(local), at: firstAt(local, timezone) }
  })
}

const firstAt = (local: LocalTime, zone: string): Instant => {
  for (let minutes = 0; minutes <= GAP_MAX_MINUTES; minutes += 1) {
    const [at] = instantsOf(addMinutes(local, minutes), zone)
    if (at !== undefined) return at
  }
  throw new Error(`the wall of ${zone} never shows this time again`)
}

const addMinutes = (local: LocalTime, minutes: number): LocalTime => {
  const all = local.hour * 60 + local.minute + minutes
  const moved = addDays(local, Math.floor(all / DAY_MINUTES))
  return { ...moved, hour: Math.floor((all % DAY_MINUTES) / 60), minute: all % 60 }
}

const showDay = ({ year, month, day }: LocalTime): string => `${year}-${two(month)}-${two(day)}`

const two = (n: number): string => String(n).padStart(2, '0')
