import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { hashPolicy } from '../../src/config/hash-policy.ts'
import { DB_URL, EXAMPLE, edit, env, KEY, kinds, read } from './example.ts'

const HOUR = 3_600_000

const good = (text = EXAMPLE, more = {}): Config => {
  const result = read(text, more)
  if (!result.ok) throw new Error(JSON.stringify(result.problems, null, 2))
  return result.config
}

describe('a good file', () => {
  test('is read whole', () => {
    const { policies, groups, secrets, ...rest } = good()
    expect(rest).toEqual({
      redis: { host: '127.0.0.1', port: 6379, password: 'sesamesesame' },
      port: 3000,
      host: '0.0.0.0',
      logLevel: 'info',
      key: KEY,
      chats: [
        { kind: 'pub', settings: { token: env.PUB_TOKEN } },
        { kind: 'bar', settings: { token: env.BAR_TOKEN } },
      ],
      directories: [{ kind: 'pub', settings: { token: env.PUB_TOKEN } }],
      operators: [
        { ref: 'email', email: 'ana@acme.test' },
        { ref: 'group', name: 'dbas' },
      ],
      emailDomains: ['acme.test'],
      auditChannels: ['pub:C0AUDIT000'],
      digests: [],
      durability: 'platform',
      provisionWithinMs: HOUR / 4,
      keepMs: 90 * 24 * HOUR,
      people: [
        {
          email: 'ana@acme.test',
          chats: { pub: 'U0ANA00000', bar: '6f0e2c1a-0000' },
          accounts: { 'orders-db': 'ana' },
        },
        { email: 'ext@other.test', chats: { pub: 'U0EXT00000' }, accounts: {} },
      ],
      targets: {
        'orders-db': {
          kind: 'vault',
          settings: {
            kind: 'vault',
            url: DB_URL,
            account: '{email.local}',
            roles: { readonly: { memberOf: 'orders_reader' }, writer: { memberOf: 'orders_writer' } },
          },
        },
      },
    })
    expect([...groups.keys()]).toEqual(['engineers', 'seniors', 'dbas'])
    expect(secrets).toEqual(expect.arrayContaining([DB_URL, KEY, env.PUB_TOKEN, env.REDIS_URL]))
    expect(policies).toHaveLength(3)
  })

  test('gives policies with all defaults filled in', () => {
    const [deny, automatic, last] = good().policies
    expect(deny).toMatchObject({
      name: 'nobody writes in the freeze',
      effect: 'deny',
      requesters: [{ ref: 'everyone' }],
      quorum: 0,
    })
    expect(automatic).toMatchObject({
      effect: 'allow',
      quorum: 0,
      defaultMs: HOUR,
      maxMs: 8 * HOUR,
      lapseMs: 4 * HOUR,
      reasonMinLength: 5,
      when: [{ kind: 'window', params: { form: 'times', days: [1, 2, 3, 4, 5], from: 540, to: 1020 } }],
      require: [{ kind: 'ticket', params: { pattern: 'INC-\\d+' } }],
    })
    expect(automatic).not.toHaveProperty('provisionWithinMs')
    expect(last).toMatchObject({
      name: 'orders-db/*',
      quorum: 2,
      defaultMs: HOUR / 2,
      maxMs: HOUR / 2,
      provisionWithinMs: HOUR / 12,
      channels: ['pub:C0DBAS0000', 'bar:19:abc@thread.tacv2'],
    })
  })

  test('is frozen all the way down', () => {
    const config = good()
    expect(() => Object.assign(config.policies[0] as object, { quorum: 0 })).toThrow(TypeError)
    expect(() => Object.assign(config.targets['orders-db']?.settings.roles as object, { x: 1 })).toThrow(
      TypeError,
    )
  })

  test('has conditions that can be asked', () => {
    const [, automatic] = good().policies
    const ask = { now: Date.parse('2026-11-23T10:00:00Z'), reason: 'INC-42' } as never
    expect(automatic?.when[0]?.check(ask)).toEqual({ result: 'satisfied' })
    expect(automatic?.require[0]?.check({ ...(ask as object), reason: 'none' } as never).result).toBe(
      'unsatisfied',
    )
  })

  test('may be the smallest one', () => {
    const config = good(`operators: [ana@acme.test]
emailDomains: [acme.test]
audit: { channels: [pub:C0AUDIT000] }
targets:
  orders-db:
    kind: vault
    url: \${ORDERS_DB_URL}
    account: "{email.local}"
    roles:
      readonly: { memberOf: orders_reader }
policies:
  - entitlements: [orders-db/readonly]
    requesters: [pub:S0ENG00000]
    approvers: [bob@acme.test, cy@acme.test]
    channels: [pub:C0DBAS0000]
`)
    expect(config.policies[0]).toMatchObject({ quorum: 1, maxMs: 8 * HOUR })
    expect(config).not.toHaveProperty('durability')
  })

  test('takes the environment as it is set', () => {
    const more = { env: { ...env, PORT: '0', HOST: '127.0.0.1', LOG_LEVEL: 'DEBUG' } }
    expect(good(EXAMPLE, more)).toMatchObject({ port: 0, host: '127.0.0.1', logLevel: 'debug' })
  })
})

test('whoever is on the host can be named, and linked to an address of any domain', () => {
  const named = edit('approvers: [bob@acme.test', 'approvers: [host:ana, dev@else.test')
  const { people, policies } = good(
    named.replace('people:\n', 'people:\n  - { email: dev@else.test, host: dev }\n'),
  )
  expect(people[0]).toEqual({ email: 'dev@else.test', chats: { host: 'dev' }, accounts: {} })
  expect(policies[2]?.approvers[0]).toEqual({ ref: 'native', system: 'host', id: 'ana' })
})

describe('watching', () => {
  const OTLP = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }
  const JSON_OF = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json' }

  test.each([
    [{}, undefined],
    [OTLP, 'http/protobuf'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://collector/v1/traces', ...JSON_OF }, 'http/json'],
    [{ ...OTLP, OTEL_TRACES_EXPORTER: 'none' }, undefined],
  ])('by %j: traces go by %s', (more, traces) =>
    expect(good(EXAMPLE, { env: { ...env, ...more } }).traces).toBe(traces))

  test('hides the headers of the collector, and the address of the heartbeat wherever it comes from', () => {
    const URL = 'https://hc.test/ping/1-2-3'
    const headers = 'authorization=Bearer 123456'
    const written = edit('durability: platform', `heartbeat: ${URL}`)
    const config = good(written, { env: { ...env, ...OTLP, OTEL_EXPORTER_OTLP_HEADERS: headers } })
    expect(config.heartbeat).toBe(URL)
    expect(config.secrets).toEqual(expect.arrayContaining([URL, headers]))
  })
})

describe('break-glass', () => {
  const glass = edit('    quorum: 0\n', '    quorum: 0\n    review: [dbas]\n    channels: [pub:C0DBAS0000]\n')

  test('has reviewers and a limit, which are part of the policy and its hash', () => {
    const policy = good(glass).policies[1]
    expect(policy?.review).toEqual({ by: [{ ref: 'group', name: 'dbas' }], mostUnreviewed: 3 })
    const [more, others] = [
      edit('    review: [dbas]\n', '    review: [dbas]\n    maxUnreviewed: 4\n', glass),
      edit('    review: [dbas]\n', '    review: [seniors]\n', glass),
    ].map((text) => good(text).policies[1])
    expect(more?.review?.mostUnreviewed).toBe(4)
    expect(new Set([policy, more, others].map((one) => one?.hash)).size).toBe(3)
  })
})

describe('the hash of a policy', () => {
  const hashOf = (text: string) => good(text).policies[2]?.hash

  test('is the same for the same content', () => {
    const moved = edit('    quorum: 2\n    maxDuration: 30m\n', '    maxDuration: 1800s\n    quorum: 2\n')
    expect(hashOf(moved)).toBe(hashOf(EXAMPLE))
    expect(hashOf(EXAMPLE)).toMatch(/^[0-9a-f]{64}$/)
  })

  test.each([
    ['    quorum: 2', '    quorum: 1'],
    ['requesters: [everyone]', 'requesters: [engineers]'],
    ['cy@acme.test, ext@other.test', 'cy@acme.test'],
    ['maxDuration: 30m', 'maxDuration: 31m'],
    ['orders-db/*', 'orders-db/readonly'],
    ['pub:C0DBAS0000, ', ''],
    ['reason: { minLength: 5 }', 'reason: { minLength: 6 }'],
  ])('changes with %s', (from, to) => expect(hashOf(edit(from, to))).not.toBe(hashOf(EXAMPLE)))

  test('changes with the parameters of a condition', () => {
    const [, policy] = good().policies
    const [, other] = good(edit('INC-', 'CHG-')).policies
    expect(policy?.hash).not.toBe(other?.hash)
    const { hash, ...content } = policy ?? ({} as never)
    expect(hashPolicy(content)).toBe(hash)
  })
})

describe('without secrets', () => {
  const bare = { env: {}, kinds, secrets: 'optional' } as const

  test('a good file is good', () => expect(read(EXAMPLE, bare).ok).toBe(true))

  test('so is one whose heartbeat is not known', () =>
    expect(read(edit('durability: platform', `heartbeat: \${NOT_THERE}`), bare)).toMatchObject({ ok: true }))

  test('a bad one is not', () =>
    expect(read(edit('quorum: 2', 'quorum: 9'), bare)).toMatchObject({ ok: false, problems: [{ line: 35 }] }))

  test('what is set is looked at all the same', () =>
    expect(read(EXAMPLE, { ...bare, env: { ORDERS_DB_URL: 'https://x.test' } }).ok).toBe(false))
})
