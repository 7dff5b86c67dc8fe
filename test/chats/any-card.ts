/** Cards of any shape with words that would do something if anybody let them, for the renderers of every chat. */
import fc from 'fast-check'
import {
  bold,
  type Card,
  code,
  type Part,
  person,
  plain,
  type Span,
  time,
} from '../../src/domain/cards/card.ts'
import type { RequestId } from '../../src/domain/model.ts'

const id = 'R-7K3QX9' as RequestId

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        ...'*_~`<>&|@!#:[](){}\n\u202E\u200B'.split(''),
        '<!channel>',
        '<@U0BOB>',
        '<at>x</at>',
        'https://x.test',
        '{{DATE(',
        '👩‍👧',
        'é',
        'a ',
      ),
      {
        maxLength: 40,
      },
    )
    .map((pieces) => pieces.join('')),
  fc.constantFrom(1_000, 4_000, 100_000).map((length) => '&<é'.repeat(length / 2)),
)
const span: fc.Arbitrary<Span> = fc.oneof(
  hostile.map(plain),
  hostile.map(bold),
  hostile.map(code),
  fc.record({ via: fc.oneof(hostile, fc.constant('slack:U0ANA')), name: hostile }).map(person),
  fc.record({ span: fc.constant('channel' as const), chat: fc.constant('slack'), id: hostile }),
  fc.double().map((at) => time(at)),
)
const spans = fc.array(span, { maxLength: 8 })
const confirm = fc.record({ title: hostile, text: hostile, yes: hostile, no: hostile })
const button = fc.record(
  {
    verb: fc.constantFrom('approve' as const, 'deny' as const, 'revoke' as const),
    request: fc.constant(id),
    label: hostile,
    confirm,
  },
  { requiredKeys: ['verb', 'request', 'label'] },
)
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ part: fc.constant('text' as const), spans }),
  fc.record({
    part: fc.constant('fields' as const),
    fields: fc.array(fc.record({ label: hostile, spans }), { maxLength: 25 }),
  }),
  fc.record({ part: fc.constant('quote' as const), text: hostile }),
  fc.record({ part: fc.constant('note' as const), spans }),
  fc.record({ part: fc.constant('buttons' as const), buttons: fc.array(button, { maxLength: 12 }) }),
  fc.record({ part: fc.constant('divider' as const) }),
)
export const anyCard: fc.Arbitrary<Card> = fc.record({
  title: hostile,
  summary: spans,
  parts: fc.array(part, { maxLength: 70 }),
})
