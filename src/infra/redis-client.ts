/**
 * Connections to Redis that fail fast and reconnect for ever; the journal and the alarms open theirs here.
 * Never queues a command while Redis is away, and never sends one twice.
 */
import { Redis, type RedisOptions } from 'ioredis'
import type { Log, RedisAddress } from '../ports.ts'
import { clusterConnector, sentinelConnector } from './redis-connectors.ts'

/** Answers keep the shapes they have by default. */
export type RedisSettings = Omit<RedisOptions, 'replyMapping'>

/** A command that was not answered by then is given up; its outcome is unknown. */
const REDIS_COMMAND_MS = 1_500
const CONNECT_MS = 2_000
/** A connection that owes an answer for this long is replaced: half-open ones never close by themselves. */
const SILENT_MS = 5_000
const RECONNECT_FIRST_MS = 50
const RECONNECT_CAP_MS = 1_000
/** This server is no longer the one that takes our writes. */
const NOT_HERE = /^(READONLY|MOVED)\b/

const FAIL_FAST: RedisSettings = {
  lazyConnect: true,
  connectTimeout: CONNECT_MS,
  commandTimeout: REDIS_COMMAND_MS,
  sentinelCommandTimeout: REDIS_COMMAND_MS,
  socketTimeout: SILENT_MS,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (times) => Math.min(RECONNECT_FIRST_MS * 2 ** Math.min(times, 10), RECONNECT_CAP_MS),
  // A failover may leave the connection on what is now a replica.
  reconnectOnError: (error) => NOT_HERE.test(error.message),
}

/** The client's own options for an address. */
const optionsFor = (address: RedisAddress): RedisSettings => {
  if ('cluster' in address) {
    const { cluster, ...identity } = address
    return { ...identity, Connector: clusterConnector(cluster) }
  }
  if ('sentinels' in address) {
    const { sentinels, tls, ...rest } = address
    const encrypted = tls === undefined ? {} : { tls, sentinelTLS: tls, enableTLSForSentinelMode: true }
    return { ...rest, ...encrypted, sentinels: [...sentinels], Connector: sentinelConnector }
  }
  return address
}

/** Whether another server may take over behind this address, one that has only what was copied to it. */
export const failsOver = (address: RedisAddress): boolean => 'cluster' in address || 'sentinels' in address

const logChanges = (redis: Redis, log: Log): void => {
  let isUp = false
  redis.on('ready', () => {
    isUp = true
    log.info({}, 'connected to Redis')
  })
  redis.on('error', (error: Error) => {
    const fields = { error: error.message }
    if (isUp) log.warn(fields, 'lost the connection to Redis')
    else log.debug(fields, 'Redis cannot be reached')
    isUp = false
  })
  redis.on('close', () => {
    if (isUp) log.warn({}, 'lost the connection to Redis')
    isUp = false
  })
}

/** A connection that is not open yet: `connectRedis` opens it. `overrides` are the caller's own needs. */
export const makeRedisClient = (address: RedisAddress, log: Log, overrides: RedisSettings = {}): Redis => {
  const redis = new Redis({ ...optionsFor(address), ...FAIL_FAST, ...overrides })
  logChanges(redis, log)
  return redis
}

/** Opens it. Rejects with the reason itself, where the client only says that the connection was closed. */
export const connectRedis = async (redis: Redis): Promise<void> => {
  let reason: Error | undefined
  const see = (error: Error): void => {
    reason ??= error
  }
  redis.on('error', see)
  try {
    await redis.connect()
  } catch (thrown) {
    throw reason ?? thrown
  } finally {
    redis.off('error', see)
  }
}

/** Closes without waiting for answers, whatever state the connection is in. */
export const closeRedisClient = (redis: Redis): void => {
  redis.disconnect(false)
}
