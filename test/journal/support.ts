/** What the tests of the journal and the alarms share: a real clock, a log that remembers, short changes. */
import { AssertionError } from 'node:assert'
import type { Instant, Json, Mark, RecordKey, TextDigest } from '../../src/domain/model.ts'
import { type JournalOptions, openJournal, type RedisJournal } from '../../src/journal/redis-journal.ts'
import type { Change, Clock, Committed, Entry, Lane, Log } from '../../src/ports.ts'

export const realClock: Clock = {
  monotonicMs: () => performance.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** A clock whose monotonic time is set by the test. */
export const handClock = (): Clock & { move(ms: number): void } => {
  let now = 0
  return {
    ...realClock,
    monotonicMs: () => now,
    move: (ms) => {
      now += ms
    },
  }
}

/** What an operator is told to do about every doubt that stays. */
export const ACCEPT =
  'put it right (curfew restore, where there is a mirror), or accept it as it is: curfew accept'

/** Keeps warnings and errors, so that a test can ask what was said. */
export const listeningLog = (): Log & { readonly said: string[] } => {
  const said: string[] = []
  const say = (_: object, message: string): void => {
    said.push(message)
  }
  const log: Log & { readonly said: string[] } = {
    said,
    debug: () => undefined,
    info: () => undefined,
    warn: say,
    error: say,
    child: () => log,
  }
  return log
}

/** Time as the test says: whole ms in the key `test:now`. */
export const TEST_PRELUDE = "local function now() return tonumber(redis.call('GET', 'test:now')) end"

export const mark = (text: string): Mark => text.padEnd(8, '0') as Mark

/** One event of a record: from `v - 1` to `v`, with one entry. */
export const step = (
  at: Instant,
  key: RecordKey,
  v: number,
  more: Partial<Change> & { state?: Json } = {},
): Change => {
  const { state = { kind: 'test', v }, ...rest } = more
  return {
    at,
    reads: [{ key, v: v - 1 }],
    writes: [{ key, v, mark: mark(`${key}${v}`), state }],
    live: [],
    due: [],
    entries: [entry(at, key, v)],
    texts: [],
    sets: [],
    ends: false,
    ...rest,
  }
}

export const entry = (at: Instant, record: RecordKey, v: number): Omit<Entry, 'n'> => ({
  record,
  v,
  at,
  event: { kind: 'stepped', empty: [], nothing: {}, long: 1_764_000_000_123 },
  mark: mark(`${record}${v}`),
})

export const dueIn = (lane: Lane, key: RecordKey, at: Instant | null): Change['due'][number] => ({
  lane,
  key,
  at,
})

export const digest = (text: string): TextDigest => text as TextDigest

/** Redis time now. */
export const timeOf = async (journal: RedisJournal): Promise<Instant> => (await journal.load([])).now

/** Commits one step decided now, and insists that it landed. */
export const mustCommit = async (
  journal: RedisJournal,
  key: RecordKey,
  v: number,
  more: Partial<Change> & { state?: Json } = {},
): Promise<Extract<Committed, { kind: 'ok' }>> => {
  const committed = await journal.commit(step(await timeOf(journal), key, v, more))
  if (committed.kind !== 'ok') throw new Error(`not committed: ${committed.kind}`)
  return committed
}

/** Opens journals and closes them all. */
export const journalOpener = () => {
  const opened: RedisJournal[] = []
  return {
    open: async (
      redis: JournalOptions['redis'],
      more: Partial<JournalOptions> = {},
    ): Promise<RedisJournal> => {
      const journal = await openJournal({ redis, log: listeningLog(), clock: realClock, ...more })
      opened.push(journal)
      return journal
    },
    closeAll: async (): Promise<void> => {
      for (const journal of opened.splice(0)) await journal.close()
    },
  }
}

/** Waits for something that another process will make true. */
export const until = async (
  what: string,
  holds: () => boolean | Promise<boolean>,
  ms = 8_000,
): Promise<void> => {
  const deadline = Date.now() + ms
  while (!(await holds())) {
    if (Date.now() > deadline)
      throw new AssertionError({ message: `did not happen within ${ms} ms: ${what}` })
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
