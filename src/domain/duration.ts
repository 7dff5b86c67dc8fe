/**
 * How long somebody wants access, as they type it: `2h30m`, `until 18:00`. Called by whoever reads typed words
 * or config; takes the present and the person's zone as arguments and never guesses either.
 */
import { DURATION_MAX_MS, DURATION_MIN_MS } from './limits.ts'
import type { Instant, Wish } from './model.ts'
import { isRefusal, type Refusal, refuse } from './refusal.ts'
import { addDays, instantsOf, isZone, type LocalTime, localAt } from './zone.ts'

const SECOND = 1_000
const UNITS: readonly { show: string; ms: number; names: readonly string[] }[] = [
  { show: 'd', ms: 86_400 * SECOND, names: ['d', 'day', 'days'] },
  { show: 'h', ms: 3_600 * SECOND, names: ['h', 'hr', 'hrs', 'hour', 'hours'] },
  { show: 'min', ms: 60 * SECOND, names: ['m', 'min', 'mins', 'minute', 'minutes'] },
  { show: 's', ms: SECOND, names: ['s', 'sec', 'secs', 'second', 'seconds'] },
]

const GOOD_DURATIONS = 'Say `45m`, `2h30m` or `1d`.'
const GOOD_MOMENTS = 'Say `until 18:00` or `until 2026-11-24 09:00`.'
const ECHO_MAX = 40

const echo = (text: string): string =>
  text.length > ECHO_MAX ? `“${text.slice(0, ECHO_MAX)}…”` : `“${text}”`

/** Units from large to small, each at most once; only a length of one unit may have a fraction. */
const addUp = (text: string): number | undefined => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)\s*([a-z]+)\s*/gy)]
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text) return undefined
  let total = 0
  let last = -1
  for (const [, count = '', name = ''] of parts) {
    const unit = UNITS.findIndex((known) => known.names.includes(name))
    if (unit <= last || (parts.length > 1 && count.includes('.'))) return undefined
    total += Number(count) * (UNITS[unit]?.ms ?? Number.NaN)
    last = unit
  }
  return total
}

/**
 * A length of time in ms: `45s`, `90m`, `2h30m`, `1.5h`, `1 d 4 h`. Between {@link DURATION_MIN_MS} and
 * {@link DURATION_MAX_MS}; refuses everything else as `bad-duration`.
 */
export const parseDuration = (text: string): number | Refusal => {
  const words = text.trim().toLowerCase()
  if (/^[-−]/.test(words))
    return refuse('bad-duration', `${echo(text)} is less than nothing.`, GOOD_DURATIONS)
  const ms = words.length > ECHO_MAX ? undefined : addUp(words)
  if (ms === undefined) return refuse('bad-duration', `${echo(text)} is not a duration.`, GOOD_DURATIONS)
  if (ms === 0) return refuse('bad-duration', `${echo(text)} is no time at all.`, GOOD_DURATIONS)
  if (ms < DURATION_MIN_MS)
    return refuse(
      'bad-duration',
      `${echo(text)} is shorter than ${showDuration(DURATION_MIN_MS)}.`,
      GOOD_DURATIONS,
    )
  if (!(ms <= DURATION_MAX_MS))
    return refuse(
      'bad-duration',
      `${echo(text)} is longer than ${showDuration(DURATION_MAX_MS)}.`,
      GOOD_DURATIONS,
    )
  return Math.round(ms)
}

/** Milliseconds for people: `2 h 30 min`; below ten seconds with a tenth, `0.4 s`. {@link parseDuration} reads it back. */
export const showDuration = (ms: number): string => {
  if (ms < 0) return `-${showDuration(-ms)}`
  if (ms < 9_950 && ms % SECOND !== 0) return `${Number((ms / SECOND).toFixed(1))} s`
  let left = Math.round(ms / SECOND) * SECOND
  const parts = UNITS.flatMap((unit) => {
    const count = Math.floor(left / unit.ms)
    left -= count * unit.ms
    return count === 0 ? [] : [`${count} ${unit.show}`]
  })
  return parts.length === 0 ? '0 s' : parts.join(' ')
}

interface Around {
  readonly now: Instant
  /** The person's IANA zone, as their directory knows it. */
  readonly zone?: string | undefined
}

/**
 * A wish: a length (`2h`, `for 2h`) or a moment of the person's wall clock (`until 18:00`: the next one;
 * `until 2026-11-24 09:00`). Of a time that comes twice in autumn the earlier one; one that spring skips is
 * refused. Refuses as `bad-duration` and `bad-zone`.
 */
export const parseWish = (text: string, around: Around): Wish | Refusal => {
  const [, word = '', rest = ''] = /^\s*(?:(for|until)(?:\s+|$))?(.*?)\s*$/is.exec(text) ?? []
  if (word.toLowerCase() === 'until') return parseUntil(rest, around)
  const ms = parseDuration(rest)
  return isRefusal(ms) ? ms : { kind: 'for', ms }
}

const parseUntil = (text: string, { now, zone }: Around): Wish | Refusal => {
  const [, date, hour, minute] = /^(?:(\d{4}-\d{2}-\d{2})(?:\s+|T))?(\d{1,2}):(\d{2})$/i.exec(text) ?? []
  const time = { hour: Number(hour), minute: Number(minute) }
  if (!(time.hour < 24 && time.minute < 60))
    return refuse('bad-duration', `${echo(text)} is not a moment I understand.`, GOOD_MOMENTS)
  if (zone === undefined || !isZone(zone))
    return refuse('bad-zone', 'I do not know your time zone.', 'Say `for 2h` instead.')
  return date === undefined ? findNext(time, now, zone) : findOnDay(date, time, now, zone)
}

const findNext = (time: Pick<LocalTime, 'hour' | 'minute'>, now: Instant, zone: string): Wish | Refusal => {
  const today = { ...localAt(now, zone), ...time }
  const left = instantsOf(today, zone).find((at) => at > now)
  if (left !== undefined) return boundUntil(left, now)
  // A skipped time of today may still lie ahead: then it is today's gap that is meant, not tomorrow.
  const skipped = instantsOf(today, zone).length === 0 && isAhead(today, now, zone)
  return firstOf(skipped ? today : addDays(today, 1), now, zone)
}

const findOnDay = (
  date: string,
  time: Pick<LocalTime, 'hour' | 'minute'>,
  now: Instant,
  zone: string,
): Wish | Refusal => {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number)
  return firstOf({ year, month, day, ...time }, now, zone)
}

const isAhead = (local: LocalTime, now: Instant, zone: string): boolean => {
  const wall = localAt(now, zone)
  return local.hour * 60 + local.minute > wall.hour * 60 + wall.minute
}

const firstOf = (local: LocalTime, now: Instant, zone: string): Wish | Refusal => {
  const moments = instantsOf(local, zone)
  const at = moments.find((moment) => moment > now)
  if (at !== undefined) return boundUntil(at, now)
  if (moments.length > 0) return refuse('bad-duration', 'That moment has passed.', GOOD_MOMENTS)
  return refuse(
    'bad-duration',
    `There is no ${showLocal(local)} in ${zone}.`,
    'Clocks may skip it that day. Say another time, or `for 2h` instead.',
  )
}

const showLocal = ({ year, month, day, hour, minute }: LocalTime): string => {
  const two = (n: number) => String(n).padStart(2, '0')
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}`
}

const boundUntil = (at: Instant, now: Instant): Wish | Refusal => {
  if (at - now < DURATION_MIN_MS)
    return refuse(
      'bad-duration',
      `That is less than ${showDuration(DURATION_MIN_MS)} from now.`,
      GOOD_MOMENTS,
    )
  if (at - now > DURATION_MAX_MS)
    return refuse('bad-duration', `That is more than ${showDuration(DURATION_MAX_MS)} away.`, GOOD_MOMENTS)
  return { kind: 'until', at }
}
