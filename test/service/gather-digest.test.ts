/** A digest gathered from a real Redis with thousands of grants: nothing is left out, and no more is read than there is. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { renderCard } from '../../src/chats/slack/render-card.ts'
import { drawDigest } from '../../src/domain/cards/digest-card.ts'
import { DIGEST_DAY_MS } from '../../src/domain/limits.ts'
import type { Rules } from '../../src/domain/rules.ts'
import { openJournal, type RedisJournal } from '../../src/journal/redis-journal.ts'
import { gatherDigest } from '../../src/service/gather-digest.ts'
import { fillGrants } from '../fixtures/fill-grants.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { listeningLog, realClock } from '../journal/support.ts'

const rules = { targets: new Map([['orders-db', { roles: new Map() }]]) } as unknown as Rules

let redis: TestRedis
let journal: RedisJournal
beforeEach(async () => {
  redis = await startRedis()
  journal = await openJournal({
    redis: redis.address,
    durability: 'platform',
    log: listeningLog(),
    clock: realClock,
  })
})
afterEach(async () => {
  await journal.close()
  await redis.stop()
})

/** Commands that were sent so far, those that scripts call not counted. */
const sent = async (): Promise<number> => {
  const stats = await redis.client.info('commandstats')
  const callsOf = (name: string): number =>
    Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(stats)?.[1] ?? 0)
  return ['evalsha', 'eval', 'evalsha_ro', 'smembers'].reduce((sum, name) => sum + callsOf(name), 0)
}

it.each([
  [0, 10],
  [1, 10],
  [40, 10],
  [4_000, 60],
] as const)('%i that end and as many that ended are all counted, in at most %i reads', async (count, reads) => {
  await fillGrants(journal, count)
  const { now } = await journal.load([])
  const before = await sent()
  const facts = await gatherDigest({ journal, rules }, { since: now - DIGEST_DAY_MS, now })
  expect((await sent()) - before).toBeLessThanOrEqual(reads)
  expect(facts.endsSoon).toHaveLength(count)
  expect(facts.ended).toHaveLength(count)
  const text = JSON.stringify(renderCard(drawDigest(facts, { to: 'posted' })).blocks)
  expect(text.length).toBeLessThan(12_000)
  expect(text.includes('Shortened')).toBe(false)
  const about = await gatherDigest({ journal, rules }, { since: now - DIGEST_DAY_MS, now, only: 'billing' })
  expect(about.endsSoon).toHaveLength(Math.floor(count / 4))
})
