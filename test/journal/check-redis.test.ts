import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseRedisInfo } from '../../src/infra/redis-info.ts'
import { checkRedis } from '../../src/journal/check-redis.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

let redis: TestRedis
let real: string

beforeAll(async () => {
  redis = await startRedis()
  real = await redis.client.info()
})
afterAll(() => redis?.stop())

/** INFO of a real Redis with some fields as they would be elsewhere. */
const infoWith = (fields: Record<string, string>) =>
  new Map([...parseRedisInfo(real), ...Object.entries(fields)])

test('a Redis as it should be is safe', () => {
  expect(checkRedis(parseRedisInfo(real))).toEqual([])
})

describe('what is wrong is said with the line that mends it', () => {
  test.each<[string, Record<string, string>, string]>([
    [
      'eviction',
      { maxmemory: '1000', maxmemory_policy: 'allkeys-lru' },
      'Redis may drop grants when memory is short (maxmemory-policy allkeys-lru). Set: maxmemory-policy noeviction',
    ],
    [
      'eviction, one day',
      { maxmemory: '0', maxmemory_policy: 'volatile-lru' },
      'The eviction policy is volatile-lru: harmless without maxmemory, until somebody sets one. Set: maxmemory-policy noeviction',
    ],
    [
      'an old one',
      { redis_version: '6.0.16' },
      'This is Redis 6.0.16, and the alarms need 6.2, the scripts 7.0',
    ],
    [
      'no script flags',
      { redis_version: '6.2.14' },
      'script flags, which came with 7.0. Run Redis 7 or Valkey 8.',
    ],
    [
      'nothing kept',
      { aof_enabled: '0' },
      'Set: appendonly yes (or configure a mirror; or durability: platform',
    ],
    ['loading', { loading: '1' }, 'still loading its data'],
    [
      'a replica',
      { role: 'slave', master_host: 'db', master_port: '6379' },
      'Set REDIS_URL to its primary, db:6379',
    ],
  ])('%s', (_, fields, sentence) => {
    expect(checkRedis(infoWith(fields))).toEqual([expect.stringContaining(sentence)])
  })

  test('everything at once, not the first alone', () => {
    expect(
      checkRedis(
        infoWith({ maxmemory: '1', maxmemory_policy: 'allkeys-lru', aof_enabled: '0', loading: '1' }),
      ),
    ).toHaveLength(3)
  })
})

test('a replica or the word of the platform replaces the append-only file', () => {
  expect(checkRedis(infoWith({ aof_enabled: '0', connected_slaves: '1' }))).toEqual([])
  expect(checkRedis(infoWith({ aof_enabled: '0' }), { durability: 'platform' })).toEqual([])
  expect(checkRedis(infoWith({ aof_enabled: '0' }), { mirror: {} })).toEqual([])
})
