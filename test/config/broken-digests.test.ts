/** What an operator reads about mistakes in the daily digests, and what a good one becomes. */
import { describe, expect, test } from 'vitest'
import { complaints, EXAMPLE, read } from './example.ts'

const GOOD = '{ channel: pub:C0OPS00000, at: "09:00", timezone: Europe/Berlin }'
const withDigests = (...digests: readonly string[]): string =>
  `digests:\n${digests.map((one) => `  - ${one}\n`).join('')}${EXAMPLE}`

describe('digests', () => {
  test('several are read, in other channels, at other times, in other zones', () => {
    const evening = GOOD.replace('"09:00"', '17:30')
    const elsewhere = GOOD.replace('Europe/Berlin', 'Asia/Kolkata')
    const result = read(withDigests(GOOD, evening, elsewhere, GOOD.replace('OPS', 'DEV')))
    const channel = 'pub:C0OPS00000'
    expect(result.ok && result.config.digests).toEqual([
      { channel, hour: 9, minute: 0, timezone: 'Europe/Berlin' },
      { channel, hour: 17, minute: 30, timezone: 'Europe/Berlin' },
      { channel, hour: 9, minute: 0, timezone: 'Asia/Kolkata' },
      { channel: 'pub:C0DEV00000', hour: 9, minute: 0, timezone: 'Europe/Berlin' },
    ])
  })

  const hours = 'Write it in quotes, from "00:00" to "23:59".'
  test.each([
    ['"09:00"', '"24:00"', `curfew.yaml:2: \`digests[0].at\`: “24:00” is not a time of day. ${hours}`],
    ['"09:00"', 'nine', `curfew.yaml:2: \`digests[0].at\`: “nine” is not a time of day. ${hours}`],
    ['"09:00"', '900', 'curfew.yaml:2: `digests[0].at`: Should be text. Put it in quotes.'],
    [
      'Europe/Berlin',
      'Europe/Berlim',
      'curfew.yaml:2: `digests[0].timezone`: “Europe/Berlim” is not a time zone. Write an IANA name, such as Europe/Berlin.',
    ],
    [
      ', timezone: Europe/Berlin',
      '',
      'curfew.yaml:2: `digests[0].timezone`: Is missing. Add `timezone:` here.',
    ],
    [
      'pub:C0OPS',
      'slag:C0OPS',
      'curfew.yaml:2: `digests[0].channel`: “slag:C0OPS00000” is no channel. Write `chat:id`. Chats: pub, bar.',
    ],
    [
      'pub:C0OPS',
      'pub:U0OPS',
      "curfew.yaml:2: `digests[0].channel`: “pub:U0OPS00000” is no channel. Copy the channel's id from pub.",
    ],
    [
      'at:',
      'time: x, at:',
      'curfew.yaml:2: `digests[0].time`: Unknown setting. Known here: at, channel, timezone.',
    ],
  ])('%j -> %j', (from, to, says) => {
    expect(GOOD).toContain(from)
    expect(complaints(withDigests(GOOD.replace(from, to)))).toEqual([says])
  })

  test('every mistake is said at once, each at its line', () => {
    const lines = complaints(
      withDigests(GOOD.replace('09', '9x'), GOOD.replace('Berlin', 'x'), 'nothing', GOOD),
    )
    expect(lines.map((line) => line.split(': ', 2).join(': '))).toEqual([
      'curfew.yaml:2: `digests[0].at`',
      'curfew.yaml:3: `digests[1].timezone`',
      'curfew.yaml:4: `digests[2]`',
    ])
  })

  test('the same channel twice at the same time', () => {
    expect(complaints(withDigests(GOOD, GOOD.replace('"09:00"', '"9:00"')))).toEqual([
      'curfew.yaml:3: `digests[1]`: This channel has a digest at this time already. Remove one of the two.',
    ])
  })
})
