/** `curfew check` and `curfew schema`, as a pull request or an editor has them run: with nothing in the environment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { run as check } from '../../src/cli/check.ts'
import { run as schema } from '../../src/cli/schema.ts'
import { runHere } from '../fixtures/run-here.ts'

const CONFIG = `operators: [ana@acme.test]
emailDomains: [acme.test]
audit: { channels: ["slack:C0AUDIT000"] }
targets:
  orders-db:
    kind: postgres
    url: \${ORDERS_DB_URL}
    account: "{email.local}"
    roles: { readonly: { memberOf: orders_reader } }
policies:
  - entitlements: [orders-db/readonly]
    requesters: [everyone]
    approvers: [bob@acme.test]
    channels: ["slack:C0DBAS0000"]
`
const ENV = {
  REDIS_URL: 'redis://:sesamesesame@127.0.0.1:6379',
  CURFEW_KEY: 'k'.repeat(40),
  SLACK_BOT_TOKEN: 'xoxb-very-secret',
  SLACK_APP_TOKEN: 'xapp-very-secret',
  ORDERS_DB_URL: 'postgresql://curfew_bot:hunter2hunter2@db.acme.test/orders',
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curfew-check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const run = (text: string, args: readonly string[] = [], env: Record<string, string> = {}) => {
  const file = join(folder, 'curfew.yaml')
  writeFileSync(file, text)
  return runHere(check, ['--config', file, ...args], { env })
}

describe('with nothing in the environment', () => {
  test('a good file is fine, and what it will need is named', async () => {
    expect(await run(CONFIG)).toEqual({
      code: 0,
      err: '',
      out:
        'The config is fine: 1 target, 1 policy.\n' +
        'To start it needs what is not set here: REDIS_URL, CURFEW_KEY, SLACK_BOT_TOKEN, SLACK_APP_TOKEN, ORDERS_DB_URL.\n',
    })
  })

  test('a target whose secrets are missing is checked all the same', async () => {
    const broken = CONFIG.replace('memberOf: orders_reader', 'memberOf: curfew_orders')
    const { code, err } = await run(broken.replace(/url: .*/, `url: postgresql://bot:$\{PW}@db/orders`))
    expect(code).toBe(1)
    expect(err).toMatch(
      /curfew\.yaml:9: `targets\.orders-db\.roles\.readonly\.memberOf`: .*\n\n1 problem\.\n$/,
    )
  })

  test('every problem is told, with line and help', async () => {
    const broken = CONFIG.replace('memberOf', 'memberof')
      .replace('everyone', 'engineers')
      .replace('C0DBAS0000', 'dbas')
    const { code, err } = await run(broken)
    expect(code).toBe(1)
    expect(err.match(/curfew\.yaml:\d+: `[^`]+`: .+\. .+\n/g)).toHaveLength(4)
    expect(err).toMatch(/\n\n4 problems\.\n$/)
  })

  test('--env wants what is needed to start', async () => {
    const { code, err } = await run(CONFIG, ['--env'])
    expect(code).toBe(1)
    for (const name of ['REDIS_URL', 'CURFEW_KEY', 'ORDERS_DB_URL', 'chat']) expect(err).toContain(name)
    expect(await run(CONFIG, ['--env'], ENV)).toMatchObject({ code: 0, err: '' })
  })
})

test('--print shows what it comes to, the same with and without secrets, and is a config itself', async () => {
  const bare = await run(CONFIG, ['--print'])
  const full = await run(CONFIG, ['--print'], ENV)
  expect(bare).toMatchObject({ code: 0, err: '' })
  expect(full).toEqual(bare)
  expect(parse(bare.out)).toMatchObject({
    targets: { 'orders-db': { url: `$\{ORDERS_DB_URL}`, handlePrefix: 'curfew_' } },
    policies: [{ name: 'orders-db/readonly', quorum: 1, maxDuration: '8h' }],
  })
  expect(await run(bare.out, ['--print'])).toEqual(bare)
})

test('schema is JSON, and knows the kinds of this build', async () => {
  const { code, out } = await runHere(schema, [])
  expect(code).toBe(0)
  expect(JSON.parse(out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
  expect(out).toContain('"const": "postgres"')
})
