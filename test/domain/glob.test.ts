import { describe, expect, it } from 'vitest'
import { matchesGlob } from '../../src/domain/glob.ts'

describe('a glob', () => {
  it.each([
    ['orders-db/readonly', 'orders-db/readonly', true],
    ['orders-db/readonly', 'orders-db/readonlyx', false],
    ['orders-db/*', 'orders-db/readonly', true],
    ['orders-db/*', 'orders-db/', true],
    ['orders-db/*', 'orders-db2/readonly', false],
    ['*/readonly', 'orders-db/readonly', true],
    ['*', 'orders-db/readonly', false],
    ['*/*', 'orders-db/readonly', true],
    ['orders-*/read*', 'orders-db/readonly', true],
    ['*-db/*only', 'orders-db/readonly', true],
    ['orders.db/readonly', 'orders-db/readonly', false],
    ['[a-z]*/readonly', 'orders-db/readonly', false],
    ['ORDERS-DB/*', 'orders-db/readonly', false],
  ])('%s %s: %s', (glob, text, matches) => {
    expect(matchesGlob(glob, text)).toBe(matches)
  })

  it('made to be slow is not', () => {
    const began = performance.now()
    expect(matchesGlob(`${'a*'.repeat(200)}b/x`, `${'a'.repeat(2_000)}/x`)).toBe(false)
    expect(performance.now() - began).toBeLessThan(200)
  })
})
