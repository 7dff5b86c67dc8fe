/** The chain of marks: whatever is changed, left out, put in or swapped is found, and where. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonical, digestText, firstBroken, type Link, markOf } from '../../src/domain/entry.ts'
import type { Mark } from '../../src/domain/model.ts'

type Marked = Link & { readonly mark: Mark }
const KEY = 'k'.repeat(32)

const chainOf = (record: Link['record'], length: number, key = KEY): readonly Marked[] => {
  const chain: Marked[] = []
  for (let v = 1; v <= length; v++) {
    const link: Link = {
      record,
      v,
      at: 1_764_000_000_000 + v,
      event: { type: 'stepped', n: v, by: { name: 'Ana' } },
    }
    chain.push({ ...link, mark: markOf(key, chain.at(-1)?.mark ?? null, link) })
  }
  return chain
}

const chain = chainOf('r:R-AAAAAA', 6)
const brokenAt = (links: readonly Marked[], key = KEY): number | undefined =>
  firstBroken(key, 'r:R-AAAAAA', links)?.v
const put = (i: number, link: Marked): readonly Marked[] => chain.map((one, at) => (at === i ? link : one))

describe('a chain of marks', () => {
  it('is whole as it was written, from its beginning', () => {
    for (let length = 0; length <= chain.length; length++)
      expect(brokenAt(chain.slice(0, length))).toBeUndefined()
  })

  it('shows every character that was changed, at its entry', () => {
    for (const [i, link] of chain.entries()) {
      const text = JSON.stringify(link)
      for (let at = 0; at < text.length; at++) {
        const changed = `${text.slice(0, at)}${text[at] === '7' ? '8' : '7'}${text.slice(at + 1)}`
        const forged = parsed(changed)
        if (forged === undefined || canonical(forged) === canonical(link)) continue
        expect(firstBroken(KEY, link.record, put(i, forged)), `${i}: ${changed}`).toBeDefined()
      }
    }
  })

  it('shows what was left out, put in twice, or swapped', () => {
    for (let i = 0; i < chain.length - 1; i++) {
      expect(brokenAt(chain.filter((_, at) => at !== i))).toBe(i + 2)
      expect(brokenAt([...chain.slice(0, i + 1), ...chain.slice(i)])).toBe(i + 1)
      const [one, other] = [chain[i], chain[i + 1]] as [Marked, Marked]
      expect(brokenAt(chain.map((link, at) => (at === i ? other : at === i + 1 ? one : link)))).toBe(i + 2)
    }
  })

  it('shows an entry of another record, and one that was sealed with another key', () => {
    const other = chainOf('r:R-BBBBBB', 6)
    const forged = chainOf('r:R-AAAAAA', 6, 'x'.repeat(32))
    for (let i = 0; i < chain.length; i++) {
      expect(firstBroken(KEY, 'r:R-AAAAAA', put(i, other[i] as Marked))).toBe(other[i])
      expect(brokenAt(put(i, forged[i] as Marked))).toBe(i + 1)
    }
    expect(brokenAt(chain, 'x'.repeat(32))).toBe(1)
  })
})

const parsed = (text: string): Marked | undefined => {
  try {
    const link = JSON.parse(text) as Partial<Marked>
    return 'record' in link && 'event' in link ? (link as Marked) : undefined
  } catch {
    return undefined
  }
}

describe('canonical text', () => {
  it('is the same for equal content, whatever the order of keys, and reads back', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonical(value)
        expect(canonical(reversed(value))).toBe(text)
        expect(canonical(JSON.parse(text))).toBe(text)
      }),
    )
  })

  it('differs for different content', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const same =
          JSON.stringify(JSON.parse(canonical(one))) === JSON.stringify(JSON.parse(canonical(other)))
        expect(canonical(one) === canonical(other)).toBe(same)
      }),
    )
  })

  it.each([
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [undefined],
    [() => 1],
    [[undefined]],
  ])('refuses %s', (value) => {
    expect(() => canonical(value)).toThrow('not JSON')
  })

  it('leaves out what is not there', () => {
    expect(canonical({ b: undefined, a: 1 })).toBe('{"a":1}')
  })
})

const reversed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, reversed(field)]),
  )
}

it('a digest says nothing of its text without the salt', () => {
  expect(digestText('salt', 'INC-42')).toBe(digestText('salt', 'INC-42'))
  expect(digestText('salt', 'INC-42')).not.toBe(digestText('other', 'INC-42'))
  expect(digestText('salt', 'INC-42')).not.toBe(digestText('salt', 'INC-43'))
})
