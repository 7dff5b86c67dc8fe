/** Cards as Teams gets them: within its limits, with times in each reader’s zone, and nothing alive that we did not make. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { renderCard, renderMessage } from '../../src/chats/teams/render-card.ts'
import { bold, type Card, code, type Part, person, plain, time } from '../../src/domain/cards/card.ts'
import { drawLine, drawLines, linesThatFit } from '../../src/domain/cards/thread-lines.ts'
import { checkActivity } from '../fixtures/local-teams/check-card.ts'
import { liveIn, liveInText } from '../fixtures/local-teams/read-card.ts'
import { anyCard } from './any-card.ts'

const card = (...parts: Part[]): Card => ({ title: '', summary: [plain('s')], parts })
const first = (part: Part) => renderCard(card(part), 'message').body[0]

it('words stand where nothing is markup, a moment where it is drawn in each reader’s zone', () => {
  const at = Date.UTC(2026, 10, 23, 14, 5, 9, 700)
  expect(first({ part: 'text', spans: [plain('*x* '), bold('B'), code('c')] })).toEqual({
    type: 'RichTextBlock',
    inlines: [
      { type: 'TextRun', text: '*x* ' },
      { type: 'TextRun', text: 'B', weight: 'bolder' },
      { type: 'TextRun', text: 'c', fontType: 'monospace' },
    ],
  })
  const spans = [
    person({ via: 'teams:1', name: 'A *b*' }),
    plain(' until '),
    time(at),
    plain(' '),
    time(at, 'time'),
  ]
  expect(first({ part: 'text', spans })).toMatchObject({
    type: 'TextBlock',
    text: 'A ∗b∗ until {{DATE(2026-11-23T14:05:09Z, SHORT)}} {{TIME(2026-11-23T14:05:09Z)}} {{TIME(2026-11-23T14:05:09Z)}}',
  })
  expect(JSON.stringify(first({ part: 'text', spans: [time(Number.NaN)] }))).toContain('unknown time')
})

it.each([
  ['[x](https://evil.test)', '［x］(https∶//evil.test)'],
  ['<at>all</at>', '‹at›all‹/at›'],
  ['{{DATE(2026-11-23T14:05:09Z)}}', '﹛﹛DATE(2026-11-23T14:05:09Z)}}'],
  ['orders_reader _x_', 'orders_reader ˍxˍ'],
  ['1. a', '1․ a'],
  ['# a', '＃ a'],
  ['&lt;', '＆lt;'],
  ['a\u202Eb', 'ab'],
])('%j is harmless beside a moment', (typed, shown) => {
  const drawn = first({ part: 'text', spans: [plain(typed), plain(' '), time(0, 'time')] })
  expect(drawn?.text).toBe(`${shown} {{TIME(1970-01-01T00:00:00Z)}}`)
})

it.each([1, 30, 80, 130, 400])('holds all lines of a thread that are told at once, %i long', (length) => {
  const who = person({ via: 'teams:1', name: 'N'.repeat(80) })
  const line = (n: number) => drawLine(n, Date.now(), [who, plain('é'.repeat(length)), time(Date.now())])
  const lines = Array.from({ length: 40 }, (_, i) => line(i + 1))
  const message = renderMessage(drawLines(lines.slice(0, linesThatFit(lines))))
  expect(JSON.stringify(message)).not.toContain('Shortened')
  expect(checkActivity(message)).toEqual([])
})

describe('any card with hostile words', () => {
  it('stays within what Teams takes, and has nothing alive that we did not make', () => {
    fc.assert(
      fc.property(anyCard, fc.constantFrom('message' as const, 'dialog' as const), (any, where) => {
        const message = renderMessage(any)
        expect(checkActivity(message)).toEqual([])
        expect(JSON.stringify(message).length).toBeLessThanOrEqual(30_000)
        const drawn = renderCard(any, where)
        expect(liveIn(drawn)).toEqual([])
        expect(liveInText(String(message.summary))).toEqual([])
      }),
      { numRuns: 100 },
    )
  })
})
