import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanText, lengthOf } from '../../src/domain/clean-text.ts'

describe('what people typed', () => {
  it.each([
    ['line breaks and tabs become a space', 'because\n\tof\r\nit', 'because of it'],
    ['the reading direction stays', 'a\u202Eb\u2066c\u2069', 'abc'],
    ['nothing invisible stays', 'a\u200Bb\u200Cc\uFEFFd\u00ADe\u2800f\u{E0041}g', 'abcdefg'],
    ['controls go', 'a\u0000b\u0007c\u001Bd', 'abcd'],
    ['halves of characters go', 'a\uD83Db\uDE00c', 'abc'],
    ['whole ones stay', 'a🦄b', 'a🦄b'],
    ['marks are composed', 'e\u0301', 'é'],
    ['what can be seen stays', '<!channel> <@U1> *x* & "q"', '<!channel> <@U1> *x* & "q"'],
    ['only white space is nothing', ' \u2003\u00A0\n ', ''],
  ])('%s', (_, typed, clean) => {
    expect(cleanText(typed)).toBe(clean)
  })

  it('is clean after one time, on one line, and well-formed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const clean = cleanText(typed)
        expect(cleanText(clean)).toBe(clean)
        expect(clean).not.toMatch(/[\n\r\t]|^\s|\s$| {2}/)
        expect(clean).not.toMatch(/\p{Surrogate}/u)
        expect(lengthOf(clean)).toBeLessThanOrEqual(clean.length)
      }),
    )
  })
})
