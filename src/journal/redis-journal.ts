/**
 * The journal in Redis: opened once by the app. It never computes a mark and never decides what happens; it keeps
 * what was decided, all or nothing, and says what is due.
 */
import { parseRedisInfo } from '../infra/redis-info.ts'
import type { Change, Clock, Journal, Log, RedisAddress } from '../ports.ts'
import { checkRedis } from './check-redis.ts'
import { type BatchAnswer, openCommitQueue, type Verdict } from './commit-queue.ts'
import { openDoubts } from './doubts.ts'
import { openDue } from './due.ts'
import { openDurability, type Way } from './durable.ts'
import { openGlance } from './glance.ts'
import { HEAD } from './keys.ts'
import { openLink } from './link.ts'
import { openMemory } from './memory.ts'
import { openMend } from './mend.ts'
import { openReads } from './reads.ts'
import { composeScripts } from './scripts.ts'
import { assertSound, itemOf, keysOf } from './wire.ts'

export interface JournalOptions {
  readonly redis: RedisAddress
  readonly log: Log
  readonly clock: Clock
  /** The operator's word that the service keeps every write. */
  readonly durability?: 'platform' | undefined
  /** Somebody mirrors this journal; `hurry` tells them that a commit waits for it. */
  readonly mirror?: { hurry(): void } | undefined
  /**
   * Lua that defines `local function now()`, whole ms. Nothing else can replace the time of Redis. `clock` has to
   * move with it: a time that runs away from this process's own is doubted.
   */
  readonly prelude?: string | undefined
}

export interface RedisJournal extends Journal {
  /** What makes this Redis unsafe, in sentences that end with the line that mends it; empty when it is safe. */
  examine(): Promise<readonly string[]>
  /** An operator believes the clock and the journal as they are now: no doubt remains. */
  accept(): Promise<void>
  /** How commits become durable, once it was decided. */
  way(): Way | undefined
}

const FULL = 'Redis is too full for new work; ends still commit'

/** Opens the journal. Rejects with a retry fault when Redis is not there; whether it is safe, `examine` says. */
export const openJournal = async (options: JournalOptions): Promise<RedisJournal> => {
  const { clock } = options
  const log = options.log.child({ part: 'journal' })
  const scripts = composeScripts(options.prelude)
  const doubts = openDoubts(clock, log)
  const link = await openLink({ redis: options.redis, scripts, doubts, log })
  const memory = openMemory(link.command, clock)
  let lastCommitMs: number | undefined
  const durability = openDurability({
    ...options,
    scripts,
    log,
    lastCommitMs: () => lastCommitMs,
    lastEntry: () => doubts.witness().n,
  })

  const send = async (changes: readonly Change[], ends: boolean): Promise<BatchAnswer> => {
    const items = JSON.stringify(changes.map(itemOf))
    const [status, found] = await link.run(ends ? 'commit-end' : 'commit', keysOf(changes), [items], 'write')
    const isOk = !Array.isArray((found as readonly unknown[])[0])
    doubts.see(status as number[])
    if (!isOk) return { ok: false, verdicts: found as Verdict[] }
    lastCommitMs = clock.monotonicMs()
    const numbers = found as number[]
    const newest = changes.findLastIndex((change) => change.entries.length > 0)
    const mark = changes[newest]?.entries.at(-1)?.mark
    if (mark) doubts.remember({ n: numbers[newest] ?? 0, mark })
    return { ok: true, now: (status as number[])[0] ?? 0, numbers }
  }
  const queue = openCommitQueue({ send, isFull: memory.isFull })

  return {
    ...openReads(link, doubts),
    ...openDue(link, doubts, memory, log),
    commit: async (change) => {
      assertSound(change)
      return queue.add(change)
    },
    mend: openMend(link, log),
    glance: openGlance(link, doubts, memory),
    durable: durability.wait,
    way: durability.way,
    doubts: () => (memory.wasFull() ? [...doubts.sentences(), FULL] : doubts.sentences()),
    examine: async () => checkRedis(parseRedisInfo(await link.command((redis) => redis.info())), options),
    accept: async () => {
      await link.run('accept', [HEAD], [], 'write')
      doubts.accept(await link.lastEntry())
    },
    close: async () => {
      queue.close()
      durability.close()
      link.close()
    },
  }
}
