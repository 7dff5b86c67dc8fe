import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseDuration, parseWish, showDuration } from '../../src/domain/duration.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR
const at = (iso: string) => Date.parse(iso)

describe('a duration', () => {
  test.each([
    ['45s', 45 * SECOND],
    ['90m', 90 * 60 * SECOND],
    ['2h30m', 2.5 * HOUR],
    ['2h 30min', 2.5 * HOUR],
    ['1.5h', 1.5 * HOUR],
    ['1d', DAY],
    [' 2 Hours ', 2 * HOUR],
    ['1 d 4 h', 28 * HOUR],
    ['90d', 90 * DAY],
    ['10s', 10 * SECOND],
  ])('reads %s', (text, ms) => expect(parseDuration(text)).toBe(ms))

  test.each([
    ['', '“” is not a duration.'],
    ['0', '“0” is not a duration.'],
    ['0h', '“0h” is no time at all.'],
    ['0.0h', '“0.0h” is no time at all.'],
    ['-2h', '“-2h” is less than nothing.'],
    ['−2h', '“−2h” is less than nothing.'],
    ['9s', '“9s” is shorter than 10 s.'],
    ['91d', '“91d” is longer than 90 d.'],
    ['99999999999999999999999h', '“99999999999999999999999h” is longer than 90 d.'],
    ['1e9h', '“1e9h” is not a duration.'],
    ['Infinity', '“Infinity” is not a duration.'],
    ['NaN', '“NaN” is not a duration.'],
    ['2', '“2” is not a duration.'],
    ['2x', '“2x” is not a duration.'],
    ['30m2h', '“30m2h” is not a duration.'],
    ['1h1h', '“1h1h” is not a duration.'],
    ['1.5h30m', '“1.5h30m” is not a duration.'],
    ['2h!', '“2h!” is not a duration.'],
    [`${'9'.repeat(100_000)}h`, `“${'9'.repeat(40)}…” is not a duration.`],
  ])('refuses %.30s', (text, says) =>
    expect(parseDuration(text)).toEqual({
      refused: 'bad-duration',
      says,
      hint: 'Say `45m`, `2h30m` or `1d`.',
    }))

  test.each([
    [0, '0 s'],
    [412, '0.4 s'],
    [1_049, '1 s'],
    [9_970, '10 s'],
    [45 * SECOND, '45 s'],
    [2.5 * HOUR, '2 h 30 min'],
    [DAY + HOUR + SECOND, '1 d 1 h 1 s'],
    [-2 * HOUR, '-2 h'],
  ])('shows %d ms as %s', (ms, text) => expect(showDuration(ms)).toBe(text))

  test('that is shown reads as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 90 * 86_400 }), (seconds) => {
        expect(parseDuration(showDuration(seconds * SECOND))).toBe(seconds * SECOND)
      }),
    )
  })
})

describe('a wish', () => {
  const now = at('2026-11-24T10:00:00Z')
  const berlin = { now, zone: 'Europe/Berlin' }

  test.each(['2h', 'for 2h', 'FOR 2 h'])('for a length: %s', (text) =>
    expect(parseWish(text, { now })).toEqual({ kind: 'for', ms: 2 * HOUR }))

  test.each([
    ['until 18:00', '2026-11-24T17:00:00Z'],
    ['Until 9:30', '2026-11-25T08:30:00Z'],
    ['until 11:00', '2026-11-25T10:00:00Z'],
    ['until 2026-12-01 09:00', '2026-12-01T08:00:00Z'],
    ['until 2026-12-01T09:00', '2026-12-01T08:00:00Z'],
  ])('%s in Berlin', (text, iso) => expect(parseWish(text, berlin)).toEqual({ kind: 'until', at: at(iso) }))

  test.each([
    ['until', '“” is not a moment I understand.'],
    ['until tomorrow', '“tomorrow” is not a moment I understand.'],
    ['until 25:00', '“25:00” is not a moment I understand.'],
    ['until 12:60', '“12:60” is not a moment I understand.'],
    ['until 2026-11-24', '“2026-11-24” is not a moment I understand.'],
    ['until 2026-11-24 09:00', 'That moment has passed.'],
    ['until 2099-01-01 09:00', 'That is more than 90 d away.'],
    ['until 2026-02-30 09:00', 'There is no 2026-02-30 09:00 in Europe/Berlin.'],
    ['until 2026-13-01 09:00', 'There is no 2026-13-01 09:00 in Europe/Berlin.'],
  ])('refuses %s', (text, says) =>
    expect(parseWish(text, berlin)).toMatchObject({
      refused: 'bad-duration',
      says,
      hint: expect.any(String),
    }))

  test('is refused when it ends at once', () =>
    expect(parseWish('until 11:00', { now: now - 5 * SECOND, zone: 'Europe/Berlin' })).toMatchObject({
      says: 'That is less than 10 s from now.',
    }))

  test.each([undefined, '', 'Mars/Olympus', 'local'])('until a moment in no zone: %s', (zone) =>
    expect(parseWish('until 18:00', { now, zone })).toEqual({
      refused: 'bad-zone',
      says: 'I do not know your time zone.',
      hint: 'Say `for 2h` instead.',
    }))

  describe('when clocks change', () => {
    const spring = { now: at('2026-03-28T12:00:00Z'), zone: 'Europe/Berlin' }
    const autumn = { now: at('2026-10-24T12:00:00Z'), zone: 'Europe/Berlin' }

    test.each(['until 02:30', 'until 2026-03-29 02:30'])('spring skips %s', (text) =>
      expect(parseWish(text, spring)).toEqual({
        refused: 'bad-duration',
        says: 'There is no 2026-03-29 02:30 in Europe/Berlin.',
        hint: 'Clocks may skip it that day. Say another time, or `for 2h` instead.',
      }))

    test('spring skips a time of this very night', () =>
      expect(
        parseWish('until 02:30', { now: at('2026-03-29T00:30:00Z'), zone: 'Europe/Berlin' }),
      ).toMatchObject({ says: 'There is no 2026-03-29 02:30 in Europe/Berlin.' }))

    test('a skipped time that is behind means tomorrow', () =>
      expect(parseWish('until 02:30', { now: at('2026-03-29T10:00:00Z'), zone: 'Europe/Berlin' })).toEqual({
        kind: 'until',
        at: at('2026-03-30T00:30:00Z'),
      }))

    test.each([
      'until 02:30',
      'until 2026-10-25 02:30',
    ])('autumn has it twice, the earlier counts: %s', (text) =>
      expect(parseWish(text, autumn)).toEqual({ kind: 'until', at: at('2026-10-25T00:30:00Z') }))

    test('of this very night the earlier counts too', () =>
      expect(parseWish('until 02:30', { now: at('2026-10-25T00:00:00Z'), zone: 'Europe/Berlin' })).toEqual({
        kind: 'until',
        at: at('2026-10-25T00:30:00Z'),
      }))

    test('between the two the later is the next', () =>
      expect(parseWish('until 02:30', { now: at('2026-10-25T00:45:00Z'), zone: 'Europe/Berlin' })).toEqual({
        kind: 'until',
        at: at('2026-10-25T01:30:00Z'),
      }))
  })
})
