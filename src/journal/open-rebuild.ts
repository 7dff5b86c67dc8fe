/**
 * Fills an empty Redis with a journal that stood elsewhere. What makes it one, its head, is written last of all: until
 * then a bot that starts sees that something is lacking, and the next try begins from nothing.
 */
import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import { standsAlone } from '../domain/evolve-record.ts'
import { Fault } from '../domain/fault.ts'
import { KEEPER_LEASE_MS } from '../domain/limits.ts'
import type { Mark, RecordKey } from '../domain/model.ts'
import { type SealedTo, sealNext, UNSEALED } from '../domain/seal.ts'
import { showBase, signTrim } from '../domain/trim.ts'
import type { Entry, Indexed, Rebuild } from '../ports.ts'
import {
  BASES,
  dueName,
  HEAD,
  isJournalKey,
  JOURNAL,
  LIVE,
  MIRROR,
  numbersName,
  RESTORING,
  recordName,
  SEAL,
  SEALER,
  setName,
  textsName,
} from './keys.ts'
import type { Keeper } from './open-keeper.ts'
import { execute } from './reads.ts'
import { blocksOf } from './seal-entries.ts'
import { restOfText } from './stored.ts'
import { textAsRead } from './wire.ts'

interface Stand {
  readonly v: number
  readonly mark: Mark
}

/** `discard`: how many entries of a journal that is there may go. */
export const openRebuild = (keeper: Keeper, key: string, discard = 0): Rebuild => {
  const me = randomUUID()
  /** Where the chains of records stand at the entry up to which nothing is kept. */
  const bases = new Map<RecordKey, Stand>()
  const lanes = new Map<string, number>()
  const states = new Set<RecordKey>()
  /** Versions of the last entries that are kept. */
  const kept = new Map<RecordKey, number>()
  let sealed: SealedTo = UNSEALED
  let from: SealedTo = UNSEALED
  let [live, lastAt] = [0, 0]

  /** Nobody seals meanwhile; and who does shows that a bot is running. */
  const hold = async (ms = KEEPER_LEASE_MS): Promise<void> => {
    const [has] = await keeper.run('lease', [SEALER], [me, String(ms)])
    if (has === 1) return
    throw new Fault('permanent', 'A Curfew is running on this Redis: stop every one of them first')
  }

  const send = async (fill: (pipeline: ReturnType<Redis['pipeline']>) => void): Promise<unknown[]> => {
    await hold()
    return keeper.ask((redis) => {
      const pipeline = redis.pipeline()
      fill(pipeline)
      return execute(pipeline)
    })
  }

  const hasLeft = (record: RecordKey): boolean => record.startsWith('r:') && bases.has(record)

  const advance = (entry: Entry): void => {
    sealed = sealNext(key, sealed, entry.n, entry.mark)
    lastAt = Math.max(lastAt, entry.at)
  }

  return {
    begin: async () => {
      await hold()
      await mustBeEmpty(keeper, discard).catch(async (thrown: unknown) => {
        await hold(1)
        throw thrown
      })
      const [seconds, micros] = await keeper.ask((redis) => redis.time())
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000)
    },

    entries: async (page, upTo) => {
      const added: Entry[] = []
      const seals: SealedTo[] = []
      for (const entry of page) {
        advance(entry)
        if (entry.n > upTo) {
          added.push(entry)
          seals.push(sealed)
          kept.set(entry.record, entry.v)
        } else {
          from = sealed
          if (!standsAlone(entry.record)) bases.set(entry.record, entry)
        }
      }
      if (added.length === 0) return
      await send((pipeline) => {
        for (const entry of added) {
          pipeline.xadd(JOURNAL, `${entry.n}-0`, 'e', textAsRead(entry))
          // A request that has left knows of nothing any more.
          if (!hasLeft(entry.record)) pipeline.rpush(numbersName(entry.record), entry.n)
        }
        for (const [name, offset, shorts] of blocksOf(seals)) pipeline.setrange(name, offset, shorts)
      })
    },

    texts: async (page) => {
      if (page.length === 0) return
      await send((pipeline) => {
        for (const { record, digest, salt, text } of page)
          pipeline.hset(textsName(record), digest, JSON.stringify({ salt, text }))
      })
    },

    records: async (page) => {
      await send((pipeline) => {
        for (const one of page) {
          if (one.live) live += 1
          states.add(one.record.key)
          addRecord(pipeline, one, lanes)
        }
      })
    },

    finish: async () => {
      await send((pipeline) => {
        for (const [record, { v, mark }] of bases) {
          const [gone, stays] = [kept.get(record), states.has(record)]
          // Of what has left, and has no entry any more, nothing has to be known.
          if (stays || gone !== undefined)
            pipeline.hset(BASES, record, showBase({ v, mark, ...(!stays && gone !== undefined && { gone }) }))
        }
        const trim = from.n === 0 ? {} : { from: from.n, fromSeal: from.seal, signed: signTrim(key, from) }
        pipeline.hset(SEAL, { n: sealed.n, seal: sealed.seal, at: lastAt, ...trim })
        pipeline.hset(MIRROR, { n: sealed.n, at: lastAt })
        const sizes = Object.fromEntries([...lanes].map(([lane, size]) => [`due:${lane}`, size]))
        pipeline.hset(HEAD, { n: sealed.n, at: lastAt, live, ...sizes })
        pipeline.del(RESTORING, SEALER)
      })
    },
  }
}

/**
 * A restore that was cut short is wiped away, and so is what a bot leaves in an empty Redis, and what an operator wants to
 * be rid of; anything else is somebody's journal.
 */
const mustBeEmpty = async (keeper: Keeper, discard: number): Promise<void> => {
  const [restoring, head] = await keeper.ask((redis) =>
    Promise.all([redis.exists(RESTORING), redis.hget(HEAD, 'n')]),
  )
  const n = Number(head ?? 0)
  const mayWipe = restoring === 1 || (n > 0 && n === discard)
  for await (const names of journalKeys(keeper)) {
    if (!mayWipe && names.some((name) => n > 0 || HOLDS.test(name)))
      throw new Fault(
        'permanent',
        `Redis already holds a journal of ${n} entries, and only an empty one is filled: point REDIS_URL elsewhere, or look at what is there (curfew verify, curfew export), and if it is worth nothing: curfew restore --discard ${n}`,
      )
    if (names.length > 0) await keeper.ask((redis) => redis.unlink(...names))
  }
  await keeper.ask((redis) => redis.set(RESTORING, '1'))
}

/** Entries and records; indexes alone are nothing. */
const HOLDS = /^\{curfew\}:(journal$|n:|[a-z]:)/

async function* journalKeys(keeper: Keeper): AsyncGenerator<readonly string[]> {
  let cursor = '0'
  do {
    const [next, names] = await keeper.ask((redis) =>
      redis.scan(cursor, 'MATCH', '{curfew}:*', 'COUNT', 1_000),
    )
    cursor = next
    yield names.filter(isJournalKey)
  } while (cursor !== '0')
}

const addRecord = (
  pipeline: ReturnType<Redis['pipeline']>,
  { record, live, due, sets }: Indexed,
  lanes: Map<string, number>,
): void => {
  pipeline.set(recordName(record.key), `{"v":${record.v},"live":${live},${restOfText(record)}`)
  if (live) pipeline.sadd(LIVE, record.key)
  for (const { lane, key, at } of due) {
    if (at === null) continue
    pipeline.zadd(dueName(lane), Math.round(at), key)
    lanes.set(lane, (lanes.get(lane) ?? 0) + 1)
  }
  for (const { set, member, has } of sets) if (has) pipeline.sadd(setName(set), member)
}
