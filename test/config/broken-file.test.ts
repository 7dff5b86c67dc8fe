/** What an operator reads about a file that is no config, and about keys and types: file, line, sentence, help. */
import { describe, expect, test } from 'vitest'
import { complaints, read, testEach } from './example.ts'

describe('the text', () => {
  testEach([
    [
      'groups:\n',
      'groups:\n	- x\n',
      ['curfew.yaml:6: This line is indented with a tab. Indent with spaces: YAML allows no tabs.'],
    ],
    [
      'durability: platform',
      'durability: [platform',
      [
        'curfew.yaml:5: This is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]. An indentation or a quotation mark is the usual cause.',
      ],
    ],
    [
      'durability: platform',
      'durability: platform\ndurability: platform',
      ['curfew.yaml:5: This setting stands here twice. Remove one of the two.'],
    ],
  ])
})

describe('a file that is no config', () => {
  const EMPTY = 'curfew.yaml:1: This file holds no settings. Write `name: value` lines, as in the README.'
  const DEEP = 'curfew.yaml:1: This file is too deeply nested. Write it flatter, with fewer anchors.'
  const bomb = Array.from({ length: 9 }, (_, i) => {
    const before = Array.from({ length: 9 }, () => (i === 0 ? 'x' : `*a${i - 1}`)).join(', ')
    return `a${i}: &a${i} [${before}]`
  }).join('\n')

  test.each([
    ['', EMPTY],
    ['- a', EMPTY],
    ['text', EMPTY],
    ['# only a comment', EMPTY],
    ['a: &a [*a]', DEEP],
    [bomb, DEEP],
    [`a: ${'['.repeat(40)}${']'.repeat(40)}`, DEEP],
    ['a: 1\n---\nb: 2', 'curfew.yaml:2: A second document begins here. Remove one of the two.'],
    [
      `a: ${'y'.repeat(1_000_000)}`,
      'curfew.yaml:1: This file has more than 1000000 characters. Move policies into files under `include:`.',
    ],
  ])('%.30j', (text, says) => expect(complaints(text)).toEqual([says]))

  test('nested without end', () =>
    expect(complaints(`a: ${'['.repeat(400_000)}`)).toEqual([
      'curfew.yaml:1: This file is too deeply nested. Write it flatter.',
    ]))

  test('that is not there', () =>
    expect(read('', { path: '/nowhere/curfew.yaml', text: undefined as never })).toEqual({
      ok: false,
      problems: [
        {
          file: '/nowhere/curfew.yaml',
          message: 'This file cannot be read.',
          hint: 'Is the path right, and readable for Curfew?',
        },
      ],
    }))
})

describe('keys and types', () => {
  testEach([
    [
      'durability: platform',
      'durability: yes',
      ['curfew.yaml:4: `durability`: Should be platform. Known here: platform.'],
    ],
    [
      'durability: platform',
      'durabilty: platform',
      ['curfew.yaml:4: `durabilty`: Unknown setting. Did you mean `durability`?'],
    ],
    [
      'durability: platform',
      'quotas: []',
      [
        'curfew.yaml:4: `quotas`: Unknown setting. Known here: audit, defaults, digests, durability, emailDomains, groups, heartbeat, include, keep, mirror, operators, people, policies, targets.',
      ],
    ],
    [
      '    quorum: 2',
      '    qourum: 2',
      ['curfew.yaml:35: `policies[2].qourum`: Unknown setting. Did you mean `quorum`?'],
    ],
    [
      '    quorum: 2',
      '    quorum: two',
      ['curfew.yaml:35: `policies[2].quorum`: Should be a number. Write a number, without quotes.'],
    ],
    [
      '    quorum: 2',
      '    quorum: -1',
      ['curfew.yaml:35: `policies[2].quorum`: Should be at least 0. Make it larger.'],
    ],
    [
      '    quorum: 2',
      '    quorum: 1.5',
      [
        'curfew.yaml:35: `policies[2].quorum`: Should be a whole number. Write a whole number, without quotes.',
      ],
    ],
    [
      '    quorum: 2',
      '    quorum: 400',
      ['curfew.yaml:35: `policies[2].quorum`: Should be at most 20. Make it smaller.'],
    ],
    [
      'minLength: 5',
      'minLenght: 5',
      [
        'curfew.yaml:12: `defaults.reason.minLength`: Is missing. Add `minLength:` here.',
        'curfew.yaml:12: `defaults.reason.minLenght`: Unknown setting. Did you mean `minLength`?',
      ],
    ],
    [
      'maxDuration: 30m',
      'maxDuration: [30m]',
      ['curfew.yaml:36: `policies[2].maxDuration`: Should be text. Put it in quotes.'],
    ],
    [
      'operators: [ana@acme.test, dbas]',
      'operators: ana@acme.test',
      ['curfew.yaml:1: `operators`: Should be a list. Write it as a list: [one, another].'],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext@acme.test, pab: U1',
      [
        'curfew.yaml:11: `people[1].pab`: Unknown setting. Did you mean `pub`?',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      '    kind: vault',
      '    knid: vault\n    kind: vault',
      ['curfew.yaml:15: `targets.orders-db.knid`: Unknown setting. Did you mean `kind`?'],
    ],
    [
      '[orders-db/*]',
      'orders-db/*',
      ['curfew.yaml:32: `policies[2].entitlements`: Should be a list. Write it as a list: [one, another].'],
    ],
    [
      'effect: deny',
      'effect: dney',
      ['curfew.yaml:23: `policies[0].effect`: Should be allow or deny. Did you mean `deny`?'],
    ],
    [
      'days: Mon-Fri',
      'day: Mon-Fri',
      ['curfew.yaml:29: `policies[1].when[0].window.day`: Unknown setting. Did you mean `days`?'],
    ],
    [
      'ticket: "INC-\\\\d+"',
      'ticket: 5',
      ['curfew.yaml:30: `policies[1].require[0].ticket`: Should be text. Put it in quotes.'],
    ],
    [
      '[{ ticket: "INC-\\\\d+" }]',
      '[ticket]',
      [
        'curfew.yaml:30: `policies[1].require[0]`: Should be a block of settings. Write `name: value` lines below it, further in.',
      ],
    ],
  ])
})
