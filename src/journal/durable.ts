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
import { MIRROR, TOUCHED } from './keys.ts'
import { runScript, type Scripts } from './scripts.ts'

/**
 * How writes become durable here. `seconds`: an append-only file that is synced about once a second. `mirror`: what comes
 * first, the entries in the mirror or, where there is such a file, these seconds.
 */
export type Way =
  | 'waitaof+replica'
  | 'waitaof'
  | 'always'
  | 'replica'
  | 'mirror'
  | 'platform'
  | 'seconds'
  | 'none'

const WAIT_MS = 1_000
const ANSWER_MS = WAIT_MS + 1_000
/** `everysec` promises at most two seconds of loss. */
const EVERYSEC_MS = 2_000
/** How often Redis is asked how far the mirror is, and for how long where nothing else makes a commit durable. */
const MIRROR_ASK_MS = 25
const MIRROR_WAIT_MS = 3_000

interface Options {
  readonly redis: RedisAddress
  readonly scripts: Scripts
  readonly clock: Clock
  readonly log: Log
  readonly durability?: 'platform' | undefined
  /** Monotonic ms of this process's last commit; undefined before the first. */
  lastCommitMs(): number | undefined
  /** The last entry that this process knows of. */
  lastEntry(): number
  /** Somebody mirrors the journal; `hurry` tells them that they are waited for. */
  readonly mirror?: { hurry(): void } | undefined
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

interface Chosen {
  readonly way: Way
  /** An append-only file that is synced about once a second, and that nobody takes over from. */
  readonly hasSeconds: boolean
}

/** Where a replica may take over, what only the master has on its disk is lost with it. */
const chooseWay = async (
  redis: Redis,
  { durability, mirror, redis: address }: Pick<Options, 'durability' | 'mirror' | 'redis'>,
): Promise<Chosen> => {
  const info = parseRedisInfo(await redis.info())
  const hasFile = infoNumber(info, 'aof_enabled') === 1
  const hasReplica = infoNumber(info, 'connected_slaves') > 0
  const needsReplica = hasReplica && failsOver(address)
  if (hasFile && (await canWaitAof(redis)))
    return { way: needsReplica ? 'waitaof+replica' : 'waitaof', hasSeconds: true }
  const fsync = hasFile ? await readFsync(redis) : undefined
  const hasSeconds = hasFile && fsync !== 'no'
  if (fsync === 'always' && !needsReplica) return { way: 'always', hasSeconds }
  if (hasReplica) return { way: 'replica', hasSeconds }
  if (mirror !== undefined) return { way: 'mirror', hasSeconds }
  if (durability === 'platform') return { way: 'platform', hasSeconds }
  return { way: hasSeconds ? 'seconds' : 'none', hasSeconds }
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
  let chosen: Chosen | undefined
  let epoch = 0
  redis.on('close', () => {
    chosen = undefined
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

  /** As soon as the mirror has it, or after the time in which the file has it. */
  const waitMirror = async (hasSeconds: boolean): Promise<void> => {
    const [n, beganMs, before] = [options.lastEntry(), clock.monotonicMs(), epoch]
    const filedMs = (options.lastCommitMs() ?? Number.NEGATIVE_INFINITY) + EVERYSEC_MS
    options.mirror?.hurry()
    while (Number(await redis.hget(MIRROR, 'n')) < n) {
      if (epoch !== before) throw new Fault('retry', 'Redis went away before a commit was durable')
      if (hasSeconds && clock.monotonicMs() >= filedMs) return
      if (clock.monotonicMs() >= beganMs + MIRROR_WAIT_MS)
        throw new Fault('retry', 'the mirror does not follow, and nothing else makes a commit durable here')
      await new Promise<void>((resolve) => clock.after(MIRROR_ASK_MS, resolve))
    }
  }

  const waitOnce = async (): Promise<void> => {
    if (redis.status === 'wait') await redis.connect()
    if (chosen === undefined) {
      chosen = await chooseWay(redis, options)
      log.info({ way: chosen.way }, 'how commits become durable')
    }
    const { way, hasSeconds } = chosen
    if (way === 'mirror') return waitMirror(hasSeconds)
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
      if (chosen?.way === 'seconds') return wait()
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
    way: (): Way | undefined => chosen?.way,
    close: (): void => closeRedisClient(redis),
  }
}
