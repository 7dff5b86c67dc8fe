import { describe, expect, test } from 'vitest'
import { window } from '../../src/conditions/window.ts'
import type { Ask } from '../../src/domain/condition.ts'
import type { Entitlement } from '../../src/domain/model.ts'

const askAt = (iso: string): Ask => ({
  now: Date.parse(iso),
  entitlement: { target: 'orders-db', role: 'readonly' } as Entitlement,
  wish: { kind: 'for', ms: 3_600_000 },
  reason: 'INC-42',
})

const timezone = 'Europe/Berlin'
const check = (written: object, iso: string) =>
  window.check(window.params.parse({ timezone, ...written }), askAt(iso)).result

describe('a window of dates', () => {
  const freeze = { from: '2026-12-20', to: '2027-01-03' }
  test.each([
    ['2026-12-19T22:59:59Z', 'unsatisfied'],
    ['2026-12-19T23:00:00Z', 'satisfied'],
    ['2027-01-03T22:59:59Z', 'satisfied'],
    ['2027-01-03T23:00:00Z', 'unsatisfied'],
  ])('at %s is %s: whole days in its zone, the last one too', (iso, result) =>
    expect(check(freeze, iso)).toBe(result))
})

describe('a window of days and times', () => {
  const office = { days: 'Mon-Fri', from: '09:00', to: '17:00' }
  const night = { days: 'Fri', from: '22:00', to: '06:00' }
  // 2026-11-23 is a Monday; Berlin is one hour ahead of UTC then.
  test.each([
    [office, '2026-11-23T07:59:59Z', 'unsatisfied'],
    [office, '2026-11-23T08:00:00Z', 'satisfied'],
    [office, '2026-11-23T15:59:59Z', 'satisfied'],
    [office, '2026-11-23T16:00:00Z', 'unsatisfied'],
    [office, '2026-11-22T10:00:00Z', 'unsatisfied'],
    [night, '2026-11-27T20:59:00Z', 'unsatisfied'],
    [night, '2026-11-27T21:00:00Z', 'satisfied'],
    [night, '2026-11-28T04:59:00Z', 'satisfied'],
    [night, '2026-11-28T05:00:00Z', 'unsatisfied'],
    [night, '2026-11-27T04:00:00Z', 'unsatisfied'],
    [{ days: 'Sat-Mon' }, '2026-11-22T23:30:00Z', 'satisfied'],
    [{ days: 'Sat-Mon' }, '2026-11-23T23:30:00Z', 'unsatisfied'],
    [{ days: ['Sunday', 'Mon, Tue'] }, '2026-11-24T10:00:00Z', 'satisfied'],
    [{ from: '18:00', to: '24:00' }, '2026-11-24T22:30:00Z', 'satisfied'],
    [{ days: 'Sun', from: '22:00', to: '06:00' }, '2026-11-23T04:00:00Z', 'satisfied'],
    // The summer's nine o'clock is another instant: the wall counts.
    [office, '2026-07-06T07:00:00Z', 'satisfied'],
    [office, '2026-07-06T15:00:00Z', 'unsatisfied'],
  ])('%j at %s is %s', (written, iso, result) => expect(check(written, iso)).toBe(result))

  test('says when it is possible', () =>
    expect(window.check(window.params.parse({ timezone, ...office }), askAt('2026-11-22T10:00:00Z'))).toEqual(
      {
        result: 'unsatisfied',
        says: 'Only possible Mon, Tue, Wed, Thu, Fri 09:00 to 17:00 (Europe/Berlin).',
        hint: 'Ask again then.',
      },
    ))
})

describe('a window that is not written well', () => {
  test.each([
    [{ days: 'Mon', timezone: 'Europe/Berlim' }, '“Europe/Berlim” is not a time zone.'],
    [{}, 'This window is always open.'],
    [{ from: '09:00' }, 'A window needs both `from` and `to`.'],
    [{ from: '09:00', to: '09:00' }, 'This window is never open.'],
    [{ from: '9', to: '17:00' }, '“9” is not a time.'],
    [{ from: '09:00', to: '24:01' }, '“24:01” is not a time.'],
    [{ from: '09:75', to: '17:00' }, '“09:75” is not a time.'],
    [{ days: 'Mon-Fry', from: '09:00', to: '17:00' }, '“Mon-Fry” is not a day.'],
    [{ days: 'Mon-', from: '09:00', to: '17:00' }, '“Mon-” is not a day.'],
    [{ days: 'Mon-Tue-Wed' }, '“Mon-Tue-Wed” is not a day.'],
    [{ days: '' }, '“” is not a day.'],
    [{ days: 'Months' }, '“Months” is not a day.'],
    [{ from: '2026-12-20', to: '2026-02-30' }, '“2026-02-30” is not a date.'],
    [{ from: '2026-12-20', to: '17:00' }, '“17:00” is not a date.'],
    [{ from: '2027-01-03', to: '2026-12-20' }, '`to` is before `from`.'],
    [{ days: 'Mon', from: '2026-12-20', to: '2026-12-21' }, '“2026-12-20” is not a time.'],
    [{ days: 'Mon', until: '17:00' }, 'Unrecognized key: "until"'],
  ])('%j', (written, says) => {
    const parsed = window.params.safeParse({ timezone, ...written })
    expect(parsed.error?.issues.map(({ message }) => message)).toEqual([says])
  })
})
