/** The newest entries are sealed within a second, by whichever replica has the lease, and always to the same seal. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sealNext, UNSEALED } from '../../src/domain/seal.ts'
import { type Keeping, keepJournal } from '../../src/journal/keep-journal.ts'
import { JOURNAL, SEAL } from '../../src/journal/keys.ts'
import { openKeeper } from '../../src/journal/open-keeper.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import { readSealed, sealEntries } from '../../src/journal/seal-entries.ts'
import { markInText } from '../../src/journal/wire.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { journalOpener, listeningLog, mustCommit, realClock, until } from './support.ts'

const KEY = 'key'.repeat(12)
const { open, closeAll } = journalOpener()
const keepings: Keeping[] = []
let redis: TestRedis
let journal: RedisJournal
beforeEach(async () => {
  redis = await startRedis()
  journal = await open(redis.address)
})
afterEach(async () => {
  for (const keeping of keepings.splice(0)) await keeping.stop()
  await closeAll()
  await redis?.stop()
})

const keep = async (log = listeningLog()): Promise<Keeping> => {
  const keeping = await keepJournal({ redis: redis.address, log, clock: realClock, key: KEY })
  keepings.push(keeping)
  return keeping
}

/** What the seal must be, by the entries as they stand. */
const expected = async (): Promise<typeof UNSEALED> => {
  const rows = await redis.client.xrange(JOURNAL, '-', '+')
  return rows.reduce(
    (at, [id, [, text = '']]) => sealNext(KEY, at, Number.parseInt(id, 10), markInText(text)),
    UNSEALED,
  )
}

test('nothing is sealed before there is something', async () => {
  await keep()
  expect(await journal.checkpoint()).toBeNull()
})

test('two replicas: a commit is sealed within a second, once, also when the one that did it stops', async () => {
  const [first] = [await keep(), await keep()]
  for (let v = 1; v <= 3; v += 1) {
    const { n } = await mustCommit(journal, 'r:R-1', v)
    const began = performance.now()
    await until('it is sealed', async () => (await journal.checkpoint())?.n === n)
    expect(performance.now() - began).toBeLessThan(1_000)
    expect(await journal.checkpoint()).toMatchObject(await expected())
    if (v === 2) await first.stop()
  }
})

test('more than one page, by two who race: the same seals', async () => {
  const key = KEY
  const keepers = await Promise.all(
    [1, 2].map(() => openKeeper({ redis: redis.address, log: listeningLog() })),
  )
  for (let v = 1; v <= 1_100; v += 100)
    await Promise.all(Array.from({ length: 100 }, (_, i) => mustCommit(journal, `r:R-${v + i}`, 1)))
  const sealAll = async (keeper: (typeof keepers)[number]): Promise<void> => {
    while ((await readSealed(keeper)).n < 1_100) await sealEntries(keeper, key, listeningLog())
  }
  await Promise.all(keepers.map(sealAll))
  expect(await redis.client.hgetall(SEAL)).toMatchObject({ n: '1100', seal: (await expected()).seal })
  expect(await redis.client.strlen('{curfew}:seals:1')).toBe(101 * 12)
  for (const keeper of keepers) keeper.close()
})

test('an entry that is missing before it was sealed is told, and the chain goes on', async () => {
  for (let v = 1; v <= 3; v += 1) await mustCommit(journal, 'r:R-1', v)
  await redis.client.xdel(JOURNAL, '2-0')
  const log = listeningLog()
  await keep(log)
  await until('it is sealed', async () => (await journal.checkpoint())?.n === 3)
  expect(log.said).toEqual(['entries of the journal are missing'])
})
