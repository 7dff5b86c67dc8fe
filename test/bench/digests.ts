/** A digest of many grants, gathered from Redis and drawn: how long, how many reads, and what it keeps in memory. */
import { renderCard } from '../../src/chats/slack/render-card.ts'
import { drawDigest } from '../../src/domain/cards/digest-card.ts'
import { DIGEST_DAY_MS } from '../../src/domain/limits.ts'
import type { Rules } from '../../src/domain/rules.ts'
import { systemClock } from '../../src/infra/clock.ts'
import { makeLog } from '../../src/infra/log.ts'
import { openJournal } from '../../src/journal/redis-journal.ts'
import { gatherDigest } from '../../src/service/gather-digest.ts'
import { fillGrants } from '../fixtures/fill-grants.ts'
import { startRedis } from '../fixtures/redis.ts'
import { describeFigures } from './figures.ts'

const TIMES = 20
const RULES = { targets: new Map() } as unknown as Rules

/** As many grants that end within a day, and as many that ended. */
export const describeDigests = async (count: number): Promise<string[]> => {
  const redis = await startRedis()
  const log = makeLog({ level: 'silent' })
  const journal = await openJournal({ redis: redis.address, durability: 'platform', log, clock: systemClock })
  try {
    await fillGrants(journal, count)
    const [gatherMs, drawMs, megabytes]: [number[], number[], number[]] = [[], [], []]
    let [reads, size] = [0, 0]
    for (let i = 0; i < TIMES; i++) {
      const { now } = await journal.load([])
      await redis.client.config('RESETSTAT')
      const [beganMs, heap] = [performance.now(), process.memoryUsage().heapUsed]
      const facts = await gatherDigest({ journal, rules: RULES }, { since: now - DIGEST_DAY_MS, now })
      gatherMs.push(performance.now() - beganMs)
      megabytes.push(Math.max(0, process.memoryUsage().heapUsed - heap) / 2 ** 20)
      reads = await commandsIn(redis.client)
      const drawnMs = performance.now()
      size = JSON.stringify(renderCard(drawDigest(facts, { to: 'posted' })).blocks).length
      drawMs.push(performance.now() - drawnMs)
    }
    return [
      describeFigures(`${count} grants gathered`, gatherMs),
      describeFigures(`${count} grants drawn`, drawMs),
      describeFigures(`${count} grants, heap grown by`, megabytes, 'MB'),
      `${count} grants: ${reads} commands to Redis, a message of ${size} characters`,
    ]
  } finally {
    await journal.close()
    await redis.stop()
  }
}

/** Without those that scripts call, and without the question itself. */
const commandsIn = async (client: { info(section: string): Promise<string> }): Promise<number> => {
  const stats = await client.info('commandstats')
  return ['evalsha', 'eval', 'evalsha_ro', 'smembers'].reduce(
    (sum, name) => sum + Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0),
    0,
  )
}
