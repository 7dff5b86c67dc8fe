/** Slack's date tokens and countdowns, in the zone of the person who reads. */

const part = (at: Date, zone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...options }).format(at)

const dayOf = (at: Date, zone: string): string =>
  part(at, zone, { year: 'numeric', month: '2-digit', day: '2-digit' })

const DAY_MS = 86_400_000

const pretty = (at: Date, now: number, zone: string): string | undefined => {
  const near = { today: 0, tomorrow: DAY_MS, yesterday: -DAY_MS }
  const found = Object.entries(near).find(([, ms]) => dayOf(new Date(now + ms), zone) === dayOf(at, zone))
  return found?.[0]
}

const FORMATS: Readonly<Record<string, Intl.DateTimeFormatOptions>> = {
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  time: { hour: '2-digit', minute: '2-digit' },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
}

/** `{date_short_pretty} {time}` and its like; what Slack does not know stays as it is. */
export const formatDate = (seconds: number, format: string, now: number, zone: string): string => {
  const at = new Date(seconds * 1_000)
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (token, name: string, near?: string) => {
    const options = FORMATS[name]
    if (options === undefined) return token
    return (near && pretty(at, now, zone)) ?? part(at, zone, options)
  })
}

export const clockTime = (ms: number, zone: string): string => part(new Date(ms), zone, FORMATS.time ?? {})

export const fullTime = (ms: number, zone: string): string =>
  part(new Date(ms), zone, { weekday: 'short', day: 'numeric', month: 'short', ...FORMATS.time_secs })

/** `1 h 02 min`, `4:07`. */
export const countdown = (ms: number): string => {
  const seconds = Math.max(0, Math.ceil(ms / 1_000))
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)]
  const two = (n: number): string => String(n).padStart(2, '0')
  return hours > 0 ? `${hours} h ${two(minutes)} min` : `${minutes}:${two(seconds % 60)}`
}
