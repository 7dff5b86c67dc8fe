/**
 * Makes an empty Redis what the mirror says it was: folds every entry by the same functions that the bot uses, and
 * writes records, indexes and deliveries anew. Nothing that was told is told again.
 */
import { isToldIn } from '../domain/cards/thread-lines.ts'
import { beginDelivery, type Delivery, messageKey } from '../domain/delivery.ts'
import { evolveRecord, type FoldedState, standsAlone } from '../domain/evolve-record.ts'
import { mayLeave } from '../domain/leave.ts'
import { BATCH_MAX, RESTORED_CARDS_MS } from '../domain/limits.ts'
import {
  deliveryKey,
  type Instant,
  type Json,
  type Mark,
  type Place,
  placeId,
  type RecordKey,
  type Request,
} from '../domain/model.ts'
import { isLive } from '../domain/owed.ts'
import type { RequestEvent } from '../domain/request.ts'
import { tell } from '../domain/words.ts'
import type { Archive, Entry, Indexed, Rebuild } from '../ports.ts'
import { dueOf, setsOf } from './change.ts'
import { dueInChat } from './chat-lanes.ts'
import { closedSets } from './closed-days.ts'

export interface Restored {
  readonly entries: number
  readonly requests: number
  /** Closed long ago: they stay in the mirror. */
  readonly left: number
  /** Requests that are not over. */
  readonly live: number
}

interface Folded {
  readonly state: FoldedState
  readonly mark: Mark
  /** Number of its first entry, and when its last event happened. */
  readonly first: number
  readonly lastAt: Instant
  /** Of a request: how many events are told, by kind of place. */
  readonly lines: Readonly<Record<Place['kind'], number>>
}

/** Rejects with a fault when one of the two does not answer, or when Redis is not empty. */
export const restore = async (archive: Archive, rebuild: Rebuild, keepMs: number): Promise<Restored> => {
  const before = (await rebuild.begin()) - keepMs
  const { records, lastN, lastAt, oldN } = await foldAll(archive, before)
  const upTo = leftUpTo(records, { before, oldN, lastN })
  const stays = ([key, { first }]: readonly [RecordKey, Folded]): boolean =>
    !key.startsWith('r:') || first > upTo
  const staying = [...records].filter(stays)
  for await (const page of archive.entries()) await rebuild.entries(page, upTo)
  const kept = new Set(staying.map(([key]) => key))
  for await (const page of archive.texts()) await rebuild.texts(page.filter(({ record }) => kept.has(record)))
  const indexed = staying.flatMap(([key, folded]) => indexedOf(key, folded, lastAt))
  for (let i = 0; i < indexed.length; i += BATCH_MAX) await rebuild.records(indexed.slice(i, i + BATCH_MAX))
  await rebuild.finish()
  const requests = staying.filter(([key]) => key.startsWith('r:'))
  return {
    entries: lastN,
    requests: requests.length,
    left: records.size - staying.length,
    live: requests.filter(([, { state }]) => isLive(state as Request)).length,
  }
}

interface All {
  readonly records: ReadonlyMap<RecordKey, Folded>
  readonly lastN: number
  readonly lastAt: Instant
  /** The last entry before anything that is younger. */
  readonly oldN: number
}

const foldAll = async (archive: Archive, before: Instant): Promise<All> => {
  const records = new Map<RecordKey, Folded>()
  let [lastN, lastAt, oldN, isOld] = [0, 0, 0, true]
  for await (const page of archive.entries()) {
    for (const entry of page) {
      lastN = entry.n
      lastAt = Math.max(lastAt, entry.at)
      isOld &&= entry.at < before
      if (isOld) oldN = entry.n
      if (!standsAlone(entry.record)) records.set(entry.record, foldOne(records.get(entry.record), entry))
    }
  }
  return { records, lastN, lastAt, oldN }
}

const foldOne = (was: Folded | undefined, { n, record, at, event, mark }: Entry): Folded => {
  const state = evolveRecord(record, was?.state ?? null, event)
  const lines = was?.lines ?? { card: 0, thread: 0, dm: 0 }
  return {
    state,
    mark,
    first: was?.first ?? n,
    lastAt: at,
    lines: state.kind === 'request' ? countLine(lines, event as unknown as RequestEvent, state) : lines,
  }
}

const countLine = (lines: Folded['lines'], event: RequestEvent, request: Request): Folded['lines'] => {
  if (tell(event, request, new Map()) === null) return lines
  const more = (kind: Place['kind']): number => lines[kind] + (isToldIn(kind, event) ? 1 : 0)
  return { card: more('card'), thread: more('thread'), dm: more('dm') }
}

/** Up to which entry nothing is needed any more: the same rule by which Redis is trimmed as it runs. */
const leftUpTo = (
  records: All['records'],
  { before, oldN, lastN }: { before: Instant; oldN: number; lastN: number },
): number => {
  let upTo = Math.min(oldN, lastN - 1)
  for (const { state, first } of records.values())
    if (state.kind === 'request' && !mayLeave(state, before)) upTo = Math.min(upTo, first - 1)
  return Math.max(0, upTo)
}

/** A record and, of a request, its places in chat. */
const indexedOf = (key: RecordKey, folded: Folded, lastAt: Instant): readonly Indexed[] => {
  const { state, mark } = folded
  const record = { key, v: state.v, mark, state: toJson(state) }
  switch (state.kind) {
    case 'request':
      return [
        {
          record,
          live: isLive(state),
          due: isLive(state) ? dueOf(key, state) : [],
          sets: [...setsOf(state), ...closedSets(state, closedAt(state))],
        },
        ...state.places.map((place) => placeOf(state, place, folded, lastAt)),
      ]
    case 'seat':
      return [{ record, live: isLive(state), due: isLive(state) ? dueOf(key, state) : [], sets: [] }]
    default:
      return [{ record, live: false, due: [], sets: [] }]
  }
}

const closedAt = (request: Request): Instant => request.grant?.ended?.at ?? request.closed?.at ?? 0

/** All lines count as told. Cards are drawn anew where something can still happen, or did just before the loss. */
const placeOf = (request: Request, place: Place, folded: Folded, lastAt: Instant): Indexed => {
  const id = placeId(place)
  const key = deliveryKey(request.id, id)
  const posted = request.posted[id]
  const isFresh = isLive(request) || folded.lastAt > lastAt - RESTORED_CARDS_MS
  const begun = beginDelivery(request.id, place, folded.lastAt)
  const delivery: Delivery = {
    ...begun,
    lines: folded.lines[place.kind],
    nextAt: isFresh ? begun.nextAt : null,
    ...(posted === undefined
      ? // It may stand there: the note of it may be what was lost.
        { trying: { key: messageKey(request.id, id, 'card'), since: request.askedAt } }
      : { posted }),
  }
  const record = { key, v: delivery.v, mark: null, state: toJson(delivery) }
  return { record, live: isFresh, due: dueInChat(key, place, posted, delivery.nextAt), sets: [] }
}

/** Plain data without undefined, as it comes back from Redis. */
const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
