import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeRequestId, parseRequestId } from '../../src/domain/request-id.ts'

describe('a request id', () => {
  test('is made of six random bytes', () =>
    expect(makeRequestId(Uint8Array.from([7, 19, 3, 23, 29 + 32, 9]))).toBe('R-7K3QX9'))

  test('is never made of less', () =>
    expect(() => makeRequestId(new Uint8Array(5))).toThrow('bug: an id needs 6 random bytes'))

  test.each(['R-7K3QX9', 'r-7k3qx9', '7K3QX9', ' r–7k3qx9 ', 'R_7K3QX9'])('reads %s', (text) =>
    expect(parseRequestId(text)).toBe('R-7K3QX9'))

  test('forgives look-alikes', () => expect(parseRequestId('r-iLoO1a')).toBe('R-11001A'))

  test.each([
    '',
    'R-',
    'R-7K3QX',
    'R-7K3QX9AAAA5',
    'R-7K3QXU',
    'R-7K3QX!',
    'R-7K3QXß',
    '../../etc',
  ])('does not read %s', (text) => expect(parseRequestId(text)).toBeUndefined())

  test('that is made is read, in any case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 6, maxLength: 6 }), (bytes) => {
        const id = makeRequestId(bytes)
        expect(id).toMatch(/^R-[0-9A-HJKMNP-TV-Z]{6}$/)
        expect(parseRequestId(id.toLowerCase())).toBe(id)
      }),
    )
  })
})
