/** The small company of the sandbox: who is there, where they talk, and the config that Curfew runs with. Data only. */
import type { LocalSlack } from './slack/local-slack.ts'

export interface Colleague {
  readonly name: string
  readonly real: string
  /** What they are here for, for the person who picks somebody to be. */
  readonly job: string
  readonly tz: string
  readonly guest?: true
}

export const COLLEAGUES: readonly Colleague[] = [
  { name: 'ana', real: 'Ana Ruiz', job: 'Engineer: asks for access', tz: 'Europe/Berlin' },
  { name: 'bob', real: 'Bob Okafor', job: 'DBA: approves', tz: 'Europe/London' },
  { name: 'cy', real: 'Cy Tanaka', job: 'DBA: approves', tz: 'Asia/Tokyo' },
  { name: 'dana', real: 'Dana Levi', job: 'Operator: runs Curfew', tz: 'Europe/Berlin' },
  { name: 'gil', real: 'Gil Moreau', job: 'Guest: may ask for nothing', tz: 'Europe/Paris', guest: true },
]

/** Who has a login in the orders database. */
export const WITH_LOGIN = ['ana', 'bob', 'cy', 'dana']

const CHANNELS = [
  { id: 'C0GENERAL0', name: 'general', members: COLLEAGUES.map(({ name }) => name) },
  { id: 'C0DBAS0000', name: 'dbas', members: ['bob', 'cy', 'dana'] },
  { id: 'C0AUDIT000', name: 'audit', members: ['ana', 'bob', 'cy', 'dana'] },
  { id: 'C0OPS00000', name: 'ops', members: ['dana', 'bob'] },
  { id: 'C0RANDOM00', name: 'random', members: ['ana', 'bob', 'cy'], bot: false },
]

/** The same people, groups, channels and ids at every start. */
export const furnishCompany = (slack: LocalSlack): void => {
  for (const { name, real, tz, guest = false } of COLLEAGUES)
    slack.addUser({ name, real_name: real, tz, is_restricted: guest })
  slack.addGroup({ handle: 'engineers', name: 'Engineers', id: 'S0ENG00000', users: ['ana', 'bob', 'cy'] })
  slack.addGroup({ handle: 'dba', name: 'DBAs', id: 'S0DBA00000', users: ['bob', 'cy'] })
  for (const channel of CHANNELS) slack.addChannel(channel)
}

/** `curfew.yaml` of the sandbox: also what a newcomer reads and takes home. */
export const COMPANY_CONFIG = `\
# The sandbox runs on this very file. Take it home, and put your own references in it:
# /jit id @person #channel @group prints them, ready to paste.
operators: [dana@acme.test]              # may end any grant; approve nothing by that
emailDomains: [acme.test]                # whose addresses may become accounts
audit: { channels: [slack:C0AUDIT000] }  # each request has one thread here
groups:
  engineers: [slack:S0ENG00000]          # the user group @engineers
  dbas: [slack:S0DBA00000]               # @dba
digests:
  - { channel: slack:C0OPS00000, at: "09:00", timezone: Europe/Berlin }

targets:
  orders-db:
    kind: postgres
    url: \${ORDERS_DB_URL}
    account: "{email.local}"             # who a person is there: ana@acme.test is ana
    roles:
      readonly: { memberOf: orders_reader, actions: [read all orders] }
      writer: { memberOf: orders_writer, actions: [read, change and delete orders] }

policies:
  - name: reading orders
    entitlements: [orders-db/readonly]
    requesters: [engineers]
    approvers: [dbas]                    # one of them is enough
    channels: [slack:C0DBAS0000]         # #dbas, where the card with the buttons goes
    defaultDuration: 10m
    maxDuration: 8h

  - name: changing orders
    entitlements: [orders-db/writer]
    requesters: [engineers]
    approvers: [dbas, dana@acme.test]
    channels: [slack:C0DBAS0000]
    quorum: 2                            # two different people
    defaultDuration: 5m
    maxDuration: 1h
    require: [{ ticket: "INC-\\\\d+" }]     # the form asks for it
`
