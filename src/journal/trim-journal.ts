/**
 * Retention: the oldest entries leave Redis once the mirror has them, and with them every request that they began, if it
 * was over long ago. It stops at the first request that is not; seats, accounts and groups keep their state.
 */
import { standsAlone } from '../domain/evolve-record.ts'
import { mayLeave } from '../domain/leave.ts'
import { deliveryKey, type Instant, placeId, type RecordKey, type Request } from '../domain/model.ts'
import { type SealedTo, sealNext } from '../domain/seal.ts'
import { type Base, showBase, signTrim } from '../domain/trim.ts'
import type { Entry } from '../ports.ts'
import {
  BASES,
  HEAD,
  JOURNAL,
  LIVE,
  MIRROR,
  numbersName,
  recordName,
  SEAL,
  SEALS_IN_A_KEY,
  sealsName,
  textsName,
} from './keys.ts'
import type { Keeper } from './open-keeper.ts'
import { entryOf } from './read-histories.ts'
import { type Row, readPage } from './read-pages.ts'
import { readTrim, type Trim } from './read-trim.ts'
import { parseStored } from './stored.ts'

/** Lets at most a page of entries leave; answers how many did. Rejects with a fault. */
export const trimJournal = async (keeper: Keeper, key: string, keepMs: number): Promise<number> => {
  const trim = await readTrim(keeper, key)
  // Somebody else said where the journal begins: nothing is built on that.
  if (!trim.isSigned) return 0
  const [rows, [seconds], mirrored] = await Promise.all([
    readPage(keeper),
    keeper.ask((redis) => redis.time()),
    keeper.ask((redis) => redis.hget(MIRROR, 'n')),
  ])
  const leaving = await choose(keeper, trim, rows, {
    before: Number(seconds) * 1_000 - keepMs,
    upTo: Number(mirrored ?? 0),
  })
  const last = leaving.entries.at(-1)
  if (last === undefined) return 0
  const given = planOf(key, trim, leaving)
  const [done] = await keeper.run('trim', keysOf(leaving), [JSON.stringify(given)])
  if (done !== 1) return 0
  await dropSeals(keeper, trim.from.n, last.n)
  return leaving.entries.length
}

interface Leaving {
  /** From the first that is there, without a gap. */
  readonly entries: readonly Entry[]
  readonly requests: ReadonlyMap<RecordKey, Request>
}

const choose = async (
  keeper: Keeper,
  trim: Trim,
  rows: readonly Row[],
  { before, upTo }: { before: Instant; upTo: number },
): Promise<Leaving> => {
  const all = rows.map(entryOf)
  const requests = await readRequests(keeper, all)
  const stops = all.findIndex((entry, i) => {
    // A gap, or what cannot be read, is for an operator to look at.
    if (entry === undefined || entry.n !== trim.from.n + 1 + i) return true
    if (entry.n > upTo || entry.at >= before) return true
    const request = requests.get(entry.record)
    return request !== undefined && !mayLeave(request, before)
  })
  const entries = all.slice(0, stops < 0 ? all.length : stops).flatMap((entry) => entry ?? [])
  const left = new Set(entries.map(({ record }) => record))
  return { entries, requests: new Map([...requests].filter(([record]) => left.has(record))) }
}

/** As they are stored now; those that have left before are not. */
const readRequests = async (
  keeper: Keeper,
  entries: readonly (Entry | undefined)[],
): Promise<ReadonlyMap<RecordKey, Request>> => {
  const records = [...new Set(entries.flatMap((entry) => entry?.record ?? []))].filter((record) =>
    record.startsWith('r:'),
  )
  if (records.length === 0) return new Map()
  const texts = await keeper.ask((redis) => redis.mget(records.map(recordName)))
  return new Map(
    records.flatMap((record, i) => {
      const text = texts[i]
      return text ? [[record, parseStored(record, text).state as unknown as Request] as const] : []
    }),
  )
}

const planOf = (key: string, trim: Trim, { entries, requests }: Leaving) => {
  const counts = new Map<RecordKey, number>()
  const stands = new Map<RecordKey, Base>()
  let to: SealedTo = trim.from
  for (const { n, record, v, mark } of entries) {
    to = sealNext(key, to, n, mark)
    counts.set(record, (counts.get(record) ?? 0) + 1)
    if (!standsAlone(record)) stands.set(record, { v, mark })
  }
  const bases = [...stands].map(([record, stand]): [RecordKey, Base] => {
    const gone = requests.get(record)?.v ?? trim.bases.get(record)?.gone
    return [record, gone === undefined ? stand : { ...stand, gone }]
  })
  // Of what has left, and has no entry any more, nothing has to be known.
  const isOver = ([, { v, gone }]: readonly [RecordKey, Base]): boolean => gone !== undefined && v >= gone
  return {
    from: trim.from.n,
    to: to.n,
    seal: to.seal,
    signed: signTrim(key, to),
    cuts: [...counts].filter(([record]) => !record.startsWith('r:')),
    bases: bases.filter((one) => !isOver(one)).map(([record, base]) => [record, showBase(base)]),
    over: bases.filter(isOver).map(([record]) => record),
    drops: [...requests].map(([record, request]) => [record, request.v, viewsOf(request)]),
  }
}

const viewsOf = ({ id, places }: Request): readonly RecordKey[] =>
  places.map((place) => deliveryKey(id, placeId(place)))

const keysOf = ({ entries, requests }: Leaving): readonly string[] => [
  HEAD,
  JOURNAL,
  LIVE,
  SEAL,
  BASES,
  MIRROR,
  ...new Set(entries.map(({ record }) => numbersName(record))),
  ...[...requests].flatMap(([record, request]) =>
    [record, ...viewsOf(request)].flatMap((one) => [recordName(one), textsName(one)]),
  ),
]

/** Keys of which every seal is of an entry that has left. */
const dropSeals = async (keeper: Keeper, from: number, to: number): Promise<void> => {
  const names: string[] = []
  for (let n = from; sealsName(n) !== sealsName(to + 1); n += SEALS_IN_A_KEY) names.push(sealsName(n))
  if (names.length > 0) await keeper.ask((redis) => redis.unlink(...names))
}
