import { describe, expect, test } from 'vitest'
import { isBadReference, parseReference, showReference } from '../../src/domain/reference.ts'

const WAYS = 'Write an e-mail address, `system:id`, a word from `groups:` or `everyone`.'

describe('a reference', () => {
  test.each([
    ['everyone', { ref: 'everyone' }],
    ['Ana@Acme.test', { ref: 'email', email: 'ana@acme.test' }],
    ['slack:U0ANA00000', { ref: 'native', system: 'slack', id: 'U0ANA00000' }],
    ['teams:19:abc@thread.tacv2', { ref: 'native', system: 'teams', id: '19:abc@thread.tacv2' }],
    ['dbas', { ref: 'group', name: 'dbas' }],
    ['on-call_2', { ref: 'group', name: 'on-call_2' }],
  ] as const)('reads %s', (text, reference) => expect(parseReference(text)).toEqual(reference))

  test.each(['everyone', 'ana@acme.test', 'okta:00g1', 'dbas'])('shows %s as written', (text) => {
    const reference = parseReference(text)
    expect(isBadReference(reference) ? undefined : showReference(reference)).toBe(text)
  })

  test.each([
    ['', '“” names nobody.', WAYS],
    ['a b', '“a b” names nobody.', WAYS],
    ['ana@', '“ana@” names nobody.', WAYS],
    ['@acme.test', '“@acme.test” is a name, and names can change hands.', 'Write its id, as `system:id`.'],
    ['#dbas', '“#dbas” is a name, and names can change hands.', 'Write its id, as `system:id`.'],
    ['slack:', '“slack:” names nobody.', WAYS],
    ['<ana@acme.test>', '“<ana@acme.test>” names nobody.', WAYS],
    ['x'.repeat(301), 'This reference is too long.', WAYS],
  ])('refuses %.20s', (text, says, hint) => expect(parseReference(text)).toEqual({ says, hint }))
})
