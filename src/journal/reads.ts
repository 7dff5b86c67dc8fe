/** What is only read from the journal: records with the time of the decision, chains, texts, what is live. */
import type { ChainableCommander, Redis } from 'ioredis'
import { Fault } from '../domain/fault.ts'
import { type Json, type RequestId, requestKey, type Seal, type TextDigest } from '../domain/model.ts'
import type { Entry, Journal, MirrorStatus, RecordKey, Stored } from '../ports.ts'
import type { Doubts } from './doubts.ts'
import { groupLoads } from './group-loads.ts'
import {
  gestureName,
  HEAD,
  JOURNAL,
  MIRROR,
  numbersName,
  recordName,
  SEAL,
  setName,
  textsName,
} from './keys.ts'
import type { Link } from './link.ts'
import { scanLive } from './scan-live.ts'
import { noRecord, parseStored } from './stored.ts'

/** Entries fetched in one round. */
const PAGE = 500

type Rows = [id: string, fields: string[]][]

const readEntry = (n: number, rows: Rows | undefined): Entry => {
  const text = rows?.[0]?.[1][1]
  if (text === undefined) throw new Fault('permanent', `entry ${n} is missing from the journal`)
  return { n, ...(JSON.parse(text) as Omit<Entry, 'n'>) }
}

const readRecord = (key: RecordKey, text: string | null | undefined): Stored => {
  if (!text) return noRecord(key)
  const { live: _, ...record } = parseStored(key, text)
  return record
}

/** Runs a pipeline; rejects with the first error in it. */
export const execute = async (pipeline: ChainableCommander): Promise<unknown[]> => {
  const answers = (await pipeline.exec()) ?? []
  return answers.map(([error, answer]) => {
    if (error) throw error
    return answer
  })
}

/** How far the mirror is, as whoever writes it says. */
export const readMirrored = async (redis: Redis): Promise<MirrorStatus | null> => {
  const [head, found] = (await execute(redis.pipeline().hget(HEAD, 'n').hgetall(MIRROR))) as [
    string | null,
    Record<string, string>,
  ]
  if (found.n === undefined && found.trouble === undefined) return null
  const n = Number(found.n ?? 0)
  const behind = Math.max(0, Number(head ?? 0) - n)
  return { n, at: Number(found.at ?? 0), behind, ...(found.trouble ? { trouble: found.trouble } : {}) }
}

export const openReads = (
  link: Link,
  doubts: Doubts,
): Pick<
  Journal,
  'load' | 'entries' | 'texts' | 'members' | 'requestsIn' | 'live' | 'checkpoint' | 'mirror'
> => {
  const look = groupLoads(async (names) => {
    const reply = await link.run('load', [HEAD, ...names], [], 'read')
    const [status, texts, broken] = reply as [number[], (string | null)[], number[]]
    doubts.see(status)
    return {
      now: status[0] ?? 0,
      texts: new Map(names.map((name, i) => [name, texts[i] ?? null])),
      broken: new Set(broken.map((i) => names[i] ?? '')),
    }
  })
  return {
    load: async (keys, gesture) => {
      const seenAs = gesture === undefined ? [] : [gestureName(gesture)]
      const { now, texts } = await look([...keys.map(recordName), ...seenAs])
      const answer = seenAs.map((name) => texts.get(name))[0]
      return {
        now,
        records: new Map(keys.map((key) => [key, readRecord(key, texts.get(recordName(key)))])),
        ...(answer ? { seen: JSON.parse(answer) as Json } : {}),
      }
    },

    entries: async (key) => {
      const numbers = await link.command((redis) => redis.lrange(numbersName(key), 0, -1))
      const entries: Entry[] = []
      for (let i = 0; i < numbers.length; i += PAGE) {
        const page = numbers.slice(i, i + PAGE)
        const found = await link.command((redis) => {
          const pipeline = redis.pipeline()
          for (const n of page) pipeline.xrange(JOURNAL, `${n}-0`, `${n}-0`)
          return execute(pipeline)
        })
        entries.push(...page.map((n, at) => readEntry(Number(n), found[at] as Rows)))
      }
      return entries
    },

    texts: async (key) => {
      const texts = await link.command((redis) => redis.hgetall(textsName(key)))
      return new Map(
        Object.entries(texts).map(([digest, text]) => [
          digest as TextDigest,
          (JSON.parse(text) as { text: string }).text,
        ]),
      )
    },

    requestsIn: async (set) => {
      const reply = await link.run('load-set', [HEAD, setName(set)], ['r:'], 'read')
      const [status, ids, texts] = reply as [number[], RequestId[], (string | null)[]]
      doubts.see(status)
      return {
        now: status[0] ?? 0,
        records: ids.map((id, i) => readRecord(requestKey(id), texts[i])),
      }
    },

    members: (set) => link.command((redis) => redis.smembers(setName(set))),

    checkpoint: async () => {
      const { n, seal, at } = await link.command((redis) => redis.hgetall(SEAL))
      if (n === undefined || seal === undefined) return null
      return { n: Number(n), seal: seal as Seal, at: Number(at) }
    },

    mirror: () => link.command(readMirrored),

    live: async () => {
      const keys = new Set<RecordKey>()
      for await (const page of scanLive(link)) for (const key of page) keys.add(key)
      return [...keys]
    },
  }
}
