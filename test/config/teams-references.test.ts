/** What an operator may write about Microsoft Teams, and what `check` says to what is not quite it. */
import { expect, it } from 'vitest'
import { jsonSchema } from '../../src/config/json-schema.ts'
import { showProblem } from '../../src/config/problem.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { registry } from '../../src/registry.ts'

const ANA = '6f0e2c1a-0000-4000-8000-000000000001'
const FORMS =
  'In teams a person is the object id in Entra, in lower case (6f0e2c1a-…), a team team/19:…@thread.tacv2, a group of Entra group/6f0e2c1a-…, and a channel 19:…@thread.tacv2.'

const CONFIG = `
operators: [ana@acme.test, teams:${ANA}]
emailDomains: [acme.test]
audit: { channels: [slack:C0AUDIT000, teams:19:audit@thread.tacv2] }
groups:
  dbas: [teams:team/19:dbas@thread.tacv2, slack:S0DBA00000]
people:
  - { email: ana@acme.test, slack: U0ANA00000, teams: ${ANA} }
targets:
  orders-db: { kind: postgres, url: postgresql://curfew_bot:pw@h:5432/orders, account: "{email.local}", roles: { readonly: { memberOf: orders_reader } } }
policies:
  - entitlements: [orders-db/readonly]
    requesters: [teams:group/${ANA}, slack:S0ENG00000]
    approvers: [dbas]
    channels: [slack:C0DBAS0000, teams:19:dbas@thread.tacv2]
digests: [{ channel: teams:19:ops@thread.tacv2, at: "09:00", timezone: Europe/Berlin }]
`
/** With both chats set up. */
const env = {
  REDIS_URL: 'redis://h:6379',
  CURFEW_KEY: '0123456789abcdef0123456789abcdef',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret',
  MicrosoftAppId: ANA,
  MicrosoftAppPassword: 'hunter2hunter2',
  MicrosoftAppTenantId: ANA,
}
const problems = (text: string, more: Readonly<Record<string, string>> = env): readonly string[] => {
  const read = readConfig({ text, env: more, kinds: registry })
  return read.ok ? [] : read.problems.map(showProblem)
}

it('people, teams, groups of Entra and channels, beside those of Slack', () => {
  const read = readConfig({ text: CONFIG, env, kinds: registry })
  expect(read.ok ? [] : read.problems.map(showProblem)).toEqual([])
  if (!read.ok) return
  expect(read.config.chats.map(({ kind }) => kind)).toEqual(['slack', 'teams'])
  expect(read.config.directories.map(({ kind }) => kind)).toEqual(['slack', 'teams'])
  expect(read.config.secrets).toContain('hunter2hunter2')
  expect(read.config.policies[0]?.channels).toEqual(['slack:C0DBAS0000', 'teams:19:dbas@thread.tacv2'])
})

it.each([
  [
    `operators: [ana@acme.test, teams:${ANA}]`,
    `operators: [teams:${ANA.toUpperCase()}]`,
    `is no id of teams. ${FORMS}`,
  ],
  [
    `operators: [ana@acme.test, teams:${ANA}]`,
    'operators: [teams:19:dbas@thread.tacv2]',
    'is a channel, not somebody.',
  ],
  ['teams:19:audit@thread.tacv2', 'teams:team/19:audit@thread.tacv2', `is no channel. ${FORMS}`],
  [`teams: ${ANA}`, 'teams: ana', `“ana” is no person of teams. ${FORMS}`],
  [`teams: ${ANA}`, 'team: x', 'Unknown setting. Did you mean `teams`?'],
])('%s as %s is explained', (from, to, says) => {
  expect(CONFIG).toContain(from)
  expect(problems(CONFIG.replace(from, to)).join('\n')).toContain(says)
})

it('where Teams is not set up, what names it says so', () => {
  const { MicrosoftAppId: _, MicrosoftAppPassword: __, MicrosoftAppTenantId: ___, ...slackOnly } = env
  expect(problems(CONFIG, slackOnly).join('\n')).toContain('“teams” is not set up.')
})

it.each([
  ['MicrosoftAppId', ''],
  ['MicrosoftAppId', 'not-an-id'],
  ['MicrosoftAppPassword', ''],
  ['MicrosoftAppType', 'SingelTenant'],
])('a start without a good %s (%j) is refused', (name, value) => {
  expect(problems(CONFIG, { ...env, [name]: value }).join('\n')).toContain(name)
})

it('editors know the ids of people in both chats', () => {
  const text = JSON.stringify(jsonSchema(registry))
  for (const chat of ['slack', 'teams']) expect(text).toContain(`Their id in ${chat}.`)
})
