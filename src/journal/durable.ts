/**
 * Waits until what was committed is durable, in the first way this Redis really offers. It uses a connection of its
 * own, because WAITAOF and WAIT hold up what follows them: a small write there comes after every commit that was
 * answered, so once it is durable, they are. Ends never come here.
 */
import type { Redis } from 'ioredis'
import { Fault } from '../domain/fault.ts'
import { closeRedisClient, failsOver, makeRedisClient } from '../infra/redis-client.ts'
import { redisFault } from '../infra/redis-fault.ts'
import { infoNumber, parseRedisInfo } from '../infra/redis-info.ts'
import type { Clock, Log, RedisAddress } from '../ports.ts'
import { TOUCHED } from './keys.ts'
import { runScript, type Scripts } from './scripts.ts'

/** How writes become durable here. `seconds`: an append-only file that is synced about once a second. */
export type Way = 'waitaof+replica' | 'waitaof' | 'always' | 'replica' | 'platform' | 'seconds' | 'none'

const WAIT_MS = 1_000
const ANSWER_MS = WAIT_MS + 1_000
/** `everysec` promises at most two seconds of loss. */
const EVERYSEC_MS = 2_000

interface Options {
  readonly redis: RedisAddress
  readonly scripts: Scripts
  readonly clock: Clock
  readonly log: Log
  readonly durability?: 'platform' | undefined
  /** Monotonic ms of this process's last commit; undefined before the first. */
  lastCommitMs(): number | undefined
}

const canWaitAof = async (redis: Redis): Promise<boolean> => {
  try {
    await redis.call('WAITAOF', '0', '0', '1')
    return true
  } catch {
    return false
  }
}

/** `undefined` where CONFIG is blocked. */
const readFsync = async (redis: Redis): Promise<string | undefined> => {
  try {
    return ((await redis.config('GET', 'appendfsync')) as string[])[1]
  } catch {
    return undefined
  }
}

/** Where a replica may take over, what only the master has on its disk is lost with it. */
const chooseWay = async (redis: Redis, { durability, redis: address }: Options): Promise<Way> => {
  const info = parseRedisInfo(await redis.info())
  const hasFile = infoNumber(info, 'aof_enabled') === 1
  const hasReplica = infoNumber(info, 'connected_slaves') > 0
  const needsReplica = hasReplica && failsOver(address)
  if (hasFile && (await canWaitAof(redis))) return needsReplica ? 'waitaof+replica' : 'waitaof'
  const fsync = hasFile ? await readFsync(redis) : undefined
  if (fsync === 'always' && !needsReplica) return 'always'
  if (hasReplica) return 'replica'
  if (durability === 'platform') return 'platform'
  return hasFile && fsync !== 'no' ? 'seconds' : 'none'
}

const waitServer = async (redis: Redis, scripts: Scripts, way: Way): Promise<void> => {
  await runScript(redis, scripts.touch, [TOUCHED], [])
  const file =
    way === 'replica' ? 1 : ((await redis.call('WAITAOF', '1', '0', String(WAIT_MS))) as number[])[0]
  const replica = way === 'waitaof' ? 1 : await redis.wait(1, WAIT_MS)
  if (!file || !replica)
    throw new Fault('retry', `a commit did not become durable within ${WAIT_MS} ms (${way})`)
}

export const openDurability = (options: Options) => {
  const { clock, scripts, log } = options
  const redis = makeRedisClient(options.redis, log, { commandTimeout: ANSWER_MS, socketTimeout: ANSWER_MS })
  let way: Way | undefined
  let epoch = 0
  redis.on('close', () => {
    way = undefined
    epoch += 1
  })

  const waitSeconds = async (): Promise<void> => {
    const committedMs = options.lastCommitMs()
    if (committedMs === undefined) return
    const leftMs = committedMs + EVERYSEC_MS - clock.monotonicMs()
    const before = epoch
    if (leftMs > 0) await new Promise<void>((resolve) => clock.after(leftMs, resolve))
    if (epoch !== before) throw new Fault('retry', 'Redis went away before a commit was durable')
  }

  const waitOnce = async (): Promise<void> => {
    if (redis.status === 'wait') await redis.connect()
    if (way === undefined) {
      way = await chooseWay(redis, options)
      log.info({ way }, 'how commits become durable')
    }
    if (way === 'waitaof+replica' || way === 'waitaof' || way === 'replica')
      return waitServer(redis, scripts, way)
    if (way === 'seconds') return waitSeconds()
    if (way === 'none')
      throw new Fault(
        'permanent',
        'nothing makes a commit durable here; set: appendonly yes, appendfsync everysec',
      )
  }

  const wait = async (): Promise<void> => {
    try {
      await waitOnce()
    } catch (thrown) {
      throw redisFault(thrown, 'read')
    }
  }

  let running: Promise<void> | undefined
  let next: Promise<void> | undefined

  return {
    /** Who comes while a round is under way shares the next one; only time needs no rounds. Rejects with a fault. */
    wait: (): Promise<void> => {
      if (way === 'seconds') return wait()
      if (next) return next
      const before = running ?? Promise.resolve()
      const round = before
        .catch(() => undefined)
        .then(() => {
          running = round
          next = undefined
          return wait()
        })
        .finally(() => {
          if (running === round) running = undefined
        })
      next = round
      return round
    },
    /** How it is done on this connection, once it was decided. */
    way: (): Way | undefined => way,
    close: (): void => closeRedisClient(redis),
  }
}
