/** Loads the world that a decision is made in, with the versions it was read at. */
import type { Delivery } from '../domain/delivery.ts'
import type { Digest } from '../domain/digest.ts'
import type { Freeze, Frozen } from '../domain/freeze.ts'
import type { Group } from '../domain/group.ts'
import {
  type Access,
  type AccountOwner,
  accountKey,
  FREEZE_KEY,
  type Json,
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
export const loadRequest = async (journal: Journal, id: RequestId): Promise<Loaded> => {
  const first = await journal.load([requestKey(id)])
  const request = readState('request', first.records.get(requestKey(id)))
  if (request === null) return gather(first, [requestKey(id)], { request: id })
  return loadAround(journal, request.access, [id], { request: id })
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
  access: Access,
  ids: readonly RequestId[],
  focus: Focus,
): Promise<Loaded> => {
  const keys = [seatRecordKey(access.seat), accountKey(access.target, access.account)]
  const first = await journal.load([keys[0] as RecordKey])
  const seat = readState('seat', first.records.get(seatRecordKey(access.seat)))
  const peers = seat === null ? ids : [...new Set([...ids, ...peersOf(seat)])]
  return loadPeers(journal, keys, peers, { ...focus, seat: access.seat, account: access })
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
  const all = [FREEZE_KEY, ...keys, ...ids.map(requestKey)]
  const read = await journal.load(all)
  const loaded = gather(read, all, focus)
  const frozen = await frozenBy(journal, read.records.get(FREEZE_KEY))
  return frozen === undefined ? loaded : { ...loaded, world: { ...loaded.world, frozen } }
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
