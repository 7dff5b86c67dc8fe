/**
 * Connections to Redis that fail fast and reconnect for ever; the journal and the alarms open theirs here.
 * Never queues a command while Redis is away, and never sends one twice.
 */
import { Redis, type RedisOptions } from 'ioredis'
import type { Log } from '../ports.ts'

/** `redis://…`, `rediss://…`, `unix:///path`, or options of the client. */
export type RedisAddress = string | RedisSettings

/** Answers keep the shapes they have by default. */
export type RedisSettings = Omit<RedisOptions, 'replyMapping'>

/** A command that was not answered by then is given up; its outcome is unknown. */
const REDIS_COMMAND_MS = 1_500
const CONNECT_MS = 2_000
/** A connection that owes an answer for this long is replaced: half-open ones never close by themselves. */
const SILENT_MS = 5_000
const RECONNECT_FIRST_MS = 50
const RECONNECT_CAP_MS = 1_000

const FAIL_FAST: RedisSettings = {
  lazyConnect: true,
  connectTimeout: CONNECT_MS,
  commandTimeout: REDIS_COMMAND_MS,
  socketTimeout: SILENT_MS,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  retryStrategy: (times) => Math.min(RECONNECT_FIRST_MS * 2 ** Math.min(times, 10), RECONNECT_CAP_MS),
  // A managed failover leaves the connection on what is now a replica.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}

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

/** A connection that is not open yet: `connect()` opens it. `overrides` are the caller's own needs. */
export const makeRedisClient = (address: RedisAddress, log: Log, overrides: RedisSettings = {}): Redis => {
  const options = { ...FAIL_FAST, ...overrides }
  const redis =
    typeof address === 'string' ? new Redis(address, options) : new Redis({ ...address, ...options })
  logChanges(redis, log)
  return redis
}

/** Closes without waiting for answers, whatever state the connection is in. */
export const closeRedisClient = (redis: Redis): void => {
  redis.disconnect(false)
}
