import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { run as accept } from '../../src/cli/accept.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { runCommand } from '../fixtures/run-command.ts'
import { ACCEPT, journalOpener, listeningLog, mustCommit, step, timeOf, until } from './support.ts'

let redis: TestRedis
const { open, closeAll } = journalOpener()
let journal: RedisJournal

const LOST = `the journal lost entries that were seen: Redis came back emptier, older, or as another one; ${ACCEPT}`
const file = () => join(redis.folder, 'appendonlydir')
const copy = () => join(redis.folder, 'copy')
const isBack = async (): Promise<boolean> => timeOf(journal).then(Boolean, () => false)

beforeEach(async () => {
  redis = await startRedis()
  journal = await open(redis.address)
})
afterEach(async () => {
  await closeAll()
  await redis?.stop()
})

describe('what was seen', () => {
  test('is still there after a crash and a restart: no doubt, and the numbers go on', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await redis.kill()
    await redis.start()
    await until('the journal is back', isBack)
    expect(journal.doubts()).toEqual([])
    expect(await mustCommit(journal, 'r:R-1', 2)).toMatchObject({ n: 2 })
  })

  test('is missed when Redis comes back empty, until an operator accepts it', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await redis.kill()
    rmSync(file(), { recursive: true })
    await redis.start()
    await until('the journal is back', isBack)
    expect(journal.doubts()).toEqual([LOST])
    await mustCommit(journal, 'r:R-2', 1, { ends: true })
    expect(journal.doubts()).toEqual([LOST])
    await journal.accept()
    expect(journal.doubts()).toEqual([])
    expect(await mustCommit(journal, 'r:R-3', 1)).toMatchObject({ n: 2 })
  })

  test('is missed when Redis comes back older, by whoever only claims, too', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    const other = await open(redis.address)
    await redis.shutdown()
    cpSync(file(), copy(), { recursive: true })
    await redis.start()
    await until('the journal is back', isBack)
    await mustCommit(journal, 'r:R-1', 2)
    await other.claimDue([])

    await redis.kill()
    rmSync(file(), { recursive: true })
    cpSync(copy(), file(), { recursive: true })
    await redis.start()
    await until('both notice', () => [journal, other].every((one) => one.doubts().includes(LOST)))
  })

  test('is missed by every bot until an operator accepts it once, for all of them', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    const other = await open(redis.address)
    await redis.client.flushall()
    for (const one of [journal, other]) await timeOf(one)
    expect([journal, other].map((one) => one.doubts())).toEqual([[LOST], [LOST]])
    expect(await runCommand(accept, redis.url, [])).toMatchObject({ code: 0 })
    for (const one of [journal, other]) await timeOf(one)
    expect([journal, other].map((one) => one.doubts())).toEqual([[], []])
    await mustCommit(other, 'r:R-2', 1)
    await redis.client.flushall()
    await timeOf(other)
    expect(other.doubts()).toEqual([LOST])
  })

  test('is missed when another history has the same number', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await redis.kill()
    rmSync(file(), { recursive: true })
    await redis.start()
    const stranger = await open(redis.address)
    await mustCommit(stranger, 'r:R-5', 1)
    await until('the journal notices', async () => (await isBack()) && journal.doubts().includes(LOST))
    expect(stranger.doubts()).toEqual([])
  })

  test('is missed at once when everything is deleted under a connection that stays', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    await redis.client.flushall()
    await timeOf(journal)
    expect(journal.doubts()).toContain(LOST)
  })
})

describe('while Redis is away', () => {
  test('everything rejects at once, and works again when it is back', async () => {
    await mustCommit(journal, 'r:R-1', 1)
    const now = await timeOf(journal)
    await redis.kill()
    const startedMs = performance.now()
    const outcomes = await Promise.allSettled([
      journal.load(['r:R-1']),
      journal.commit(step(now, 'r:R-2', 1)),
      journal.commit(step(now, 'r:R-3', 1, { ends: true })),
      journal.claimDue([{ lane: 'records', atMost: 1 }]),
      journal.durable(),
      journal.live(),
    ])
    expect(performance.now() - startedMs).toBeLessThan(1_000)
    for (const one of outcomes) expect(one).toMatchObject({ status: 'rejected', reason: { kind: 'retry' } })

    await redis.start()
    await until('the journal is back', isBack, 3_000)
    expect(await mustCommit(journal, 'r:R-2', 1)).toMatchObject({ n: 2 })
  })

  test('a commit whose answer was lost has an unknown outcome, and is not sent again by itself', async () => {
    const now = await timeOf(journal)
    process.kill(redis.pid(), 'SIGSTOP')
    const startedMs = performance.now()
    const committing = journal.commit(step(now, 'r:R-1', 1, { ends: true }))
    await expect(committing).rejects.toMatchObject({ kind: 'unknown' })
    expect(performance.now() - startedMs).toBeLessThan(3_000)

    const killed = expect(journal.commit(step(now, 'r:R-2', 1, { ends: true }))).rejects.toMatchObject({
      kind: 'unknown',
    })
    await redis.kill()
    await killed
    await redis.start()
    await until('the journal is back', isBack)
    expect(await redis.client.exists('{curfew}:r:R-2')).toBe(0)
  })

  test('opening rejects, and says so without an address', async () => {
    await redis.kill()
    await expect(open(redis.address, { log: listeningLog() })).rejects.toMatchObject({ kind: 'retry' })
  })
})
