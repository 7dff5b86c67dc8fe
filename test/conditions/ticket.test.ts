import { performance } from 'node:perf_hooks'
import { describe, expect, test } from 'vitest'
import { ticket } from '../../src/conditions/ticket.ts'
import type { Ask } from '../../src/domain/condition.ts'
import { REASON_MAX } from '../../src/domain/limits.ts'
import type { Entitlement } from '../../src/domain/model.ts'

const askBecause = (reason: string): Ask => ({
  now: 0,
  entitlement: { target: 'orders-db', role: 'readonly' } as Entitlement,
  wish: { kind: 'for', ms: 3_600_000 },
  reason,
})

const check = (pattern: unknown, reason: string) =>
  ticket.check(ticket.params.parse(pattern), askBecause(reason))

describe('a ticket', () => {
  test.each([
    ['INC-\\d+', 'INC-42', true],
    ['INC-\\d+', 'see INC-42, please', true],
    ['INC-\\d+', 'INC-', false],
    ['INC-\\d+', '', false],
    ['^(INC|CHG)-\\d{4,}$', 'CHG-1234', true],
    ['^(INC|CHG)-\\d{4,}$', 'for CHG-1234', false],
    ['(?i)inc-\\d+', 'Inc-7', true],
  ])('%s in “%s”: %s', (pattern, reason, there) =>
    expect(check(pattern, reason).result).toBe(there ? 'satisfied' : 'unsatisfied'))

  test('that is missing is asked for', () =>
    expect(check('INC-\\d+', 'no number')).toEqual({
      result: 'unsatisfied',
      says: 'The reason names no ticket like INC-\\d+.',
      hint: 'Add the ticket to the reason.',
    }))

  test('is the same written short or long', () =>
    expect(ticket.params.parse({ pattern: 'INC-\\d+' })).toEqual(ticket.params.parse('INC-\\d+')))

  test.each(['(a+)+$', '(a|a)*$', '(a*)*b', 'a*a*a*a*a*a*b'])('%s keeps nobody busy', (pattern) => {
    const start = performance.now()
    check(`x${pattern}`, `x${'a'.repeat(REASON_MAX - 2)}!`)
    expect(performance.now() - start).toBeLessThan(500)
  })

  test.each([
    ['(', 'This is not a pattern that can be used.'],
    ['a(?=b)', 'This is not a pattern that can be used.'],
    ['(a)\\1', 'This is not a pattern that can be used.'],
    ['', 'This pattern matches any reason.'],
    ['(INC)?', 'This pattern matches any reason.'],
    ['x'.repeat(201), 'This pattern is longer than 200 characters.'],
  ])('pattern %.20s is refused', (pattern, says) => {
    const parsed = ticket.params.safeParse({ pattern })
    expect(JSON.stringify(parsed.error?.issues)).toContain(says)
    expect(ticket.params.safeParse(pattern).success).toBe(false)
  })
})
