import type { types } from '@slack/bolt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LIMITS, type Message, renderCard } from '../../src/chats/slack/render-card.ts'
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
import { drawLine, drawLines, linesThatFit } from '../../src/domain/cards/thread-lines.ts'
import type { RequestId } from '../../src/domain/model.ts'
import { checkContent } from '../../src/sandbox/slack/validate-blocks.ts'
import { anyCard } from './any-card.ts'

const id = 'R-7K3QX9' as RequestId
const card = (...parts: Part[]): Card => ({ title: 'Waiting', summary: [plain('Ana asks')], parts })
const text = (...spans: Span[]): Part => ({ part: 'text', spans })
const only = (part: Part) => renderCard(card(part)).blocks.slice(1)

/** Every mrkdwn string of a message: the places where Slack looks for markup. */
const mrkdwnOf = (message: Message): string[] => {
  const found = [message.text]
  JSON.stringify(message.blocks, (_, value) => {
    if (value?.type === 'mrkdwn') found.push(value.text)
    return value
  })
  return found
}

describe('a card in Slack', () => {
  it('has a heading, its parts in order, and a text for notifications', () => {
    const message = renderCard({
      title: 'Waiting for approval',
      summary: [
        person({ via: 'slack:U0ANA00000', name: 'Ana' }),
        plain(' asks for '),
        code('orders-db/readonly'),
      ],
      parts: [
        text(person({ via: 'slack:U0ANA00000', name: 'Ana' }), plain(' asks')),
        { part: 'fields', fields: [{ label: 'Account', spans: [code('ana_b')] }] },
        { part: 'quote', text: 'INC-42' },
        { part: 'note', spans: [plain('Policy: dbas')] },
        { part: 'divider' },
        { part: 'buttons', buttons: [{ verb: 'approve', request: id, label: 'Approve', style: 'primary' }] },
      ],
    })
    expect(message.text).toBe('<@U0ANA00000> asks for `orders-db/readonly`')
    expect(message.blocks).toEqual([
      { type: 'header', text: { type: 'plain_text', text: 'Waiting for approval', emoji: false } },
      { type: 'section', text: { type: 'mrkdwn', text: '<@U0ANA00000> asks', verbatim: true } },
      { type: 'section', fields: [{ type: 'mrkdwn', text: '*Account*\n`ana_b`', verbatim: true }] },
      { type: 'section', text: { type: 'plain_text', text: '“INC-42”', emoji: false } },
      { type: 'context', elements: [{ type: 'plain_text', text: 'Policy: dbas', emoji: false }] },
      { type: 'divider' },
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'curfew:approve',
            value: id,
            text: { type: 'plain_text', text: 'Approve', emoji: false },
            style: 'primary',
          },
        ],
      },
    ])
  })

  it('shows a moment in each reader’s zone, with UTC where Slack cannot', () => {
    const at = Date.UTC(2026, 10, 23, 14, 5, 9, 700)
    expect(only(text(time(at), plain(' '), time(at, 'time')))).toMatchObject([
      {
        text: {
          text: '<!date^1795442709^{date_short_pretty} {time}|2026-11-23 14:05 UTC> <!date^1795442709^{time}|14:05 UTC>',
        },
      },
    ])
    expect(only(text(time(Number.NaN)))).toMatchObject([{ text: { text: 'unknown time' } }])
  })

  it('names a person of another chat instead of mentioning them', () => {
    const spans = [person({ via: 'teams:6f0e', name: 'Cy <!channel>' }), bold('!')]
    expect(only(text(...spans))).toMatchObject([{ text: { text: 'Cy &lt;!channel&gt;*!*' } }])
    const forged = person({ via: 'slack:U1> <!channel', name: 'Mallory' })
    expect(only(text(forged))).toMatchObject([{ text: { text: 'Mallory' } }])
  })

  it.each([
    ['*x*', '∗x∗'],
    ['_x_', 'ˍxˍ'],
    ['~x~', '∼x∼'],
    ['`x`', 'ˋxˋ'],
    ['```x```', 'ˋˋˋxˋˋˋ'],
    ['orders_reader', 'orders_reader'],
    ['<!channel>', '&lt;!channel&gt;'],
    ['<@U1>', '&lt;@U1&gt;'],
    ['<https://evil.test|https://acme.test>', '&lt;https://evil.test|https://acme.test&gt;'],
    ['&lt;!here&gt;', '&amp;lt;!here&amp;gt;'],
    ['\n > said Ana', '\n › said Ana'],
    [':white_check_mark: approved', '∶white_check_mark: approved'],
    ['\u202Edenied\u202C', 'denied'],
    ['a\u0000b\u0007c\u001B[31m', 'abc[31m'],
    ['\u200Bx\uFEFF\u2060', 'x'],
    ['\uD800x', 'x'],
  ])('neutralises %j beside markup', (typed, shown) => {
    expect(only(text(bold('B'), plain(` ${typed}`)))).toMatchObject([{ text: { text: `*B* ${shown}` } }])
  })

  it('shows typed words exactly, where Slack reads no markup, and on one line', () => {
    const typed = '*x* <!channel> <@U1> `y` _z_\n\n*Approved by* Ana \u202Eevil'
    expect(only({ part: 'quote', text: typed })).toEqual([
      {
        type: 'section',
        text: {
          type: 'plain_text',
          text: '“*x* <!channel> <@U1> `y` _z_ *Approved by* Ana evil”',
          emoji: false,
        },
      },
    ])
  })

  it('cuts long words between graphemes and says so', () => {
    const family = '👩‍👩‍👧‍👦'
    const [block] = only({ part: 'quote', text: family.repeat(1_000) })
    const shown = (block as { text: { text: string } }).text.text
    expect(shown.length).toBeLessThanOrEqual(LIMITS.quote)
    expect(shown).toBe(`“${family.repeat(Math.floor((LIMITS.quote - 2) / family.length))}…`)
  })

  it('never sends an empty text', () => {
    const empty = renderCard({
      title: ' ',
      summary: [],
      parts: [text(), text(plain('\u200B')), text(bold(''))],
    })
    expect(empty.text).toBe('–')
    expect(empty.blocks.map((block) => 'text' in block && block.text?.text)).toEqual(['–', '–', '–', '–'])
  })

  it('repeats no action id within a block', () => {
    const back = (label: string) => ({ verb: 'give-back', request: id, label }) as const
    const rows = only({ part: 'buttons', buttons: [back('a'), back('b'), { ...back('c'), verb: 'revoke' }] })
    expect(rows.map((row) => 'elements' in row && row.elements.length)).toEqual([1, 2])
  })

  it('keeps heading and buttons of a card that is too long, and says that it was shortened', () => {
    const much = Array.from({ length: 60 }, () => text(plain('x'.repeat(2_999))))
    const button: Part = { part: 'buttons', buttons: [{ verb: 'deny', request: id, label: 'Deny' }] }
    const { blocks } = renderCard(card(...much, button))
    expect(blocks.map((block) => block.type)).toEqual([
      'header',
      'section',
      'section',
      'section',
      'actions',
      'context',
    ])
    expect(JSON.stringify(blocks.at(-1))).toContain('Shortened')
  })

  it.each([1, 30, 80, 130, 400])('holds all lines of a thread that are told at once, %i long', (length) => {
    const who = person({ via: `slack:${'U'.repeat(20)}`, name: 'N'.repeat(80) })
    // What is longest when it is escaped.
    const line = (n: number) => drawLine(n, Date.now(), [who, plain('&'.repeat(length)), time(Date.now())])
    const lines = Array.from({ length: 40 }, (_, i) => line(i + 1))
    const message = renderCard(drawLines(lines.slice(0, linesThatFit(lines))))
    expect(JSON.stringify(message.blocks)).not.toContain('Shortened')
    expect(message.blocks.length).toBeGreaterThan(2)
    checkContent({ text: message.text, blocks: JSON.stringify(message.blocks) })
  })
})

const within = (value: string | undefined, max: number): void => {
  expect(value?.length).toBeGreaterThan(0)
  expect(value?.length).toBeLessThanOrEqual(max)
}

const checkSection = (section: types.SectionBlock): void => {
  if (section.text) within(section.text.text, 3_000)
  else expect(section.fields?.length).toBeGreaterThan(0)
  expect(section.fields?.length ?? 0).toBeLessThanOrEqual(10)
  for (const field of section.fields ?? []) within(field.text, 2_000)
}

const checkButton = (element: types.ActionsBlockElement): void => {
  if (element.type !== 'button') throw new Error('only buttons are drawn')
  within(element.text.text, 75)
  within(element.value, 2_000)
  if (!element.confirm) return
  within(element.confirm.title?.text, 100)
  within(element.confirm.text?.text, 300)
  within(element.confirm.confirm?.text, 30)
  within(element.confirm.deny?.text, 30)
}

const checkBlock = (block: Message['blocks'][number]): void => {
  if (block.type === 'header') within(block.text.text, 150)
  if (block.type === 'section') checkSection(block)
  if (block.type === 'context')
    for (const element of block.elements) within((element as { text: string }).text, 3_000)
  if (block.type !== 'actions') return
  expect(block.elements.length).toBeLessThanOrEqual(25)
  expect(new Set(block.elements.map((one) => one.action_id)).size).toBe(block.elements.length)
  block.elements.forEach(checkButton)
}

describe('any card with hostile words', () => {
  it('stays within every limit of Block Kit', () => {
    fc.assert(
      fc.property(anyCard, (any) => {
        const message = renderCard(any)
        within(message.text, 4_000)
        expect(message.blocks.length).toBeLessThanOrEqual(50)
        expect(JSON.stringify(message.blocks).length).toBeLessThanOrEqual(13_000)
        for (const block of message.blocks) checkBlock(block)
        expect(() =>
          checkContent({ text: message.text, blocks: JSON.stringify(message.blocks) }),
        ).not.toThrow()
      }),
      { numRuns: 100 },
    )
  })

  it('has no live mention, link or markup that we did not make', () => {
    fc.assert(
      fc.property(anyCard, (any) => {
        for (const written of mrkdwnOf(renderCard(any))) {
          const ours = written
            .replace(/<@U0ANA>|<#[CG][A-Z0-9]+>|<!date\^-?\d+\^[^<>|]*\|[^<>|]* UTC>/g, '')
            .replace(/\*[^*\n]*\*|`[^`\n]*`/g, '')
          expect(ours).not.toMatch(/[<>*~`\u202A-\u202E\u2066-\u2069]|(?<![A-Za-z0-9])_|\p{Cs}/u)
          expect(ours).not.toMatch(/(?!\n)\p{Cc}/u)
        }
      }),
      { numRuns: 100 },
    )
  })
})
