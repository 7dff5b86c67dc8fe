/** `curfew doctor`: one line for each thing that is to do, a sum, and an exit code, beside a real Redis and a local Slack. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run as doctor } from '../../src/cli/doctor.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runHere } from '../fixtures/run-here.ts'

let folder: string
let slack: LocalSlack
let redis: TestRedis
let env: Record<string, string>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'curfew-doctor-'))
  slack = await startLocalSlack({ socketMode: true })
  redis = await startRedis()
  for (const name of ['ana', 'bob']) slack.addUser({ name })
  slack.addUser({ name: 'gone', deleted: true })
  slack.addUser({ name: 'guest', is_restricted: true })
  slack.addChannel({ name: 'audit' })
  slack.addGroup({ handle: 'empty' })
  slack.addGroup({ handle: 'engineers', users: ['ana'] })
  env = {
    REDIS_URL: redis.url,
    CURFEW_KEY: 'k'.repeat(40),
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    ORDERS_DB_URL: 'postgresql://curfew_bot:hunter2hunter2@127.0.0.1:1/orders',
  }
})
afterAll(async () => {
  await slack?.stop()
  await redis?.stop()
  rmSync(folder, { recursive: true })
})

const group = (handle: string) => `slack:${slack.findGroup(handle)?.id}`
const person = (name: string) => `slack:${slack.user(name).id}`

const run = (approvers: readonly string[], args: readonly string[] = [], more = env) => {
  const file = join(folder, 'curfew.yaml')
  writeFileSync(
    file,
    `operators: [ana@acme.test]
emailDomains: [acme.test]
audit: { channels: ["slack:${slack.channel('audit').id}"] }
people: [{ email: ext@other.test, slack: U0EXT00000 }]
targets:
  orders-db: { kind: postgres, url: "$\{ORDERS_DB_URL}", roles: { readonly: { memberOf: orders_reader } } }
policies:
  - entitlements: [orders-db/readonly]
    requesters: [${JSON.stringify(group('engineers'))}]
    approvers: ${JSON.stringify(approvers)}
    channels: ["slack:${slack.channel('audit').id}"]
`,
  )
  return runHere(doctor, ['--config', file, ...args], { env: more })
}

const DOWN = 'target orders-db: The server cannot be reached. Check its address, and that it runs.'

test('what is well is fine, what is not has its line, and the sum is said', async () => {
  const { code, out } = await run(['bob@acme.test', 'ext@other.test'])
  expect(out.split('\n')).toEqual([
    'redis: fine',
    DOWN,
    'chat slack: fine',
    'people: fine',
    '',
    '1 thing to do.',
    '',
  ])
  expect(code).toBe(1)
})

test('people and groups that lead nowhere are named', async () => {
  const named = [
    'bobby@acme.test',
    person('gone'),
    person('guest'),
    group('empty'),
    'slack:U0NOBODY00',
    'slack:S0NOBODY00',
  ]
  const { code, out } = await run([...named, 'bob@acme.test'])
  expect(
    out
      .split('\n')
      .filter((line) => line.startsWith('people: '))
      .sort(),
  ).toEqual(
    [
      'people: Nobody has the address bobby@acme.test: is it written right? Else link it under `people:`.',
      `people: ${person('gone')} counts for nothing (deactivated): name somebody else.`,
      `people: ${person('guest')} counts for nothing (guest): name somebody else.`,
      `people: The group ${group('empty')} has nobody in it: fill it, or name another one.`,
      'people: slack:U0NOBODY00 is nobody: copy the id again.',
      'people: Slack has no user group S0NOBODY00: check the id.',
    ].sort(),
  )
  expect(out).toMatch(/\n7 things to do\.\n$/)
  expect(code).toBe(1)
})

test('what cannot even begin is 2, with the same sum', async () => {
  const { CURFEW_KEY: _, ...rest } = env
  const { code, out, err } = await run(['bob@acme.test'], [], { ...rest, ORDERS_DB_URL: '' })
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^environment: CURFEW_KEY .*\n.*ORDERS_DB_URL.*\n2 things to do\.\n$/)
})

test('a target that nobody knows is 2, with those that are known', async () => {
  const { code, err } = await run(['bob@acme.test'], ['--setup', 'order-db'])
  expect([code, err]).toEqual([2, 'There is no target “order-db”. Known: orders-db\n'])
})

test('no secret is said', async () => {
  const { out, err } = await run(['bob@acme.test'], ['--setup', 'orders-db'])
  expect(out + err).not.toMatch(/hunter2|xoxb|kkkk/)
})
