/** Loads the world that a decision is made in, with the versions it was read at. */
import type { Delivery } from '../domain/delivery.ts'
import type { Digest } from '../domain/digest.ts'
import { asFault } from '../domain/fault.ts'
import type { Freeze, Frozen } from '../domain/freeze.ts'
import type { Group } from '../domain/group.ts'
import {
  type Access,
  type AccountOwner,
  accountKey,
  FREEZE_KEY,
  type Json,
  type PersonId,
  type RecordKey,
  type Request,
  type RequestId,
  requestKey,
  type Seat,
  type SeatKey,
  seatRecordKey,
} from '../domain/model.ts'
import type { Notice } from '../domain/notice.ts'
import type { Survey } from '../domain/survey.ts'
import { textOf } from '../domain/words.ts'
import type { World } from '../domain/world.ts'
import type { Journal, Stored } from '../ports.ts'

export interface Loaded {
  readonly world: World
  /** Everything that was read, with its version and last mark. */
  readonly stored: ReadonlyMap<RecordKey, Stored>
}

type RecordState = {
  request: Request
  seat: Seat
  account: AccountOwner
  delivery: Delivery
  group: Group
  digest: Digest
  survey: Survey
  notice: Notice
  freeze: Freeze
}

/** A stored record of one kind, null when there is none. Throws on a record of another kind: a bug. */
export const readState = <K extends keyof RecordState>(
  kind: K,
  stored: Stored | undefined,
): RecordState[K] | null => {
  if (stored === undefined || stored.v === 0) return null
  const state = stored.state as unknown as RecordState[K]
  if (state?.kind !== kind) throw new Error(`${stored.key} is not a ${kind}`)
  return state
}

/** A request with its seat, everybody on that seat, and the owner of its account. */
export const loadRequest = (journal: Journal, id: RequestId): Promise<Loaded> =>
  loadOne(journal, id, (access) => ({ request: id, account: access }))

/** The same without the owner: what time does to a request is not held up by a record that it does not need. */
export const loadForTick = (journal: Journal, id: RequestId): Promise<Loaded> =>
  loadOne(journal, id, () => ({ request: id }))

const loadOne = async (
  journal: Journal,
  id: RequestId,
  focusOn: (access: Access) => Focus,
): Promise<Loaded> => {
  const first = await journal.load([requestKey(id)])
  const request = readState('request', first.records.get(requestKey(id)))
  if (request === null) return gather(first, [requestKey(id)], { request: id })
  return loadAround(journal, request.access.seat, [id], focusOn(request.access))
}

/** A seat with everybody on it. */
export const loadSeat = async (journal: Journal, key: SeatKey): Promise<Loaded> => {
  const first = await journal.load([seatRecordKey(key)])
  const seat = readState('seat', first.records.get(seatRecordKey(key)))
  if (seat === null) return gather(first, [seatRecordKey(key)], { seat: key })
  return loadPeers(journal, [seatRecordKey(key)], peersOf(seat), { seat: key })
}

/** The surroundings of a request that is yet to be made: nobody must have its id. */
export const loadForNew = (journal: Journal, id: RequestId, access: Access): Promise<Loaded> =>
  loadPeers(journal, [accountKey(access.target, access.account)], [id], { request: id, account: access })

interface Focus {
  readonly request?: RequestId
  readonly seat?: SeatKey
  readonly account?: Access
}

const loadAround = async (
  journal: Journal,
  seatKey: SeatKey,
  ids: readonly RequestId[],
  focus: Focus,
): Promise<Loaded> => {
  const key = seatRecordKey(seatKey)
  const first = await journal.load([key])
  const seat = readState('seat', first.records.get(key))
  const peers = seat === null ? ids : [...new Set([...ids, ...peersOf(seat)])]
  const owner = focus.account === undefined ? [] : [accountKey(focus.account.target, focus.account.account)]
  return loadPeers(journal, [key, ...owner], peers, { ...focus, seat: seatKey })
}

const peersOf = (seat: Seat): readonly RequestId[] => [
  ...new Set([
    ...seat.holders.map((holder) => holder.request),
    ...seat.leaving,
    ...(seat.lastRequest === undefined ? [] : [seat.lastRequest]),
  ]),
]

const loadPeers = async (
  journal: Journal,
  keys: readonly RecordKey[],
  ids: readonly RequestId[],
  focus: Focus,
): Promise<Loaded> => {
  const all = [...keys, ...ids.map(requestKey)]
  // In the same breath, so that both are one read; apart, so that an end does not wait for a freeze that cannot be read.
  const [read, freeze] = await Promise.all([journal.load(all), readFreeze(journal)])
  const loaded = gather(read, all, focus)
  // Since it was looked for, somebody else may have come to the seat.
  const newcomers = (loaded.world.seat === null ? [] : peersOf(loaded.world.seat)).filter(
    (id) => !ids.includes(id),
  )
  if (newcomers.length > 0) return loadPeers(journal, keys, [...ids, ...newcomers], focus)
  const stored = new Map([...loaded.stored, [FREEZE_KEY, freeze ?? missing(FREEZE_KEY)] as const])
  const frozen = freeze === undefined ? { ...UNREADABLE, at: read.now } : await frozenBy(journal, freeze)
  return { stored, world: { ...loaded.world, ...(frozen && { frozen }) } }
}

/** Nobody knows whether Curfew is frozen: then it is. */
const UNREADABLE: Omit<Frozen, 'at'> = {
  by: { id: 'host:curfew' as PersonId, via: 'host:curfew', identity: 'host:curfew', name: 'Curfew' },
  reason: 'the record of freezes cannot be read',
}

/** Undefined: it cannot be read. Rejects with a fault when Redis does not answer. */
const readFreeze = async (journal: Journal): Promise<Stored | undefined> => {
  try {
    return (await journal.load([FREEZE_KEY])).records.get(FREEZE_KEY) ?? missing(FREEZE_KEY)
  } catch (thrown) {
    if (asFault(thrown).kind !== 'permanent') throw thrown
    return undefined
  }
}

const gather = (
  read: { now: number; records: ReadonlyMap<RecordKey, Stored> },
  keys: readonly RecordKey[],
  focus: Focus,
): Loaded => {
  const stored = new Map(keys.map((key) => [key, read.records.get(key) ?? missing(key)]))
  const peers = new Map<RequestId, Request>()
  for (const record of stored.values()) {
    const request = record.key.startsWith('r:') ? readState('request', record) : null
    if (request !== null) peers.set(request.id, request)
  }
  const request = focus.request === undefined ? null : (peers.get(focus.request) ?? null)
  const seat = focus.seat === undefined ? null : readState('seat', stored.get(seatRecordKey(focus.seat)))
  const { account } = focus
  const owner = account && readState('account', stored.get(accountKey(account.target, account.account)))
  return { stored, world: { now: read.now, request, seat, peers, owner: owner ?? null } }
}

const missing = (key: RecordKey): Stored => ({ key, v: 0, mark: null, state: null as Json })

/** Of its record as it was read; undefined when it is not. Rejects with a fault when Redis does not answer. */
const frozenBy = async (
  journal: Pick<Journal, 'texts'>,
  stored: Stored | undefined,
): Promise<Frozen | undefined> => {
  const since = readState('freeze', stored)?.since
  if (since === undefined) return undefined
  const reason = since.reason === null ? '' : textOf(since.reason, await journal.texts(FREEZE_KEY))
  return { at: since.at, by: since.by, reason }
}

/** As of now. */
export const readFrozen = async (journal: Journal): Promise<Frozen | undefined> =>
  frozenBy(journal, (await journal.load([FREEZE_KEY])).records.get(FREEZE_KEY))
