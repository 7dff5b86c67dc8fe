/** When a time of every day is due, over the nights on which clocks are changed. */
import { describe, expect, it, test } from 'vitest'
import { type Daily, lastDue, nextDue } from '../../src/domain/daily.ts'

const daily = (time: string, timezone: string): Daily => {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return { hour, minute, timezone }
}
const utc = (text: string): number => Date.parse(`${text}Z`)
const show = (at: number): string => new Date(at).toISOString().slice(0, 16)

const BERLIN = 'Europe/Berlin'
const KOLKATA = 'Asia/Kolkata'
const LORD_HOWE = 'Australia/Lord_Howe'

describe('a time of every day', () => {
  test.each([
    [
      'an ordinary day',
      '09:00',
      BERLIN,
      '2026-11-25T12:00',
      '2026-11-25',
      '2026-11-25T08:00',
      '2026-11-26T08:00',
    ],
    [
      'its very moment',
      '09:00',
      BERLIN,
      '2026-11-25T08:00',
      '2026-11-25',
      '2026-11-25T08:00',
      '2026-11-26T08:00',
    ],
    [
      'just before it',
      '09:00',
      BERLIN,
      '2026-11-25T07:59',
      '2026-11-24',
      '2026-11-24T08:00',
      '2026-11-25T08:00',
    ],
    [
      'the day after spring',
      '09:00',
      BERLIN,
      '2026-03-29T08:00',
      '2026-03-29',
      '2026-03-29T07:00',
      '2026-03-30T07:00',
    ],
    [
      'skipped by spring: not yet',
      '02:30',
      BERLIN,
      '2026-03-29T00:59',
      '2026-03-28',
      '2026-03-28T01:30',
      '2026-03-29T01:00',
    ],
    [
      'skipped by spring: after the gap',
      '02:30',
      BERLIN,
      '2026-03-29T01:00',
      '2026-03-29',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ],
    [
      'the gap’s own first minute',
      '02:00',
      BERLIN,
      '2026-03-29T01:00',
      '2026-03-29',
      '2026-03-29T01:00',
      '2026-03-30T00:00',
    ],
    [
      'twice in autumn: the first',
      '02:30',
      BERLIN,
      '2026-10-25T00:30',
      '2026-10-25',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ],
    [
      'twice in autumn: the second',
      '02:30',
      BERLIN,
      '2026-10-25T01:30',
      '2026-10-25',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ],
    [
      'half an hour beside the others',
      '09:00',
      KOLKATA,
      '2026-11-25T03:30',
      '2026-11-25',
      '2026-11-25T03:30',
      '2026-11-26T03:30',
    ],
    [
      'another day there already',
      '00:15',
      KOLKATA,
      '2026-11-24T18:45',
      '2026-11-25',
      '2026-11-24T18:45',
      '2026-11-25T18:45',
    ],
    [
      'a gap of half an hour',
      '02:10',
      LORD_HOWE,
      '2026-10-03T15:30',
      '2026-10-04',
      '2026-10-03T15:30',
      '2026-10-04T15:10',
    ],
    [
      'an overlap of half an hour',
      '01:40',
      LORD_HOWE,
      '2026-04-04T15:10',
      '2026-04-05',
      '2026-04-04T14:40',
      '2026-04-05T15:10',
    ],
    [
      'a midnight that was skipped',
      '00:00',
      'Africa/Cairo',
      '2026-04-23T22:00',
      '2026-04-24',
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ],
    [
      'a day that was left out',
      '09:00',
      'Pacific/Apia',
      '2011-12-30T10:00',
      '2011-12-30',
      '2011-12-30T10:00',
      '2011-12-30T19:00',
    ],
  ])('%s: %s in %s at %s', (_, time, zone, now, day, last, next) => {
    const due = lastDue(daily(time, zone), utc(now))
    expect([due.day, show(due.at)]).toEqual([day, last])
    expect(show(nextDue(daily(time, zone), utc(now)).at)).toBe(next)
  })

  const times = ['00:00', '01:40', '02:00', '02:10', '02:30', '03:00', '23:45']
  it.each([
    ['2026-03-28T12:00', BERLIN],
    ['2026-10-24T12:00', BERLIN],
    ['2026-10-24T12:00', KOLKATA],
    ['2026-04-04T00:00', LORD_HOWE],
    ['2026-10-03T00:00', LORD_HOWE],
  ])('is due once on each day, and on every day: two days from %s in %s', (from, zone) => {
    for (const time of times) {
      const when = daily(time, zone)
      const found = new Map<string, number>()
      for (let minute = 0; minute <= 2 * 24 * 60; minute += 30) {
        const now = utc(from) + minute * 60_000
        const due = lastDue(when, now)
        expect(found.get(due.day) ?? due.at).toBe(due.at)
        expect(nextDue(when, now).at).toBeGreaterThan(now)
        found.set(due.day, due.at)
      }
      const days = [...found.keys()].map((day) => utc(`${day}T00:00`) / 86_400_000)
      expect(days.length).toBeGreaterThan(1)
      expect(days).toEqual(days.map((_, i) => (days[0] ?? 0) + i))
    }
  })
})
