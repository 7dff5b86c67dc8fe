/** Who somebody is, what they belong to, and which account is theirs: stated and verified, never guessed. */
import { describe, expect, it } from 'vitest'
import { mayHave } from '../../src/domain/account.ts'
import { accountFor } from '../../src/domain/account-for.ts'
import { belongs, type Groups, identify, nativeReferences, refOf } from '../../src/domain/belongs.ts'
import type { Account, AccountOwner } from '../../src/domain/model.ts'
import type { DirectoryFacts, PersonEntry, Reference } from '../../src/domain/people.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type { TargetRules } from '../../src/domain/rules.ts'

const facts = (over: Partial<DirectoryFacts> = {}): DirectoryFacts => ({
  ref: 'slack:U1',
  identity: 'slack:T1/U1',
  name: 'Ana',
  email: 'ana@acme.test',
  ...over,
})
const entry = (over: Partial<PersonEntry> = {}): PersonEntry => ({
  email: 'ana@acme.test',
  chats: { slack: 'U1' },
  accounts: {},
  ...over,
})
const OURS = ['acme.test']

describe('a person', () => {
  it.each<[string, DirectoryFacts, readonly PersonEntry[], { id: string; email?: string }]>([
    ['is their address where it is ours', facts(), [], { id: 'slack:T1/U1', email: 'ana@acme.test' }],
    [
      'case does not matter',
      facts({ email: 'Ana@ACME.test' }),
      [],
      { id: 'slack:T1/U1', email: 'ana@acme.test' },
    ],
    ['has no address of another domain', facts({ email: 'ana@other.test' }), [], { id: 'slack:T1/U1' }],
    ['nor of a domain that ends like ours', facts({ email: 'ana@evilacme.test' }), [], { id: 'slack:T1/U1' }],
    ['nor of one below ours', facts({ email: 'ana@sub.acme.test' }), [], { id: 'slack:T1/U1' }],
    ['nor one with two signs', facts({ email: 'ana@acme.test@other.test' }), [], { id: 'slack:T1/U1' }],
    [
      'is who an operator stated',
      facts({ email: 'a@other.test' }),
      [entry()],
      { id: 'ana@acme.test', email: 'ana@acme.test' },
    ],
    [
      'has no address that is stated for another',
      facts(),
      [entry({ chats: { slack: 'U2' } })],
      { id: 'slack:T1/U1' },
    ],
    [
      'keeps it where it is stated for another chat only',
      facts(),
      [entry({ chats: { teams: 'X' } })],
      { id: 'slack:T1/U1', email: 'ana@acme.test' },
    ],
    [
      'of the same id in another chat is not them',
      facts({ ref: 'teams:U1', email: 'x@other.test' }),
      [entry()],
      { id: 'slack:T1/U1' },
    ],
  ])('%s', (_, known, people, expected) => {
    const { id, email } = identify(known, people, OURS)
    expect({ id, ...(email === undefined ? {} : { email }) }).toEqual(expected)
  })

  it('is recorded with every address that may be used against them', () => {
    expect(refOf(identify(facts({ email: 'Ana@Other.test' }), [entry()], OURS))).toMatchObject({
      email: 'ana@acme.test',
      address: 'ana@other.test',
    })
    expect(refOf(identify(facts(), [], OURS))).not.toHaveProperty('address')
  })

  it('is recorded with who they are elsewhere, as it is stated', () => {
    const linked = entry({ chats: { slack: 'U1', desk: 'ana' } })
    expect(refOf(identify(facts(), [linked], OURS)).linked).toEqual(['desk:ana'])
    expect(refOf(identify(facts(), [entry()], OURS))).not.toHaveProperty('linked')
  })
})

describe('belonging', () => {
  const ana = identify(facts(), [], OURS)
  const groups: Groups = {
    named: new Map<string, Reference[]>([
      [
        'dbas',
        [
          { ref: 'native', system: 'slack', id: 'S1' },
          { ref: 'group', name: 'leads' },
        ],
      ],
      ['leads', [{ ref: 'email', email: 'ana@acme.test' }]],
      ['dark', [{ ref: 'native', system: 'slack', id: 'S2' }]],
    ]),
    members: new Map<string, ReadonlySet<string> | 'unknown'>([
      ['slack:S1', new Set(['slack:U2'])],
      ['slack:S2', 'unknown'],
    ]),
  }
  it.each<[string, readonly Reference[], boolean | 'unknown']>([
    ['to nobody', [], false],
    ['to everyone', [{ ref: 'everyone' }], true],
    ['by address', [{ ref: 'email', email: 'ana@acme.test' }], true],
    ['not by another address', [{ ref: 'email', email: 'bob@acme.test' }], false],
    ['by id', [{ ref: 'native', system: 'slack', id: 'U1' }], true],
    ['not by the same id elsewhere', [{ ref: 'native', system: 'teams', id: 'U1' }], false],
    ['not to a group without them', [{ ref: 'native', system: 'slack', id: 'S1' }], false],
    ['to a group within a group', [{ ref: 'group', name: 'dbas' }], true],
    ['to a group nobody named', [{ ref: 'group', name: 'ghosts' }], false],
    ['perhaps, where nobody answered', [{ ref: 'group', name: 'dark' }], 'unknown'],
    ['surely, where another reference says so', [{ ref: 'group', name: 'dark' }, { ref: 'everyone' }], true],
    ['to a group that was not looked up', [{ ref: 'native', system: 'slack', id: 'S9' }], false],
  ])('%s', (_, references, expected) => {
    expect(belongs(ana, references, groups)).toBe(expected)
  })

  it.each<[string, readonly Reference[], boolean]>([
    ['by an id that is linked', [{ ref: 'native', system: 'slack', id: 'U2' }], true],
    ['to a group of an id that is linked', [{ ref: 'group', name: 'dbas' }], true],
    ['by the id they act with', [{ ref: 'native', system: 'desk', id: 'bob' }], true],
    ['not by an id of nobody’s', [{ ref: 'native', system: 'slack', id: 'bob' }], false],
  ])('of who acts with another identity: %s', (_, references, expected) => {
    const linked = entry({ email: 'bob@acme.test', chats: { desk: 'bob', slack: 'U2' } })
    const bob = identify({ ref: 'desk:bob', identity: 'desk:bob', name: 'bob' }, [linked], OURS)
    expect(belongs(bob, references, groups)).toBe(expected)
    const unlinked = identify({ ref: 'desk:bob', identity: 'desk:bob', name: 'bob' }, [], OURS)
    expect(
      belongs(
        unlinked,
        references.filter((one) => !('system' in one) || one.system !== 'desk'),
        groups,
      ),
    ).toBe(false)
  })

  it('names what has to be looked up, through groups', () => {
    expect(nativeReferences([{ ref: 'group', name: 'dbas' }, { ref: 'everyone' }], groups.named)).toEqual([
      'slack:S1',
    ])
  })
})

describe('an account', () => {
  const rules = (account?: string): TargetRules => ({
    roles: new Map(),
    ...(account === undefined ? {} : { account }),
  })
  const accountOf = (
    template: string | undefined,
    known = facts(),
    people: readonly PersonEntry[] = [],
  ): string => {
    const found = accountFor(identify(known, people, OURS), 'orders-db', rules(template))
    return isRefusal(found) ? found.refused : found
  }
  it.each([
    ['from the address', '{email.local}', facts(), 'ana'],
    ['in lower case', '{email.local}', facts({ email: 'Ana.Maria@Acme.test' }), 'ana.maria'],
    ['the whole address', 'db-{email}', facts(), 'db-ana@acme.test'],
    [
      'not from an address that is not ours',
      '{email.local}',
      facts({ email: 'ana@other.test' }),
      'no-account',
    ],
    ['not without a template', undefined, facts(), 'no-account'],
    ['not from a field nobody knows', '{name}', facts(), 'no-account'],
  ])('%s', (_, template, known, expected) => {
    expect(accountOf(template, known)).toBe(expected)
  })

  it('is the one that an operator stated, whatever the template says', () => {
    expect(
      accountOf('{email.local}', facts(), [entry({ accounts: { 'orders-db': 'ana_admin' as Account } })]),
    ).toBe('ana_admin')
    expect(accountOf('{email.local}', facts(), [entry({ accounts: { other: 'x' as Account } })])).toBe('ana')
  })

  it('belongs to who had it first, also after an operator stated who they are', () => {
    const owner = { owner: 'slack:T1/U1' } as AccountOwner
    const stated = refOf(identify(facts(), [entry()], OURS))
    const other = refOf(identify(facts({ ref: 'slack:U2', identity: 'slack:T1/U2' }), [], OURS))
    expect([mayHave(null, other), mayHave(owner, stated), mayHave(owner, other)]).toEqual([true, true, false])
  })

  it.each<[string, string, PersonEntry[], boolean]>([
    [
      'where it is stated who they were there',
      'desk:ana',
      [entry({ chats: { desk: 'ana', slack: 'U1' } })],
      true,
    ],
    ['not where another is stated', 'desk:ana', [entry({ chats: { desk: 'ana', slack: 'U11' } })], false],
    ['not where nothing is stated', 'desk:ana', [], false],
    ['not by the same id in another chat', 'desk:U1', [], false],
  ])('is theirs from another chat as well: %s', (_, ref, people, expected) => {
    const owner = { owner: 'slack:T1/U1' } as AccountOwner
    const who = identify(facts({ ref, identity: ref }), people, OURS)
    expect(mayHave(owner, refOf(who))).toBe(expected)
  })
})
