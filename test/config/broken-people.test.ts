/** What an operator reads about mistakes in who is meant: operators, audit, groups, people. */
import { describe } from 'vitest'
import { testEach } from './example.ts'

describe('operators', () => {
  testEach([
    [
      'operators: [ana@acme.test, dbas]\n',
      '',
      ['curfew.yaml:1: `operators`: Is missing. Name those who run Curfew: `operators: [ana@acme.test]`.'],
    ],
    [
      'operators: [ana@acme.test, dbas]',
      'operators: []',
      ['curfew.yaml:1: `operators`: Should not be empty. Name at least one.'],
    ],
    [
      'operators: [ana@acme.test, dbas]',
      'operators: [ana@evil.test]',
      [
        'curfew.yaml:1: `operators[0]`: “ana@evil.test” can never match: its domain is not in `emailDomains`. Add evil.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'operators: [ana@acme.test, dbas]',
      'operators: [dba, "@ana", pub:X1, pub:C0AUDIT000, slak:U1, pab:U1]',
      [
        'curfew.yaml:1: `operators[0]`: “dba” is not in `groups`. Did you mean `dbas`?',
        'curfew.yaml:1: `operators[1]`: “@ana” is a name, and names can change hands. Write its id, as `system:id`.',
        'curfew.yaml:1: `operators[2]`: “X1” is no id of pub. Copy the id of a person or a group from there.',
        'curfew.yaml:1: `operators[3]`: “pub:C0AUDIT000” is a channel, not somebody. Write the id of a person or a group.',
        'curfew.yaml:1: `operators[4]`: Curfew knows no system “slak”. Known here: bar, host, pub.',
        'curfew.yaml:1: `operators[5]`: Curfew knows no system “pab”. Did you mean `pub`?',
      ],
    ],
    [
      'operators: [ana@acme.test, dbas]',
      'operators: [everyone]',
      ['curfew.yaml:1: `operators`: Not everyone can be an operator. Name those who run Curfew.'],
    ],
  ])
})

describe('the audit', () => {
  testEach([
    [
      'audit: { channels: [pub:C0AUDIT000] }',
      '',
      [
        'curfew.yaml:1: `audit`: Is missing. Name a channel: `audit: { channels: [chat:id] }`. Every request has its thread there.',
      ],
    ],
    [
      'audit: { channels: [pub:C0AUDIT000] }',
      'audit: {}',
      ['curfew.yaml:3: `audit.channels`: Is missing. Add `channels:` here.'],
    ],
    [
      'audit: { channels: [pub:C0AUDIT000] }',
      'audit: { channels: [] }',
      ['curfew.yaml:3: `audit.channels`: Should not be empty. Name at least one.'],
    ],
    [
      'audit: { channels: [pub:C0AUDIT000] }',
      'audit: { channels: ["#audit", pub:U0ANA00000, zap:C1] }',
      [
        'curfew.yaml:3: `audit.channels[0]`: “#audit” is no channel. Write `chat:id`. Chats: pub, bar.',
        "curfew.yaml:3: `audit.channels[1]`: “pub:U0ANA00000” is no channel. Copy the channel's id from pub.",
        'curfew.yaml:3: `audit.channels[2]`: “zap:C1” is no channel. Write `chat:id`. Chats: pub, bar.',
      ],
    ],
  ])
})

describe('groups', () => {
  testEach([
    [
      'seniors: [cy@acme.test]',
      'seniors: [engineers]',
      [
        'curfew.yaml:6: `groups.engineers`: The group “engineers” contains itself. Take one of the groups out of the other.',
      ],
    ],
    [
      'seniors: [cy@acme.test]',
      'everyone: [cy@acme.test]',
      [
        'curfew.yaml:6: `groups.engineers[1]`: “seniors” is not in `groups`. Known here: dbas, engineers, everyone.',
        'curfew.yaml:7: `groups.everyone`: “everyone” cannot name a group. Use letters, digits, - and _.',
      ],
    ],
    [
      'seniors]',
      'senoirs]',
      ['curfew.yaml:6: `groups.engineers[1]`: “senoirs” is not in `groups`. Did you mean `seniors`?'],
    ],
  ])
})

describe('people', () => {
  testEach([
    [
      'pub: U0EXT00000 }',
      'pub: U0EXT00000, host: "ext user" }',
      ["curfew.yaml:11: `people[1].host`: “ext user” is no person of host. Copy the person's id from there."],
    ],
    [
      'people:\n',
      'people:\n  - { email: cy@acme.test, host: ana }\n  - { email: bob@acme.test, host: ana }\n',
      [
        'curfew.yaml:11: `people[1].host`: This identity belongs to cy@acme.test already. One identity belongs to one person: remove one of the two.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ANA@acme.test, pub: U0EXT00000',
      [
        'curfew.yaml:11: `people[1].email`: This address belongs to ana@acme.test already. One identity belongs to one person: remove one of the two.',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext@acme.test, pub: U0ANA00000',
      [
        'curfew.yaml:11: `people[1].pub`: This identity belongs to ana@acme.test already. One identity belongs to one person: remove one of the two.',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext@acme.test, accounts: { orders-db: ana }',
      [
        'curfew.yaml:11: `people[1].accounts.orders-db`: The account “ana” of orders-db belongs to ana@acme.test already. One identity belongs to one person: remove one of the two.',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext@acme.test, accounts: { order-db: ana }',
      [
        'curfew.yaml:11: `people[1].accounts.order-db`: There is no target “order-db”. Did you mean `orders-db`?',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext@acme.test, pub: S0ENG00000',
      [
        "curfew.yaml:11: `people[1].pub`: “S0ENG00000” is no person of pub. Copy the person's id from there.",
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'email: ext',
      [
        'curfew.yaml:11: `people[1].email`: This is no e-mail address. Write it like ana@acme.test.',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'email: ext@other.test, pub: U0EXT00000',
      'pub: U0EXT00000',
      [
        'curfew.yaml:11: `people[1].email`: Is missing. Add `email:` here.',
        'curfew.yaml:34: `policies[2].approvers[2]`: “ext@other.test” can never match: its domain is not in `emailDomains`. Add other.test there, or link the address to a chat under `people:`.',
      ],
    ],
  ])
})
