/** Variables and the environment: what is missing or wrong is named, and no value is ever shown. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are variables of the config
import { describe, expect, test } from 'vitest'
import { complaints, EXAMPLE, edit, env, KEY, testEach } from './example.ts'

describe('variables', () => {
  testEach([
    [
      '{ORDERS_DB_URL}',
      '{NOT_THERE}',
      ['curfew.yaml:16: `targets.orders-db.url`: `NOT_THERE` is not set in the environment. Set NOT_THERE.'],
    ],
    [
      '{ORDERS_DB_URL}',
      '{NOT THERE}',
      [
        'curfew.yaml:16: `targets.orders-db.url`: This is not how a variable is written. Write `${NAME}`, `${NAME:-default}` or `${file:path}`.',
      ],
    ],
    [
      '{ORDERS_DB_URL}',
      '{ORDERS_DB_URL',
      [
        'curfew.yaml:16: `targets.orders-db.url`: A variable is never closed. Write `${NAME}`, `${NAME:-default}` or `${file:path}`.',
      ],
    ],
    [
      '{ORDERS_DB_URL}',
      '{file:/nowhere/at/all}',
      [
        'curfew.yaml:16: `targets.orders-db.url`: The file `/nowhere/at/all` cannot be read. Create it, readable for Curfew.',
      ],
    ],
    [
      '{ORDERS_DB_URL}',
      '{REDIS_URL}',
      [
        'curfew.yaml:16: `targets.orders-db.url`: The value of ${REDIS_URL} does not fit here. Change the variable, or write the value here.',
      ],
    ],
  ])
})

describe('the environment', () => {
  test.each([
    [
      { REDIS_URL: undefined, CURFEW_KEY: undefined },
      'environment: REDIS_URL is not set. Set it like redis://host:6379.',
      'environment: CURFEW_KEY is not set. Set it to 32 or more random characters and keep it.',
    ],
    [
      { REDIS_URL: 'http://x', PORT: '99999', LOG_LEVEL: 'inof', CURFEW_KEY: 'short' },
      'environment: REDIS_URL is no address of Redis. Write it like redis://host:6379 or rediss://….',
      'environment: PORT is no port. Set a number from 0 to 65535.',
      'environment: LOG_LEVEL is no level. Did you mean `info`?',
      'environment: CURFEW_KEY is shorter than 32 characters. Make it with `openssl rand -hex 32`.',
    ],
    [{ PORT: '1e3' }, 'environment: PORT is no port. Set a number from 0 to 65535.'],
    [{ BAR_TOKEN: '' }, 'environment: BAR_TOKEN is missing or wrong. Set it: bar does not work without.'],
    [
      { BAR_TOKEN: undefined },
      'curfew.yaml:38: `policies[2].channels[1]`: “bar” is not set up. Set its variables in the environment, or remove this.',
    ],
    [
      { PUB_TOKEN: undefined, BAR_TOKEN: undefined },
      'environment: No chat is set up. Set the variables of one of: pub, bar.',
    ],
    [
      { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
      'environment: OTEL_EXPORTER_OTLP_ENDPOINT is no address. Write it like http://collector:4318.',
      "environment: OTEL_EXPORTER_OTLP_PROTOCOL is grpc, which Curfew does not speak. Set http/protobuf or http/json, with the collector's port for HTTP.",
    ],
    [
      { ORDERS_DB_URL: '' },
      'curfew.yaml:16: `targets.orders-db.url`: `ORDERS_DB_URL` is not set in the environment. Set ORDERS_DB_URL.',
    ],
  ] as [Record<string, string | undefined>, ...string[]][])('%j', (change, ...says) =>
    expect(complaints(EXAMPLE, { env: { ...env, ...change } })).toEqual(says))
})

describe('a secret', () => {
  const SECRET = 'Sesame-Open-0123456789-and-quite-some-more-so-that-it-is-cut'
  const text = (name: string) => `\${${name}}`

  test.each([
    ['maxDuration: 30m', `maxDuration: ${text('X')}`],
    ['maxDuration: 30m', `maxDuration: "1h${text('X')}"`],
    ['operators: [ana@acme.test, dbas]', `operators: ["${text('X')}"]`],
    ['operators: [ana@acme.test, dbas]', `operators: ["${text('X')}@evil.test", "@${text('X')}"]`],
    ['pub:C0AUDIT000', `"${text('X')}"`],
    ['[orders-db/*]', `["${text('X')}"]`],
    ['    name: office', `    name: "${text('X')}"\n    x: office`],
    ['    kind: vault', `    kind: ${text('X')}`],
    ['{ORDERS_DB_URL}', '{X}'],
    ['durability: platform', `heartbeat: ${text('X')}`],
    ['timezone: Europe/Berlin', `timezone: "${text('X')}"`],
    ['ticket: "INC-', `ticket: "(${text('X')}`],
    ['effect: deny', `effect: ${text('X')}`],
    ['U0EXT00000', `"${text('X')}"`],
  ])('appears in no problem: %s -> %s', (from, to) => {
    const edited = EXAMPLE.includes(from)
      ? edit(from, to)
      : edit('name: office', `name: ${text('X')}\n    x: office`)
    const said = complaints(edited, { env: { ...env, X: SECRET } })
    expect(said).not.toEqual([])
    expect(said.join('\n')).not.toMatch(/sesame/i)
  })

  test('of the environment neither', () => {
    const bad = { ...env, CURFEW_KEY: 'Sesame', REDIS_URL: 'Sesame', PORT: 'Sesame', LOG_LEVEL: 'Sesame' }
    expect(complaints(EXAMPLE, { env: bad }).join('\n')).not.toMatch(/sesame/i)
  })

  test('written into the file by mistake as a name is hidden by its value', () =>
    expect(complaints(edit('durability', KEY)).join('\n')).not.toContain(KEY))
})
