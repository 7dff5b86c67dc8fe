/** What an operator reads about mistakes in what is given to whom: targets, policies, conditions. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the config
import { describe } from 'vitest'
import { testEach } from './example.ts'

describe('targets', () => {
  testEach([
    [
      '    kind: vault',
      '    kind: valt',
      [
        'curfew.yaml:15: `targets.orders-db.kind`: Curfew knows no target of this kind. Did you mean `vault`?',
      ],
    ],
    [
      '    kind: vault\n',
      '',
      ['curfew.yaml:14: `targets.orders-db.kind`: Is missing. Add `kind:` here, one of: vault.'],
    ],
    [
      'orders_writer',
      'orders_reader',
      [
        'curfew.yaml:20: `targets.orders-db.roles.writer`: Gives the very same access as `orders-db/readonly`. Keep one of the two, or let them differ.',
      ],
    ],
    [
      '  orders-db:',
      '  orders/db:',
      [
        'curfew.yaml:10: `people[0].accounts.orders-db`: There is no target “orders-db”. Did you mean `orders/db`?',
        'curfew.yaml:14: `targets.orders/db`: “orders/db” cannot name a target. Use letters, digits, `-`, `_` and `.`, at most 63 of them.',
        'curfew.yaml:24: `policies[0].entitlements[0]`: “*/writer” matches no role of any target. Known here: orders/db/readonly, orders/db/writer.',
        'curfew.yaml:27: `policies[1].entitlements[0]`: “orders-db/readonly” matches no role of any target. Did you mean `orders/db/readonly`?',
        'curfew.yaml:32: `policies[2].entitlements[0]`: “orders-db/*” matches no role of any target. Known here: orders/db/readonly, orders/db/writer.',
      ],
    ],
    [
      '      readonly:',
      '      "read only":',
      [
        'curfew.yaml:19: `targets.orders-db.roles.read only`: “read only” cannot name a role. Use letters, digits, `-`, `_` and `.`, at most 63 of them.',
        'curfew.yaml:27: `policies[1].entitlements[0]`: “orders-db/readonly” matches no role of any target. Did you mean `orders-db/read only`?',
      ],
    ],
    [
      'emailDomains: [Acme.test]\n',
      '',
      [
        'curfew.yaml:6: `groups.seniors[0]`: “cy@acme.test” can never match: its domain is not in `emailDomains`. Add acme.test there, or link the address to a chat under `people:`.',
        'curfew.yaml:7: `groups.dbas[0]`: “bob@acme.test” can never match: its domain is not in `emailDomains`. Add acme.test there, or link the address to a chat under `people:`.',
        'curfew.yaml:16: `targets.orders-db.account`: This template works for nobody: `emailDomains` is empty. List the domains whose addresses may become accounts.',
        'curfew.yaml:33: `policies[2].approvers[0]`: “bob@acme.test” can never match: its domain is not in `emailDomains`. Add acme.test there, or link the address to a chat under `people:`.',
        'curfew.yaml:33: `policies[2].approvers[1]`: “cy@acme.test” can never match: its domain is not in `emailDomains`. Add acme.test there, or link the address to a chat under `people:`.',
      ],
    ],
    [
      'policies:',
      '  copy:\n    kind: vault\n    url: ${ORDERS_DB_URL}\n    roles: { reader: { memberOf: orders_reader } }\npolicies:',
      [
        'curfew.yaml:24: `targets.copy.roles.reader`: Gives the very same access as `orders-db/readonly`. Keep one of the two, or let them differ.',
      ],
    ],
  ])
})

describe('policies', () => {
  testEach([
    [
      '    quorum: 2',
      '    quorum: 4',
      [
        'curfew.yaml:35: `policies[2].quorum`: 4 approvals are needed and 3 can approve. Name more approvers, or lower it.',
      ],
    ],
    [
      'maxDuration: 30m',
      'maxDuration: 0h',
      ['curfew.yaml:36: `policies[2].maxDuration`: “0h” is no time at all. Say `45m`, `2h30m` or `1d`.'],
    ],
    [
      'maxDuration: 30m',
      'maxDuration: 30',
      ['curfew.yaml:36: `policies[2].maxDuration`: “30” is not a duration. Say `45m`, `2h30m` or `1d`.'],
    ],
    [
      'maxDuration: 30m',
      'defaultDuration: 9h',
      [
        'curfew.yaml:36: `policies[2].defaultDuration`: Is longer than the most, 8 h. Lower it, or raise `maxDuration`.',
      ],
    ],
    [
      'name: office hours, automatic',
      'name: orders-db/*',
      ['curfew.yaml:32: `policies[2]`: Two policies have the name “orders-db/*”. Give each its own `name:`.'],
    ],
    [
      '[orders-db/*]',
      '[orders-db/reader]',
      [
        'curfew.yaml:32: `policies[2].entitlements[0]`: “orders-db/reader” matches no role of any target. Known here: orders-db/readonly, orders-db/writer.',
      ],
    ],
    [
      '[orders-db/*]',
      '[orders-db]',
      [
        'curfew.yaml:32: `policies[2].entitlements[0]`: “orders-db” is no entitlement. Write it as `target/role`; `*` stands for any part.',
      ],
    ],
    [
      '[orders-db/*]',
      '[]',
      ['curfew.yaml:32: `policies[2].entitlements`: Should not be empty. Name at least one.'],
    ],
    [
      '    requesters: [everyone]\n',
      '',
      [
        'curfew.yaml:32: `policies[2].requesters`: Is missing. Name who may ask; `[everyone]` is everybody but guests.',
      ],
    ],
    [
      '    approvers: [bob@acme.test, cy@acme.test, ext@other.test]\n',
      '',
      [
        'curfew.yaml:32: `policies[2].approvers`: Nobody could approve. Name somebody, or write `quorum: 0` to need nobody.',
      ],
    ],
    [
      'approvers: [bob@acme.test, cy@acme.test, ext@other.test]',
      'approvers: []',
      [
        'curfew.yaml:34: `policies[2].approvers`: Nobody could approve. Name somebody, or write `quorum: 0` to need nobody.',
      ],
    ],
    [
      'approvers: [bob@acme.test, cy@acme.test, ext@other.test]',
      'approvers: [seniors]',
      [
        'curfew.yaml:35: `policies[2].quorum`: 2 approvals are needed and 1 can approve. Name more approvers, or lower it.',
      ],
    ],
    [
      'approvers: [bob@acme.test, cy@acme.test, ext@other.test]',
      'approvers: [bob@acme.test, Bob@acme.test]',
      [
        'curfew.yaml:35: `policies[2].quorum`: 2 approvals are needed and 1 can approve. Name more approvers, or lower it.',
      ],
    ],
    [
      '    channels: [pub:C0DBAS0000, "bar:19:abc@thread.tacv2"]\n',
      '',
      [
        'curfew.yaml:32: `policies[2].channels`: No approver would see the request. Name the channel its card is posted to.',
      ],
    ],
    [
      'effect: deny',
      'effect: deny\n    approvers: [bob@acme.test]\n    quorum: 1',
      [
        'curfew.yaml:24: `policies[0].approvers`: Means nothing in a policy that only refuses. Remove it, or write `effect: allow`.',
        'curfew.yaml:25: `policies[0].quorum`: Means nothing in a policy that only refuses. Remove it, or write `effect: allow`.',
      ],
    ],
    [
      'policies:',
      'include: [nothing/*.yaml]\npolicies:',
      [
        'curfew.yaml:21: `include[0]`: No file matches. Write it relative to this file, `*` in the last part.',
      ],
    ],
  ])
})

describe('break-glass', () => {
  const automatic = '    require: [{ ticket: "INC-\\\\d+" }]\n    quorum: 0\n'
  testEach([
    [
      '    quorum: 2\n',
      '    quorum: 2\n    review: [dbas]\n',
      [
        'curfew.yaml:36: `policies[2].review`: Only what is given at once is reviewed afterwards. Write `quorum: 0`, or remove `review`: approvers look at it beforehand.',
      ],
    ],
    [
      automatic,
      `${automatic}    review: [dbaz]\n    reason: { minLength: 0 }\n`,
      [
        'curfew.yaml:26: `policies[1].channels`: Nobody would hear of it. Name the channel in which it is announced.',
        'curfew.yaml:32: `policies[1].review[0]`: “dbaz” is not in `groups`. Did you mean `dbas`?',
        'curfew.yaml:33: `policies[1].reason`: Nobody could review what has no reason. Raise `minLength` to 1 or more.',
      ],
    ],
    [
      automatic,
      `${automatic}    maxUnreviewed: 0\n`,
      ['curfew.yaml:32: `policies[1].maxUnreviewed`: Should be at least 1. Make it larger.'],
    ],
    [
      automatic,
      `${automatic}    maxUnreviewed: 2\n`,
      [
        'curfew.yaml:32: `policies[1].maxUnreviewed`: Nothing is reviewed. Name who signs: `review: [ana@acme.test]`.',
      ],
    ],
    [
      'effect: deny',
      'effect: deny\n    review: [dbas]',
      [
        'curfew.yaml:24: `policies[0].review`: Means nothing in a policy that only refuses. Remove it, or write `effect: allow`.',
      ],
    ],
  ])
})

describe('conditions', () => {
  testEach([
    [
      'window: { days',
      'widow: { days',
      ['curfew.yaml:29: `policies[1].when[0].widow`: Curfew knows no such condition. Did you mean `window`?'],
    ],
    [
      'days: Mon-Fri',
      'days: Mon-Fry',
      [
        'curfew.yaml:29: `policies[1].when[0].window`: “Mon-Fry” is not a day. Write `Mon-Fri` or `Sat, Sun`.',
      ],
    ],
    [
      'timezone: Europe/Berlin } }]\n    require',
      'timezone: Berlin } }]\n    require',
      [
        'curfew.yaml:29: `policies[1].when[0].window`: “Berlin” is not a time zone. Write an IANA name, such as Europe/Berlin.',
      ],
    ],
    [
      'ticket: "INC-',
      'ticket: "(INC-',
      [
        'curfew.yaml:30: `policies[1].require[0].ticket`: This is not a pattern that can be used. Write a regular expression without look-around and back-references, such as "INC-\\\\d+".',
      ],
    ],
    [
      '[{ ticket: "INC-\\\\d+" }]',
      '[{ ticket: "INC-\\\\d+", window: {} }]',
      [
        'curfew.yaml:30: `policies[1].require[0]`: Should hold one condition. Write each condition as its own item of the list.',
      ],
    ],
  ])
})
