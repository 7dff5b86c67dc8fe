import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText } from '../../src/domain/clean-text.ts'
import { parseWords } from '../../src/domain/command-line.ts'
import { REASON_MAX, WORDS_MAX } from '../../src/domain/limits.ts'

const ask = (wish: string | undefined, reason: string) => ({
  verb: 'request',
  entitlement: 'orders-db/readonly',
  ...(wish === undefined ? {} : { wish }),
  reason,
})

describe('a request', () => {
  test.each([
    ['request orders-db/readonly 2h because of INC-42', ask('2h', 'INC-42')],
    ['request orders-db/readonly for 2h because INC-42', ask('2h', 'INC-42')],
    ['orders-db/readonly 2h of INC-42', ask('2h', 'INC-42')],
    ['REQUEST orders-db/readonly 2H BECAUSE OF INC-42', ask('2H', 'INC-42')],
    ['orders-db/readonly for 2 h 30 min, because: fixing', ask('2 h 30 min', 'fixing')],
    ['orders-db/readonly until 18:00 because INC-42', ask('until 18:00', 'INC-42')],
    ['orders-db/readonly until 2026-11-24 09:00, INC-42', ask('until 2026-11-24 09:00', 'INC-42')],
    ['orders-db/readonly until 2026-11-24 because', ask('until 2026-11-24', '')],
    ['orders-db/readonly INC-42 is on fire', ask(undefined, 'INC-42 is on fire')],
    ['orders-db/readonly', ask(undefined, '')],
    ['orders-db/readonly because', ask(undefined, '')],
    ['orders-db/readonly offline users', ask(undefined, 'offline users')],
    ['orders-db/readonly 42 rows are wrong', ask(undefined, '42 rows are wrong')],
    ['orders-db/readonly 2 days of work', ask('2 days', 'work')],
    ['orders-db/readonly 0 because x', ask('0', 'x')],
    ['orders-db/readonly -2h because x', ask('-2h', 'x')],
    ['orders-db/readonly 1e99h because x', ask('1e99h', 'x')],
    ['orders-db/readonly Infinity because x', ask('Infinity', 'x')],
    ['orders-db/readonly for two hours because x', ask('two', 'hours because x')],
    ['orders-db/readonly for', ask('', '')],
    ['orders-db/readonly until', ask('until ', '')],
  ])('%s', (text, words) => expect(parseWords(text)).toEqual(words))

  test.each([
    ['“orders-db/readonly” 2h “INC-42”'],
    ['`orders-db/readonly` 2h because ‘INC-42’'],
    ['orders-db/readonly\u3164 2h \u2800INC-\ufe0f42\u{e0041}'],
    ['  request\u00a0orders-db/readonly \t 2h\u202fbecause\nINC-42  '],
    ['req\u200buest orders-db/\u2060readonly 2\ufeffh INC-\u200d42'],
    ['\u202erequest\u202c orders-db/readonly 2h \u2067INC-42\u2069'],
    ['\u0000request orders-db/readonly 2h \u0007INC-42\u001b'],
  ])('is read through quotes, odd spaces and what cannot be seen: %j', (text) =>
    expect(parseWords(text)).toEqual(ask('2h', 'INC-42')))

  test('keeps the words of a reason as they are', () =>
    expect(parseWords('orders-db/readonly <!channel> <@U1> *x* “so” <https://x|y>')).toEqual(
      ask(undefined, '<!channel> <@U1> *x* “so” <https://x|y>'),
    ))

  test.each([
    ['x'.repeat(REASON_MAX + 1), `The reason is longer than ${REASON_MAX} characters.`],
    ['x'.repeat(3_000), `The reason is longer than ${REASON_MAX} characters.`],
    ['x'.repeat(100_000), `That is longer than ${WORDS_MAX} characters.`],
  ])('with too long a reason is refused', (reason, says) =>
    expect(parseWords(`orders-db/readonly because ${reason}`)).toEqual({
      refused: 'too-long',
      says,
      hint: 'Say the same in a sentence.',
    }))

  test('counts what people see, after because', () =>
    expect(parseWords(`orders-db/readonly because ${'🦀'.repeat(REASON_MAX)}`)).toMatchObject({
      verb: 'request',
    }))
})

describe('other words', () => {
  test.each([
    ['', { verb: 'form' }],
    ['  ', { verb: 'form' }],
    ['request', { verb: 'form' }],
    ['help', { verb: 'help' }],
    ['?', { verb: 'help' }],
    ['Help!', { verb: 'help' }],
    ['mine', { verb: 'mine' }],
    ['ＭＩＮＥ', { verb: 'mine' }],
    ['status', { verb: 'status' }],
    ['status R-7K3QX9 please', { verb: 'status', id: 'R-7K3QX9' }],
    ['done `r-7k3qx9`', { verb: 'done', id: 'r-7k3qx9' }],
    ['withdraw nonsense', { verb: 'withdraw', id: 'nonsense' }],
    ['Approve R-7K3QX9', { verb: 'approve', id: 'R-7K3QX9' }],
    ['deny', { verb: 'deny', reason: '' }],
    ['deny 7K3QX9 because of the freeze', { verb: 'deny', id: '7K3QX9', reason: 'the freeze' }],
    ['deny R-bad', { verb: 'deny', id: 'R-bad', reason: '' }],
    ['deny because the freeze is on', { verb: 'deny', reason: 'the freeze is on' }],
    [
      'extend R-7K3QX9 1h because of INC-42',
      { verb: 'extend', id: 'R-7K3QX9', wish: '1h', reason: 'INC-42' },
    ],
    [
      'extend 7k3qx9 until 18:00 INC-42',
      { verb: 'extend', id: '7k3qx9', wish: 'until 18:00', reason: 'INC-42' },
    ],
    ['extend by 30m still at it', { verb: 'extend', wish: '30m', reason: 'still at it' }],
    ['extend', { verb: 'extend', wish: '', reason: '' }],
    ['extend R-bad 1h x', { verb: 'extend', id: 'R-bad', wish: '1h', reason: 'x' }],
    ['review R-7K3QX9', { verb: 'review', id: 'R-7K3QX9', reason: '' }],
    [
      'review `r-7k3qx9` because of the outage',
      { verb: 'review', id: 'r-7k3qx9', reason: 'because of the outage' },
    ],
    ['review', { verb: 'review', reason: '' }],
    ['revoke', { verb: 'revoke', reason: '' }],
    ['revoke R-7K3QX9 because left', { verb: 'revoke', id: 'R-7K3QX9', reason: 'left' }],
  ])('%j', (text, words) => expect(parseWords(text)).toEqual(words))

  test('that could be an id are never a reason to deny something else', () =>
    expect(parseWords('deny nothing')).toEqual({ verb: 'deny', id: 'nothing', reason: '' }))

  test.each([
    ['requets orders-db/readonly 2h', 'requets', 'request'],
    ['aprove R-7K3QX9', 'aprove', 'approve'],
    ['minne', 'minne', 'mine'],
    ['cataloge', 'cataloge', 'catalog'],
    ['x', 'x', undefined],
    ['constructor', 'constructor', undefined],
    [`${'y'.repeat(3_000)}`, 'y'.repeat(40), undefined],
  ])('that are unknown only suggest: %.20s', (text, word, suggestion) =>
    expect(parseWords(text)).toEqual({
      verb: 'unknown',
      word,
      ...(suggestion === undefined ? {} : { suggestion }),
    }))

  test('never make it fail, and nothing unseen comes out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const words = JSON.stringify(parseWords(`orders-db/readonly ${text}`))
        expect(words).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(cleanText(cleanText(text))).toBe(cleanText(text))
      }),
    )
  })
})
