/**
 * The condition `window`: between two dates, or on certain days between two times, by the clock on a wall in
 * an IANA zone. A window over midnight belongs to the day on which it opens.
 */
import { z } from 'zod'
import type { Condition } from '../domain/condition.ts'
import { instantsOf, isZone, type LocalMoment, localAt } from '../domain/zone.ts'

/** Dates inclusive, `2026-12-20`; days from Monday = 1; times in minutes since midnight, `to` exclusive. */
export type WindowParams =
  | { readonly form: 'dates'; readonly from: string; readonly to: string; readonly timezone: string }
  | {
      readonly form: 'times'
      readonly days: readonly number[]
      readonly from: number
      readonly to: number
      readonly timezone: string
    }

const DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']
const ALL_DAYS = [1, 2, 3, 4, 5, 6, 7]
const MIDNIGHT = 24 * 60

const raw = z.strictObject({
  days: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('`Mon-Fri`, or [Sat, Sun].'),
  from: z.string().optional().describe('A time in quotes, "09:00", or a date, 2026-12-20.'),
  to: z.string().optional().describe('A time, which is outside, or a date, which is inside.'),
  timezone: z.string().describe('An IANA name, like Europe/Berlin.'),
})
type Raw = z.infer<typeof raw>

/** A sentence about what is wrong, and what would be right. */
class Wrong extends Error {
  readonly hint: string
  constructor(says: string, hint: string) {
    super(says)
    this.hint = hint
  }
}

/** `Mon-Fri`, `Sat, Sun`, `Fri-Mon`. */
const readDays = (days: string | readonly string[]): number[] => {
  const found = [days]
    .flat()
    .flatMap((item) => item.split(','))
    .flatMap(readDayRange)
  return ALL_DAYS.filter((day) => found.includes(day))
}

/** `Mon` or `Monday` to 0; -1 for anything else. */
const readDay = (text: string): number =>
  DAYS.findIndex((day) => [day, day.slice(0, 3)].includes(text.trim().toLowerCase()))

const readDayRange = (text: string): number[] => {
  const [first = -1, last = first, ...more] = text.split(/[-–]/).map(readDay)
  if (first < 0 || last < 0 || more.length > 0)
    throw new Wrong(`“${text.trim()}” is not a day.`, 'Write `Mon-Fri` or `Sat, Sun`.')
  const length = ((last - first + 7) % 7) + 1
  return Array.from({ length }, (_, i) => ((first + i) % 7) + 1)
}

const readTime = (text: string): number => {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? []
  const minutes = Number(hour) * 60 + Number(minute)
  if (Number(minute) < 60 && minutes <= MIDNIGHT) return minutes
  throw new Wrong(`“${text}” is not a time.`, 'Write it in quotes, from "00:00" to "24:00".')
}

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text)

const readDate = (text: string): string => {
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number)
  if (isDate(text) && instantsOf({ year, month, day, hour: 12, minute: 0 }, 'UTC').length > 0) return text
  throw new Wrong(`“${text}” is not a date.`, 'Write it like 2026-12-20.')
}

const readDates = (from: string, to: string, timezone: string): WindowParams => {
  const dates = { from: readDate(from), to: readDate(to) }
  if (dates.from > dates.to) throw new Wrong('`to` is before `from`.', 'Swap the two dates.')
  return { form: 'dates', ...dates, timezone }
}

const readWindow = ({ days, from, to, timezone }: Raw): WindowParams => {
  if (!isZone(timezone))
    throw new Wrong(`“${timezone}” is not a time zone.`, 'Write an IANA name, such as Europe/Berlin.')
  if ((from === undefined) !== (to === undefined))
    throw new Wrong('A window needs both `from` and `to`.', 'Add the other one.')
  if (days === undefined && from === undefined)
    throw new Wrong('This window is always open.', 'Add `days`, or `from` and `to`.')
  if (days === undefined && from !== undefined && to !== undefined && (isDate(from) || isDate(to)))
    return readDates(from, to, timezone)
  const times = { from: readTime(from ?? '0:00'), to: readTime(to ?? '24:00') }
  if (times.from === times.to) throw new Wrong('This window is never open.', 'Let `to` differ from `from`.')
  return { form: 'times', days: days === undefined ? ALL_DAYS : readDays(days), ...times, timezone }
}

const two = (n: number): string => String(n).padStart(2, '0')

const isOpen = (params: WindowParams, wall: LocalMoment): boolean => {
  if (params.form === 'dates') {
    const today = `${wall.year}-${two(wall.month)}-${two(wall.day)}`
    return params.from <= today && today <= params.to
  }
  const { days, from, to } = params
  const minutes = wall.hour * 60 + wall.minute
  const yesterday = wall.weekday === 1 ? 7 : wall.weekday - 1
  if (from < to) return days.includes(wall.weekday) && from <= minutes && minutes < to
  return (days.includes(wall.weekday) && from <= minutes) || (days.includes(yesterday) && minutes < to)
}

const showTime = (minutes: number): string => `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`

const showWindow = (params: WindowParams): string => {
  if (params.form === 'dates') return `${params.from} to ${params.to} (${params.timezone})`
  const names = params.days.map((day) =>
    (DAYS[day - 1] ?? '').slice(0, 3).replace(/^./, (letter) => letter.toUpperCase()),
  )
  const days = names.length === 7 ? 'every day' : names.join(', ')
  return `${days} ${showTime(params.from)} to ${showTime(params.to)} (${params.timezone})`
}

export const window: Condition<WindowParams> = {
  kind: 'window',
  params: raw
    .transform((written, context) => {
      try {
        return readWindow(written)
      } catch (thrown) {
        if (!(thrown instanceof Wrong)) throw thrown
        context.addIssue({ code: 'custom', message: thrown.message, params: { hint: thrown.hint } })
        return z.NEVER
      }
    })
    .describe('Between two dates, or on certain days between two times.'),
  check: (params, ask) =>
    isOpen(params, localAt(ask.now, params.timezone))
      ? { result: 'satisfied' }
      : { result: 'unsatisfied', says: `Only possible ${showWindow(params)}.`, hint: 'Ask again then.' },
}
