/** Slack's date tokens in a reader's zone. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
import { DateTime } from 'luxon'

const FORMATS: Readonly<Record<string, string>> = {
  date_num: 'yyyy-LL-dd',
  date_slash: 'dd/LL/yyyy',
  date: 'LLLL d, yyyy',
  date_short: 'LLL d, yyyy',
  date_long: 'cccc, LLLL d, yyyy',
  time: 'HH:mm',
  time_secs: 'HH:mm:ss',
}

const PRETTY: Readonly<Record<number, string>> = { 0: 'today', 1: 'tomorrow', [-1]: 'yesterday' }

/**
 * Fills `{date_short_pretty} {time}` and its like; `now` (ms) decides what is "today". Unknown tokens stay as
 * they are, as a sign that Slack would not know them either.
 */
export const formatSlackDate = (seconds: number, format: string, zone: string, now: number): string => {
  const at = DateTime.fromSeconds(seconds, { zone, locale: 'en' })
  const days = at.startOf('day').diff(DateTime.fromMillis(now, { zone }).startOf('day'), 'days').days
  return format.replace(/\{(\w+?)(_pretty)?\}/g, (token, name: string, pretty?: string) => {
    const near = pretty ? PRETTY[Math.round(days)] : undefined
    const pattern = FORMATS[name]
    return near ?? (pattern === undefined ? token : at.toFormat(pattern))
  })
}
