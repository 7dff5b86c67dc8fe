/**
 * A connection that only reads the journal, for commands on the host. It believes nothing: what was tampered with must
 * be readable too, so it asks none of the questions that the bot's own connection begins with.
 */
import type { Redis } from 'ioredis'
import { closeRedisClient, connectRedis, makeRedisClient } from '../infra/redis-client.ts'
import { redisFault, unreachable } from '../infra/redis-fault.ts'
import type { Log, RedisAddress } from '../ports.ts'
import { composeScripts, runScript, type ScriptName } from './scripts.ts'

/** Nobody waits for an answer within seconds, and a busy Redis is no reason to begin anew. */
const PATIENCE_MS = 30_000

export interface Reader {
  /** Runs reading commands. Rejects with a fault. */
  ask<T>(run: (redis: Redis) => Promise<T>): Promise<T>
  /** Runs a script that reads. Rejects with a fault. */
  askScript(script: ScriptName, keys: readonly string[], args: readonly string[]): Promise<unknown>
  close(): void
}

/** Rejects with a fault when Redis is not there. */
export const openReader = async (
  address: RedisAddress,
  log: Log,
  scripts = composeScripts(),
): Promise<Reader> => {
  const redis = makeRedisClient(address, log, { commandTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS })
  const ask: Reader['ask'] = (run) =>
    run(redis).catch((thrown) => {
      throw redisFault(thrown, 'read')
    })
  try {
    await connectRedis(redis)
  } catch (thrown) {
    closeRedisClient(redis)
    throw unreachable(thrown)
  }
  const askScript: Reader['askScript'] = (name, keys, args) =>
    ask((client) => runScript(client, scripts[name], keys, args))
  return { ask, askScript, close: () => closeRedisClient(redis) }
}
