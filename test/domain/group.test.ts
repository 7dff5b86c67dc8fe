/** What is written down of a group, and what the audit channels read about it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '../../src/domain/cards/card.ts'
import { drawGroupChange } from '../../src/domain/cards/group-card.ts'
import { compareGroup, evolveGroup, type GroupUses, namedReferences, usesOf } from '../../src/domain/group.ts'
import type { Reference } from '../../src/domain/people.ts'
import type { Policy } from '../../src/domain/policy.ts'

const ref = 'chat:S1'
const seen = (members: readonly string[]) => {
  const event = compareGroup(null, { ref, members, at: 1 })
  if (event === null) throw new Error('a first look always says something')
  return evolveGroup(null, event)
}

describe('a look at a group', () => {
  it('says who is in it, the first time, also when nobody is', () => {
    expect(compareGroup(null, { ref, members: ['chat:b', 'chat:a', 'chat:b'], at: 1 })).toEqual({
      type: 'group seen',
      at: 1,
      ref,
      members: ['chat:a', 'chat:b'],
    })
    expect(seen([]).members).toEqual([])
  })

  it('says who came and who went, and nothing where nothing changed, in whatever order', () => {
    const group = seen(['chat:a', 'chat:b', 'chat:c'])
    expect(compareGroup(group, { ref, members: ['chat:c', 'chat:d', 'chat:b'], at: 2 })).toEqual({
      type: 'group changed',
      at: 2,
      ref,
      added: ['chat:d'],
      removed: ['chat:a'],
    })
    expect(compareGroup(group, { ref, members: ['chat:c', 'chat:a', 'chat:b'], at: 2 })).toBeNull()
  })

  it('folds to what was seen, over any series of looks', () => {
    const looks = fc.array(fc.array(fc.constantFrom('chat:a', 'chat:b', 'chat:c', 'chat:d')), {
      minLength: 1,
    })
    fc.assert(
      fc.property(looks, (series) => {
        let group: ReturnType<typeof seen> | null = null
        for (const [i, members] of series.entries()) {
          const event = compareGroup(group, { ref, members, at: i })
          if (event !== null) group = evolveGroup(group, event)
          expect(group?.members).toEqual([...new Set(members)].sort())
        }
      }),
    )
  })

  it('is never folded in an order that cannot be', () => {
    const event = { type: 'group seen', at: 1, ref, members: [] } as const
    expect(() => evolveGroup(seen([]), event)).toThrow('twice')
    expect(() => evolveGroup(null, { type: 'group changed', at: 1, ref, added: [], removed: [] })).toThrow(
      'before',
    )
  })
})

const native = (id: string): Reference => ({ ref: 'native', system: 'chat', id })
const word = (name: string): Reference => ({ ref: 'group', name })
const policy = (name: string, requesters: Reference[], approvers: Reference[]) =>
  ({ name, requesters, approvers }) as unknown as Policy
const rules = {
  policies: [
    policy('reading', [{ ref: 'everyone' }], [word('dbas')]),
    policy('writing', [native('S1')], [native('S2')]),
    policy('other', [native('S3')], []),
  ],
  operators: [native('S2'), { ref: 'email', email: 'a@b.test' } as const],
  groups: new Map([
    ['dbas', [word('all'), native('U1')]],
    ['all', [native('S1')]],
  ]),
}

describe('where a group gives rights', () => {
  it('is read from policies and operators, words unfolded, each once', () => {
    expect(namedReferences(rules)).toEqual(['chat:S1', 'chat:U1', 'chat:S2', 'chat:S3'])
    expect(usesOf('chat:S1', rules)).toEqual({ policies: ['reading', 'writing'], operators: false })
    expect(usesOf('chat:S2', rules)).toEqual({ policies: ['writing'], operators: true })
    expect(usesOf('chat:S9', rules)).toEqual({ policies: [], operators: false })
  })
})

const wordsOf = (spans: readonly Span[]): string =>
  spans.map((span) => ('text' in span ? span.text : 'person' in span ? `@${span.person.name}` : '?')).join('')
const changed = (added: string[], removed: string[]) =>
  ({ type: 'group changed', at: 1, ref, added, removed }) as const
const many = (count: number) => Array.from({ length: count }, (_, i) => `p${i + 1}`)

describe('the line about it', () => {
  it.each<[string[], string[], GroupUses, string]>([
    [
      ['x'],
      ['y'],
      { policies: ['reading'], operators: false },
      'The group chat:S1 changed: added @x, removed @y. It is used by the policy “reading”.',
    ],
    [
      ['x', 'z'],
      [],
      { policies: ['reading', 'writing'], operators: true },
      'The group chat:S1 changed: added @x, @z. It is used by the policies “reading”, “writing” and by the operators.',
    ],
    [
      [],
      ['y'],
      { policies: [], operators: true },
      'The group chat:S1 changed: removed @y. It is used by the operators.',
    ],
    [
      [],
      ['y'],
      { policies: [], operators: false },
      'The group chat:S1 changed: removed @y. Nothing uses it any more.',
    ],
  ])('%o, %o, %o', (added, removed, uses, says) => {
    expect(wordsOf(drawGroupChange(changed(added, removed), uses).summary)).toBe(says)
  })

  it('counts what is too long to be read', () => {
    const uses = { policies: many(11), operators: false }
    const says = wordsOf(drawGroupChange(changed(many(22), many(10)), uses).summary)
    expect(says).toContain('@p9, @p10 and 12 more, removed @p1')
    expect(says).toContain('@p10. It is used by')
    expect(says).toContain('“p10” and 1 more.')
  })
})
