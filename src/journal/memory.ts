/** How full Redis is, read from INFO at most once a second; the commit queue asks before it sends new work. */
import type { Redis } from 'ioredis'
import { MEMORY_SHARE_MAX } from '../domain/limits.ts'
import { infoNumber, parseRedisInfo } from '../infra/redis-info.ts'
import type { Clock } from '../ports.ts'

const FRESH_MS = 1_000

export type Memory = ReturnType<typeof openMemory>

export const openMemory = (command: <T>(run: (redis: Redis) => Promise<T>) => Promise<T>, clock: Clock) => {
  let last: number | null = null
  let readMs = Number.NEGATIVE_INFINITY

  const share = async (): Promise<number | null> => {
    if (clock.monotonicMs() - readMs < FRESH_MS) return last
    const info = parseRedisInfo(await command((redis) => redis.info('memory')))
    const max = infoNumber(info, 'maxmemory')
    last = max > 0 ? infoNumber(info, 'used_memory') / max : null
    readMs = clock.monotonicMs()
    return last
  }

  return {
    /** Used of `maxmemory`; null where that has no limit. Rejects with a fault when Redis cannot say. */
    share,
    /** Above {@link MEMORY_SHARE_MAX}. Rejects as `share` does. */
    isFull: async (): Promise<boolean> => isAbove(await share()),
    /** As last read. */
    wasFull: (): boolean => isAbove(last),
  }
}

const isAbove = (share: number | null): boolean => (share ?? 0) > MEMORY_SHARE_MAX
