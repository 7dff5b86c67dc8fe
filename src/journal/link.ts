/**
 * The journal's connection: every command goes through it. After each (re)connect, and before anything else, it
 * asks whether the last entry that was seen is still there; nothing runs before that question is answered.
 */
import type { Redis } from 'ioredis'
import { Fault } from '../domain/fault.ts'
import type { Mark } from '../domain/model.ts'
import { closeRedisClient, connectRedis, makeRedisClient } from '../infra/redis-client.ts'
import { redisFault, unreachable } from '../infra/redis-fault.ts'
import type { Log, RedisAddress } from '../ports.ts'
import type { Doubts, Witness } from './doubts.ts'
import { JOURNAL } from './keys.ts'
import { runScript, type ScriptName, type Scripts } from './scripts.ts'

/** What a script answers after its first word: usually the status, then its results. */
type Reply = readonly unknown[]

export interface Link {
  /** Runs a script. Rejects with a fault; a key of another type is a permanent one. */
  run(
    script: ScriptName,
    keys: readonly string[],
    args: readonly string[],
    does: 'read' | 'write',
  ): Promise<Reply>
  /** Runs plain reading commands. Rejects with a fault. */
  command<T>(run: (redis: Redis) => Promise<T>): Promise<T>
  /** The last entry as it stands now; number 0 when there is none. */
  lastEntry(): Promise<Witness>
  /** How often the connection was made anew. */
  epoch(): number
  close(): void
}

type Row = [id: string, fields: string[]]

export const markOfEntryText = (text: string): Mark => (JSON.parse(text) as { mark: Mark }).mark

/** The number of a stream id `<n>-0`. */
const numberOfId = (id: string): number => Number(id.split('-')[0])

const witnessOf = (row: Row | undefined): Witness =>
  row ? { n: numberOfId(row[0]), mark: markOfEntryText(row[1][1] ?? '{}') } : { n: 0, mark: '' as Mark }

const readLast = async (redis: Redis): Promise<Witness> =>
  witnessOf((await redis.xrevrange(JOURNAL, '+', '-', 'COUNT', 1))[0])

const verify = async (redis: Redis, doubts: Doubts): Promise<void> => {
  const { n, mark } = doubts.witness()
  if (n === 0) return doubts.remember(await readLast(redis))
  const found = witnessOf((await redis.xrange(JOURNAL, `${n}-0`, `${n}-0`))[0])
  if (found.mark !== mark) doubts.lost()
}

/** Opens the connection. Rejects with a retry fault when Redis is not there. */
export const openLink = async (options: {
  redis: RedisAddress
  scripts: Scripts
  doubts: Doubts
  log: Log
}): Promise<Link> => {
  const redis = makeRedisClient(options.redis, options.log)
  let verified: Promise<void> | undefined
  let epoch = 0

  const ready = async (): Promise<void> => {
    if (redis.status !== 'ready') throw new Fault('retry', 'Redis cannot be reached')
    verified ??= verify(redis, options.doubts).catch((thrown) => {
      verified = undefined
      throw redisFault(thrown, 'read')
    })
    await verified
  }
  redis.on('close', () => {
    verified = undefined
    epoch += 1
  })
  redis.on('ready', () => void ready().catch(() => undefined))

  const command = async <T>(run: (redis: Redis) => Promise<T>): Promise<T> => {
    await ready()
    return run(redis).catch((thrown) => {
      throw redisFault(thrown, 'read')
    })
  }

  const run: Link['run'] = async (name, keys, args, does) => {
    await ready()
    const reply = await runScript(redis, options.scripts[name], keys, args).catch((thrown) => {
      throw redisFault(thrown, does)
    })
    const [word, ...rest] = reply as [string, ...unknown[]]
    if (word === 'broken') throw new Fault('permanent', `${rest[0]} in Redis is not what the journal wrote`)
    return rest
  }

  try {
    await connectRedis(redis)
    await ready()
  } catch (thrown) {
    closeRedisClient(redis)
    throw unreachable(thrown)
  }
  return {
    run,
    command,
    lastEntry: () => command(readLast),
    epoch: () => epoch,
    close: () => closeRedisClient(redis),
  }
}
