/** How full Redis is, read from INFO at most once a second; the commit queue asks before it sends new work. */
import type { Redis } from 'ioredis'
import { MEMORY_SHARE_MAX } from '../domain/limits.ts'
import { infoNumber, parseRedisInfo } from '../infra/redis-info.ts'
import type { Clock } from '../ports.ts'

const FRESH_MS = 1_000

export type Memory = ReturnType<typeof openMemory>

export const openMemory = (command: <T>(run: (redis: Redis) => Promise<T>) => Promise<T>, clock: Clock) => {
  let full = false
  let readMs = Number.NEGATIVE_INFINITY

  return {
    /** Above {@link MEMORY_SHARE_MAX} of `maxmemory`. Rejects with a fault when Redis cannot say. */
    isFull: async (): Promise<boolean> => {
      if (clock.monotonicMs() - readMs < FRESH_MS) return full
      const info = parseRedisInfo(await command((redis) => redis.info('memory')))
      const max = infoNumber(info, 'maxmemory')
      full = max > 0 && infoNumber(info, 'used_memory') > max * MEMORY_SHARE_MAX
      readMs = clock.monotonicMs()
      return full
    },
    /** As last read. */
    wasFull: (): boolean => full,
  }
}
