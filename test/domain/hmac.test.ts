/** Nothing but HMAC-SHA-256: what Node's own says, for any key and any text. */
import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmac } from '../../src/domain/hmac.ts'

const own = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex')
const any = fc.string({ unit: 'binary', maxLength: 300 })

it('says what Node says, whatever was hashed before', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(any, any), { minLength: 1, maxLength: 5 }), (pairs) => {
      for (const [key, text] of pairs) expect(hmac(key, text)).toBe(own(key, text))
    }),
  )
})

it.each([0, 1, 63, 64, 65, 1_000, 100_000])('with a key or a text of %i characters', (length) => {
  for (const sign of ['k', 'ä', '💥']) {
    expect(hmac(sign.repeat(length), 'text')).toBe(own(sign.repeat(length), 'text'))
    expect(hmac('key', sign.repeat(length))).toBe(own('key', sign.repeat(length)))
  }
})
