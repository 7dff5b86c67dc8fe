/** The mirror, in a folder and in PostgreSQL: what is in it stays, once, in order, whoever writes and whoever dies. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RecordKey, Seal, TextDigest } from '../../src/domain/model.ts'
import { type Keeping, keepJournal } from '../../src/journal/keep-journal.ts'
import { JOURNAL, MIRROR } from '../../src/journal/keys.ts'
import type { KeptText, Mirror, MirrorLine } from '../../src/journal/mirror.ts'
import { openMirror } from '../../src/journal/open-mirror.ts'
import type { RedisJournal } from '../../src/journal/redis-journal.ts'
import type { MirrorSettings } from '../../src/ports.ts'
import { type PostgresServer, startPostgres } from '../../src/sandbox/postgres-server.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'
import { digest, entry, journalOpener, listeningLog, mustCommit, realClock, until } from './support.ts'

const KEY = 'key'.repeat(12)
let redis: TestRedis
let server: PostgresServer
beforeAll(async () => {
  ;[redis, server] = await Promise.all([startRedis(), startPostgres()])
})
afterAll(async () => {
  await redis?.stop()
  await server?.stop()
})

const mirrors: Mirror[] = []
const folders: string[] = []
let tables = 0
const fresh: Record<string, () => MirrorSettings> = {
  folder: () => {
    const folder = mkdtempSync(join(tmpdir(), 'curfew-mirror-'))
    folders.push(folder)
    return { folder: join(folder, 'journal') }
  },
  postgres: () => {
    tables += 1
    return { database: { url: server.url, table: `public.mirror_${tables}` } }
  },
}
const open = (settings: MirrorSettings): Mirror => {
  const mirror = openMirror(settings)
  mirrors.push(mirror)
  return mirror
}
afterEach(async () => {
  for (const mirror of mirrors.splice(0)) await mirror.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const line = (n: number, text = `{"record":"r:R-${n}","event":{"says":"ü\\n"}}`): MirrorLine => ({
  n,
  seal: String(n).padStart(64, '0') as Seal,
  text,
})
const kept = (record: string, text: string): KeptText => ({
  record: record as RecordKey,
  digest: text.padStart(64, '0') as TextDigest,
  salt: 'salt',
  text,
})
const linesOf = async (mirror: Mirror): Promise<readonly unknown[]> => (await gather(mirror.read())).flat()
const textsOf = async (mirror: Mirror): Promise<readonly string[]> =>
  (await gather(mirror.texts())).flat().map(({ text }) => text)
const gather = async <T>(pages: AsyncIterable<T>): Promise<readonly T[]> => {
  const all: T[] = []
  for await (const page of pages) all.push(page)
  return all
}

describe.each(Object.keys(fresh))('a mirror in a %s', (kind) => {
  let settings: MirrorSettings
  beforeEach(() => {
    settings = fresh[kind]?.() as MirrorSettings
  })

  test('is empty at first; what is added stays, to the byte, also when it was tampered with before', async () => {
    const mirror = open(settings)
    expect([await mirror.last(), await linesOf(mirror), await textsOf(mirror)]).toEqual([null, [], []])
    const odd = [line(3, 'no JSON'), line(4, '{"a":1}\n{"n":9}'), line(5, '{"record"'), line(9)]
    await mirror.append([line(1), line(2)], [kept('r:R-1', 'why')])
    await mirror.append(odd, [])
    for (const again of [mirror, open(settings)]) {
      expect(await again.last()).toEqual(line(9))
      expect(await linesOf(again)).toEqual([line(1), line(2), ...odd])
      expect(await textsOf(again)).toEqual(['why'])
    }
  })

  test('a text is erased for good, and the lines stay as they are', async () => {
    const mirror = open(settings)
    await mirror.last()
    await mirror.append(
      [line(1), line(2)],
      [kept('r:R-1', 'one'), kept('r:R-10', 'ten'), kept('r:R-1', 'two')],
    )
    await mirror.erase('r:R-1' as RecordKey)
    await mirror.erase('r:R-1' as RecordKey)
    await mirror.append([line(3)], [kept('r:R-3', 'three')])
    expect(await textsOf(open(settings))).toEqual(['ten', 'three'])
    expect(await linesOf(mirror)).toEqual([line(1), line(2), line(3)])
    if ('folder' in settings) expect(read(settings.folder, 'texts')).not.toMatch(/one|two/)
  })

  test('of two who write at once each number stands there once, or is refused', async () => {
    const [one, two] = [open(settings), open(settings)]
    await Promise.all([one.last(), two.last()])
    await one.append([line(1), line(2)], [])
    await two.append([line(1)], []).catch((thrown: Error) => expect(thrown.message).toMatch('somebody else'))
    expect((await two.last())?.n).toBe(2)
    await two.append([line(3)], [])
    await expect(one.append([line(3)], [])).rejects.toThrow('somebody else')
    await one.last()
    await one.append([line(4)], [])
    expect(await linesOf(one)).toEqual([1, 2, 3, 4].map((n) => line(n)))
  })
})

const read = (folder: string, what: string): string =>
  readdirSync(folder)
    .filter((name) => name.startsWith(what))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('')

test('a last line that was cut off by a crash is taken away before the next one is written', async () => {
  const settings = fresh.folder?.() as { folder: string }
  const mirror = open(settings)
  await mirror.last()
  await mirror.append([line(1)], [kept('r:R-1', 'why')])
  const [entries = '', texts = ''] = readdirSync(settings.folder).map((name) => join(settings.folder, name))
  const whole = statSync(entries).size
  for (const file of [entries, texts]) appendFileSync(file, '{"n":2,"seal":"00')
  const next = open(settings)
  // Somebody may be just writing it: at the first look it is left alone.
  await expect(next.last()).rejects.toThrow('looked at once more')
  expect(statSync(entries).size).toBeGreaterThan(whole)
  expect(await next.last()).toEqual(line(1))
  await expect(next.append([line(2)], [kept('r:R-2', 'so')])).rejects.toThrow('looked at once more')
  await next.last()
  await next.append([line(2)], [kept('r:R-2', 'so')])
  expect(await linesOf(open(settings))).toEqual([line(1), line(2)])
  expect(await textsOf(open(settings))).toEqual(['why', 'so'])
})

test('a folder that cannot be written says so, and nothing is lost', async () => {
  const { folder } = fresh.folder?.() as { folder: string }
  appendFileSync(folder, 'a file')
  const mirror = open({ folder })
  await expect(mirror.last()).rejects.toThrow('ENOTDIR')
  await expect(mirror.append([line(1)], [])).rejects.toMatchObject({
    kind: 'retry',
    message: expect.stringMatching(/EEXIST|ENOTDIR/),
  })
})

test('a login that may only add is enough, and cannot change an entry', async () => {
  const [doc = ''] = /(?<=```sql\n)[\s\S]*?(?=```)/.exec(readFileSync('docs/evidence.md', 'utf8')) ?? []
  await server.admin(`${doc}; CREATE ROLE keeper LOGIN PASSWORD 'pw';
    GRANT SELECT, INSERT ON curfew_journal TO keeper; GRANT SELECT, INSERT, DELETE ON curfew_journal_texts TO keeper`)
  const url = server.urlFor('keeper', 'pw', 'postgres')
  const mirror = open({ database: { url, table: 'curfew_journal' } })
  expect(await mirror.last()).toBeNull()
  await mirror.append([line(1)], [kept('r:R-1', 'why')])
  await mirror.erase('r:R-1' as RecordKey)
  expect([await linesOf(mirror), await textsOf(mirror)]).toEqual([[line(1)], []])
  const client = await server.connectAs('keeper', 'pw', 'postgres')
  for (const sql of [
    "UPDATE curfew_journal SET entry = ''",
    'DELETE FROM curfew_journal',
    'TRUNCATE curfew_journal',
  ])
    await expect(client.query(sql)).rejects.toThrow('permission denied')
  await client.end()
})

test('a server that is not there, or refuses, is a fault without its address', async () => {
  const mirror = open({ database: { url: 'postgres://u:secret@127.0.0.1:1/x', table: 'curfew_journal' } })
  await expect(mirror.last()).rejects.toMatchObject({
    kind: 'retry',
    message: expect.not.stringMatching(/secret|127/),
  })
})

describe.each(Object.keys(fresh))('a bot that mirrors to a %s', (kind) => {
  const { open: openIt, closeAll } = journalOpener()
  const keepings: Keeping[] = []
  let journal: RedisJournal
  let settings: MirrorSettings
  beforeEach(async () => {
    await redis.client.flushall()
    settings = fresh[kind]?.() as MirrorSettings
    journal = await openIt(redis.address)
  })
  afterEach(async () => {
    for (const keeping of keepings.splice(0)) await keeping.stop()
    await closeAll()
  })
  const keep = async (log = listeningLog()): Promise<Keeping> => {
    const keeping = await keepJournal({
      redis: redis.address,
      log,
      clock: realClock,
      key: KEY,
      mirror: settings,
    })
    keepings.push(keeping)
    return keeping
  }
  const mirrored = (n: number): Promise<void> =>
    until(`entry ${n} is mirrored`, async () => ((await journal.mirror())?.n ?? 0) >= n)
  const streamed = async (): Promise<readonly string[]> =>
    (await redis.client.xrange(JOURNAL, '-', '+')).map(([, fields]) => fields[1] ?? '')
  const texts = async (): Promise<readonly string[]> =>
    (await linesOf(open(settings))).map((one) => (one as MirrorLine).text)

  test('every entry is in it within a second, with what was typed, by two replicas of which one stops', async () => {
    const [first] = [await keep(), await keep()]
    const reason = 'a'.repeat(64)
    const { n } = await mustCommit(journal, 'r:R-1', 1, {
      entries: [{ ...entry(1, 'r:R-1', 1), event: { type: 'requested', draft: { reason } } }],
      texts: [{ record: 'r:R-1', digest: digest(reason), salt: 's', text: 'INC-42' }],
    })
    const began = performance.now()
    await mirrored(n)
    expect(performance.now() - began).toBeLessThan(1_500)
    await first.stop()
    for (let i = 0; i < 6; i += 1)
      await Promise.all(Array.from({ length: 100 }, (_, j) => mustCommit(journal, `r:R-${i}-${j}`, 1)))
    await mirrored(601)
    expect(await texts()).toEqual(await streamed())
    expect(await textsOf(open(settings))).toEqual(['INC-42'])
    expect((await open(settings).last())?.seal).toBe((await journal.checkpoint())?.seal)
  })

  test('what people typed is erased in it when the journal says that it was forgotten', async () => {
    await keep()
    const reason = 'b'.repeat(64)
    await mustCommit(journal, 'r:R-2', 1, {
      entries: [{ ...entry(1, 'r:R-2', 1), event: { type: 'requested', draft: { reason } } }],
      texts: [{ record: 'r:R-2', digest: digest(reason), salt: 's', text: 'my own' }],
    })
    await mirrored(1)
    await mustCommit(journal, 'r:R-2', 2, {
      entries: [{ ...entry(1, 'r:R-2', 2), event: { type: 'forgotten' } }],
    })
    await mirrored(2)
    expect(await textsOf(open(settings))).toEqual([])
  })

  test('a Redis that came back empty, older, or as another one is noticed at the start, until it is right again', async () => {
    const first = await keep()
    expect(first.doubts()).toEqual([])
    for (let v = 1; v <= 3; v += 1) await mustCommit(journal, 'r:R-1', v)
    await mirrored(3)
    await first.stop()
    const rows = await redis.client.xrange(JOURNAL, '-', '+')
    await redis.client.flushall()
    const next = await keep()
    expect(next.doubts()).toEqual([
      expect.stringMatching(/ends at entry 0 and the mirror at 3: .* curfew restore/),
    ])
    await redis.client.xadd(JOURNAL, '3-0', 'e', '{"other":1,"mark":"x"}')
    await until('another one is noticed', () => next.doubts()[0]?.startsWith('Entry 3') === true)
    expect(await texts()).toHaveLength(3)
    await redis.client.flushall()
    for (const [id, fields] of rows) await redis.client.xadd(JOURNAL, id, ...fields)
    await until('all is well', () => next.doubts().length === 0)
  })

  test('an entry that was changed before it was mirrored stops the mirror, loudly, and nothing else', async () => {
    const log = listeningLog()
    await keep(log)
    await mustCommit(journal, 'r:R-1', 1)
    await mirrored(1)
    await redis.client.set('{curfew}:sealer', 'nobody', 'PX', 60_000)
    await mustCommit(journal, 'r:R-1', 2)
    await redis.client.hset('{curfew}:seal', 'seal', 'f'.repeat(64))
    await redis.client.del('{curfew}:sealer')
    await until('it is said', async () => (await journal.mirror())?.trouble?.includes('entry 2') === true)
    expect(log.said).toEqual(['the mirror does not follow'])
    expect(await journal.mirror()).toMatchObject({ n: 1, behind: 1 })
    expect(await mustCommit(journal, 'r:R-1', 3)).toMatchObject({ n: 3 })
    expect(await texts()).toHaveLength(1)
  })
})

test('where nothing better is offered a commit is durable as soon as the mirror has it; without one nothing is', async () => {
  const bare = await startRedis({ appendonly: 'no', save: '' })
  const settings = fresh.folder?.() as { folder: string }
  const { open: openIt, closeAll } = journalOpener()
  let keeping: Keeping | undefined
  try {
    const journal = await openIt(bare.address, { mirror: { hurry: () => keeping?.hurry() } })
    expect(await journal.examine()).toEqual([])
    await mustCommit(journal, 'r:R-1', 1)
    const log = listeningLog()
    await expect(journal.durable()).rejects.toThrow('the mirror does not follow')
    keeping = await keepJournal({ redis: bare.address, log, clock: realClock, key: KEY, mirror: settings })
    for (let v = 2; v <= 6; v += 1) {
      const { n } = await mustCommit(journal, 'r:R-1', v)
      await journal.durable()
      expect(Number(await bare.client.hget(MIRROR, 'n'))).toBeGreaterThanOrEqual(n)
      expect((await linesOf(open(settings))).length).toBeGreaterThanOrEqual(n)
    }
    expect(journal.way()).toBe('mirror')
  } finally {
    await keeping?.stop()
    await closeAll()
    await bare.stop()
  }
})
