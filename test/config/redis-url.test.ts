/** Every form of `REDIS_URL`; a wrong one is told with what mends it, and nothing of it is shown. */
import { expect, test } from 'vitest'
import { complaints, EXAMPLE, env, read } from './example.ts'

const addressOf = (more: Record<string, string>) => {
  const result = read(EXAMPLE, { env: { ...env, ...more } })
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  return result.config
}

test.each([
  ['redis://localhost', { host: 'localhost', port: 6379 }],
  ['redis://db.acme.test:6380/2', { host: 'db.acme.test', port: 6380, db: 2 }],
  ['redis://[::1]:7000', { host: '::1', port: 7000 }],
  ['redis://:se%40same%2F@h', { host: 'h', port: 6379, password: 'se@same/' }],
  ['redis://curfew:a:b@h/', { host: 'h', port: 6379, username: 'curfew', password: 'a:b' }],
  ['rediss://curfew:x@h', { host: 'h', port: 6379, username: 'curfew', password: 'x', tls: {} }],
  ['unix:///run/redis/redis.sock', { path: '/run/redis/redis.sock' }],
  [
    'redis+sentinel://curfew:x@s1,s2:26380/main/1',
    {
      username: 'curfew',
      password: 'x',
      name: 'main',
      db: 1,
      sentinels: [
        { host: 's1', port: 26379 },
        { host: 's2', port: 26380 },
      ],
    },
  ],
  [
    'rediss+cluster://h1:7001,h2',
    {
      tls: {},
      cluster: [
        { host: 'h1', port: 7001 },
        { host: 'h2', port: 6379 },
      ],
    },
  ],
])('%s', (url, address) => expect(addressOf({ REDIS_URL: url }).redis).toEqual(address))

test('who Curfew is to the sentinels has variables of its own', () => {
  const { redis } = addressOf({
    REDIS_URL: 'redis+sentinel://s1/main',
    REDIS_SENTINEL_USERNAME: 'watcher',
    REDIS_SENTINEL_PASSWORD: 'sesame',
  })
  expect(redis).toMatchObject({ sentinelUsername: 'watcher', sentinelPassword: 'sesame' })
})

test('the password is a secret by itself: a driver may say only that part', () => {
  const { secrets } = addressOf({ REDIS_URL: 'redis+sentinel://curfew:open%40sesame@s1,s2/main' })
  expect(secrets).toContain('open@sesame')
})

const NO_ADDRESS = 'environment: REDIS_URL is no address of Redis. '

test.each([
  ['localhost:6379', 'Write it like redis://host:6379, '],
  ['redis://', 'Write it like '],
  ['redis://:sesame@/with@h', 'Write it like '],
  ['redis://u:%zz-sesame@h', 'Write it like '],
  ['redis://u:sesame@h:99999', 'Write it like '],
  ['redis://u:sesame@h/name', 'Write it like '],
  ['redis://u:sesame@h?family=6', 'Write it like '],
  ['redis+sentinel://u:sesame@s1/main/x', 'Write it like '],
  ['redis://u:sesame@h1,h2', 'Several hosts need redis+sentinel:// or redis+cluster://.'],
  ['redis+sentinel://u:sesame@s1,s2', 'After the sentinels comes the name of the master: '],
  ['redis+cluster://u:sesame@h1/3', 'A cluster has no numbered databases: '],
])('%s is none', (url, hint) => {
  const [said, ...more] = complaints(EXAMPLE, { env: { ...env, REDIS_URL: url } })
  expect(more).toEqual([])
  expect(said?.startsWith(NO_ADDRESS + hint)).toBe(true)
  expect(said).not.toMatch(/sesame/)
})

test.each([
  [
    { REDIS_URL: 'rediss://h', REDIS_CA_FILE: '/nowhere/ca.crt' },
    'environment: The file of REDIS_CA_FILE cannot be read. Put one there that Curfew may read.',
  ],
  [
    { REDIS_URL: 'rediss://h', REDIS_CERT_FILE: 'package.json' },
    'environment: A certificate and its key belong together. Set REDIS_CERT_FILE and REDIS_KEY_FILE.',
  ],
  [
    { REDIS_URL: 'redis://h', REDIS_CA_FILE: 'package.json' },
    'environment: Redis has certificates, but REDIS_URL is not encrypted. Let it begin with rediss.',
  ],
])('%j', (more, says) => expect(complaints(EXAMPLE, { env: { ...env, ...more } })).toEqual([says]))
