import { describe, expect, it } from 'vitest'
import { type Card, person, plain } from '../../src/domain/cards/card.ts'
import { drawLine, drawLines, linesThatFit } from '../../src/domain/cards/thread-lines.ts'
import { beginDelivery, type Delivery, messageKey, nextLines } from '../../src/domain/delivery.ts'
import { LINES_MAX, REASON_MAX } from '../../src/domain/limits.ts'
import type { Place, RequestId } from '../../src/domain/model.ts'
import { ana, T0 } from './world.ts'

const ID = 'R-AAAAAA' as RequestId
const PLACE: Place = { chat: 'slack', kind: 'thread', to: 'C1' }
const line = (n: number, text = 'Something happened.'): Card =>
  drawLine(n, T0 + n, [person(ana), plain(` ${text}`)])
const lines = (count: number, text?: string): readonly Card[] =>
  Array.from({ length: count }, (_, i) => line(i + 1, text))
const told = (count: number, trying?: Delivery['trying']): Delivery => ({
  ...beginDelivery(ID, PLACE, T0),
  lines: count,
  ...(trying && { trying }),
})

describe('the lines that a thread is behind with', () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 1],
    [3, 1],
    [4, 4],
    [15, 15],
    [16, LINES_MAX],
    [400, LINES_MAX],
  ])('of %i, %i go into the next message', (behind, count) => {
    expect(linesThatFit(lines(behind))).toBe(count)
  })

  it('fewer of them when they are long, but always one', () => {
    expect(linesThatFit(lines(10, 'x'.repeat(REASON_MAX)))).toBe(2)
    expect(linesThatFit(lines(10, 'x'.repeat(5_000)))).toBe(1)
  })

  it('stand in one message as they would stand alone, oldest first', () => {
    const [first, second] = lines(2)
    const drawn = drawLines(lines(2))
    expect(drawn.title).toBe('')
    expect(drawn.parts).toEqual([...(first?.parts ?? []), ...(second?.parts ?? [])])
    expect(drawn.summary).toEqual([...(first?.summary ?? []), plain(' '), ...(second?.summary ?? [])])
    expect(drawLines(lines(1))).toEqual(line(1))
  })
})

describe('the next message of a thread', () => {
  const key = (from: number, to: number): string => messageKey(ID, 'slack:thread:C1', { from, to })

  it('has a name of its own for every range', () => {
    expect([key(3, 3), key(3, 7)]).toEqual([`${ID}/slack:thread:C1/3`, `${ID}/slack:thread:C1/3-7`])
  })

  it('goes on after what was told', () => {
    expect(nextLines(told(2), 1)).toEqual({ from: 3, to: 3 })
    expect(nextLines(told(2), 5)).toEqual({ from: 3, to: 7 })
  })

  it.each<[string, Delivery['trying'], number]>([
    ['several lines', { key: key(3, 6), since: T0, upTo: 6 }, 6],
    ['one line', { key: key(3, 3), since: T0, upTo: 3 }, 3],
    ['one line, as version 0.1.0 wrote it down', { key: key(3, 3), since: T0 }, 3],
  ])('is the very same when %s may stand there already, however many came since', (_, trying, to) => {
    expect(nextLines(told(2, trying), 9)).toEqual({ from: 3, to })
  })

  it('has nothing to do with what was tried before that', () => {
    expect(nextLines(told(2, { key: key(1, 2), since: T0, upTo: 2 }), 4)).toEqual({ from: 3, to: 6 })
  })
})
