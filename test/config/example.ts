/** A good config with every setting, invented plug-ins to read it with, and a way to break one line of it. */
import { expect, test } from 'vitest'
import { z } from 'zod'
import { ticket } from '../../src/conditions/ticket.ts'
import { window } from '../../src/conditions/window.ts'
import type { Kinds } from '../../src/config/kinds.ts'
import { showProblem } from '../../src/config/problem.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Condition } from '../../src/domain/condition.ts'
import type { ChatKind, DirectoryKind, TargetKind, TargetSettings } from '../../src/ports.ts'

export const KEY = `${'k'.repeat(16)}0123456789abcdef`
export const DB_URL = 'vault://bot:hunter2hunter2@db.acme.test:5432/orders'

const settings = z.strictObject({
  kind: z.literal('vault'),
  url: z.url({ protocol: /^vault$/ }),
  account: z.string().optional(),
  roles: z.record(
    z.string(),
    z.strictObject({ memberOf: z.string(), actions: z.array(z.string()).optional() }),
  ),
})

const notHere = (): never => {
  throw new Error('config connects nothing')
}

const vault: TargetKind<z.infer<typeof settings>> = {
  kind: 'vault',
  settings,
  seatHints: ({ url, roles }) =>
    Object.fromEntries(
      Object.entries(roles).map(([role, { memberOf }]) => [role, `${new URL(url).host}/${memberOf}`]),
    ),
  connect: notHere,
}

const chat = (kind: string, variable: string): ChatKind => ({
  kind,
  fromEnv: (env) =>
    env[variable] === undefined
      ? undefined
      : env[variable] === ''
        ? { missing: [variable] }
        : { settings: { token: env[variable] } },
  connect: notHere,
})

const forms = { U: 'person', S: 'group', C: 'channel' } as const
const directory: DirectoryKind = {
  kind: 'pub',
  fromEnv: chat('pub', 'PUB_TOKEN').fromEnv,
  classify: (id) => (/^[USC][A-Z0-9]{9}$/.test(id) ? forms[id.charAt(0) as keyof typeof forms] : undefined),
  connect: notHere,
}

export const kinds: Kinds = {
  targets: [vault as unknown as TargetKind<TargetSettings>],
  chats: [chat('pub', 'PUB_TOKEN'), chat('bar', 'BAR_TOKEN')],
  directories: [directory],
  conditions: [window, ticket] as unknown as readonly Condition[],
}

export const env = {
  REDIS_URL: 'redis://:sesamesesame@127.0.0.1:6379',
  CURFEW_KEY: KEY,
  PUB_TOKEN: 'xoxb-very-secret',
  BAR_TOKEN: 'bar-very-secret',
  ORDERS_DB_URL: DB_URL,
}

/** Line 1 is `operators`. */
export const EXAMPLE = `operators: [ana@acme.test, dbas]
emailDomains: [Acme.test]
audit: { channels: [pub:C0AUDIT000] }
durability: platform
groups:
  engineers: [pub:S0ENG00000, seniors]
  seniors: [cy@acme.test]
  dbas: [bob@acme.test, pub:S0DBA00000]
people:
  - { email: Ana@acme.test, pub: U0ANA00000, bar: 6f0e2c1a-0000, accounts: { orders-db: ana } }
  - { email: ext@other.test, pub: U0EXT00000 }
defaults: { quorum: 1, defaultDuration: 1h, maxDuration: 8h, lapseAfter: 4h, provisionWithin: 15m, reason: { minLength: 5 } }
targets:
  orders-db:
    kind: vault
    url: \${ORDERS_DB_URL}
    account: "{email.local}"
    roles:
      readonly: { memberOf: orders_reader }
      writer: { memberOf: orders_writer }
policies:
  - name: nobody writes in the freeze
    effect: deny
    entitlements: ["*/writer"]
    when: [{ window: { from: 2026-12-20, to: 2027-01-03, timezone: Europe/Berlin } }]
  - name: office hours, automatic
    entitlements: [orders-db/readonly]
    requesters: [engineers]
    when: [{ window: { days: Mon-Fri, from: "09:00", to: "17:00", timezone: Europe/Berlin } }]
    require: [{ ticket: "INC-\\\\d+" }]
    quorum: 0
  - entitlements: [orders-db/*]
    requesters: [everyone]
    approvers: [bob@acme.test, cy@acme.test, ext@other.test]
    quorum: 2
    maxDuration: 30m
    provisionWithin: 5m
    channels: [pub:C0DBAS0000, "bar:19:abc@thread.tacv2"]
`

export const read = (text: string, more: Partial<Parameters<typeof readConfig>[0]> = {}) =>
  readConfig({ text, path: 'curfew.yaml', env, kinds, ...more })

/** Problems as the operator reads them, one per line. */
export const complaints = (text: string, more: Partial<Parameters<typeof readConfig>[0]> = {}): string[] => {
  const result = read(text, more)
  return result.ok ? [] : result.problems.map(showProblem)
}

/** The example with one piece of text replaced; fails when the piece is not there. */
export const edit = (from: string, to: string, text = EXAMPLE): string => {
  if (!text.includes(from)) throw new Error(`the example does not say ${from}`)
  return text.replace(from, () => to)
}

/** One edit of the example, and all that is then said. */
export type Case = readonly [from: string, to: string, says: readonly string[]]

export const testEach = (cases: readonly Case[]) =>
  test.each(cases)('%j -> %j', (from, to, says) => {
    expect(says).not.toEqual([])
    expect(complaints(edit(from, to))).toEqual(says)
  })

/** The example with every setting there is; only `include`, which needs files, and a mirror's other place are missing. */
export const FULL_EXAMPLE = [
  [
    'durability: platform\n',
    'durability: platform\nheartbeat: https://beat.acme.test/ping\nkeep: 30d\nmirror: { database: { url: postgres://db.acme.test/audit, table: audit.journal } }\n',
  ],
  ['provisionWithin: 15m, ', 'provisionWithin: 15m, warnBefore: 10m, maxExtensions: 3, '],
  ['memberOf: orders_reader }', 'memberOf: orders_reader, actions: [read] }'],
  ['    quorum: 2\n', '    quorum: 2\n    defaultDuration: 20m\n    lapseAfter: 1h\n    warnBefore: 5m\n'],
  ['    maxDuration: 30m\n', '    maxDuration: 30m\n    maxExtensions: 0\n    reason: { minLength: 9 }\n'],
  [
    '    quorum: 0\n',
    '    quorum: 0\n    review: [dbas]\n    maxUnreviewed: 2\n    channels: [pub:C0DBAS0000]\n',
  ],
  ['ticket: "INC-\\\\d+"', 'ticket: { pattern: "INC-\\\\d+" }'],
]
  .reduce((text, [from = '', to = '']) => edit(from, to, text), EXAMPLE)
  .concat('digests: [{ channel: pub:C0DBAS0000, at: "09:00", timezone: Europe/Berlin }]\n')
