/**
 * What happened, as one all-or-nothing change: marked entries, folded states, due times, and the versions of all that
 * was decided on. Called by transact only; it never talks to anybody.
 */
import { beginDelivery } from '../domain/delivery.ts'
import { markOf } from '../domain/entry.ts'
import { ENDED_WITHIN_MS } from '../domain/limits.ts'
import {
  type AccountOwner,
  deliveryKey,
  FREEZE_KEY,
  type Instant,
  type Json,
  type Mark,
  placeId,
  type RecordKey,
  type Request,
  requestKey,
  type Seat,
  seatRecordKey,
} from '../domain/model.ts'
import { isLive, planOf } from '../domain/owed.ts'
import { phaseOf } from '../domain/request.ts'
import { awaitsReview } from '../domain/review.ts'
import { apply, type Happening, recordOf, requestIn, type World } from '../domain/world.ts'
import type { Change, Lane, Stored } from '../ports.ts'
import { dueInChat } from './chat-lanes.ts'
import { closedSets } from './closed-days.ts'
import type { Loaded } from './load.ts'
import { countedAnew, countedIn } from './state-lanes.ts'

type Due = Change['due'][number]
type Folded = Request | Seat | AccountOwner

/** Everything of a change that follows from what happened. */
export const changeOf = (
  key: string,
  loaded: Loaded,
  happenings: readonly Happening[],
): Change & { readonly after: World } => {
  const marks = new Map<RecordKey, Mark | null>(
    [...loaded.stored].map(([record, { mark }]) => [record, mark]),
  )
  const states = new Map<RecordKey, Folded>()
  const entries: Change['entries'][number][] = []
  let world = loaded.world
  for (const happening of happenings) {
    world = apply(world, happening)
    const record = recordOf(happening)
    const state = stateIn(world, happening)
    const event = toJson(happening.event)
    const link = { record, v: state.v, at: happening.event.at, event }
    const mark = markOf(key, marks.get(record) ?? null, link)
    marks.set(record, mark)
    states.set(record, state)
    entries.push({ ...link, mark })
  }
  const written = [...states].map(([record, state]) => ({
    key: record,
    v: state.v,
    mark: marks.get(record) ?? null,
    state: toJson(state),
  }))
  const isGiving = happenings.some(gives)
  const requests = [...states.values()].filter((state) => state.kind === 'request')
  const views = newDeliveries(requests, happenings)
  return {
    after: world,
    at: loaded.world.now,
    reads: readsOf(loaded, states, isGiving),
    writes: [...written, ...views],
    live: [
      ...[...states].flatMap(([record, state]) => liveness(record, state)),
      ...views.map(({ key: record }) => ({ key: record, live: true })),
    ],
    due: [...states].flatMap(([record, state]) => [
      ...workDue(record, state),
      ...(state.kind === 'request' ? countedAnew(requestIn(loaded.world, state.id), state) : []),
      ...dueViews(state, happenings),
      ...lanesLeft(loaded.world.seat, state),
    ]),
    entries,
    sets: requests.flatMap((request) => [...setsOf(request), ...closedSets(request, loaded.world.now)]),
    texts: [],
    ends: !isGiving,
  }
}

/** The index of a person's open requests. */
export const requesterSet = (person: string): string => `open:${person}`
/** The index of what waits for an approver: requests, and extensions of grants. */
export const PENDING_SET = 'pending'
/** The index of what is being given or taken. */
export const MOVING_SET = 'moving'

/** The index of what waits for a review. */
export const REVIEW_SET = 'reviews'

/** Where a request stands in the indexes, which only find. */
export const setsOf = (request: Request): Change['sets'] => {
  const phase = phaseOf(request)
  const waits = phase === 'pending' || request.extensions?.open !== undefined
  const moves = ['approved', 'provisioning', 'ending'].includes(phase)
  const member = request.id
  return [
    { set: requesterSet(request.requester.id), member, has: isLive(request) },
    { set: PENDING_SET, member, has: waits },
    { set: MOVING_SET, member, has: moves },
    ...(request.review === undefined ? [] : [{ set: REVIEW_SET, member, has: awaitsReview(request) }]),
  ]
}

const GIVING = new Set<string>([
  'requested',
  'approved',
  'armed',
  'cleared',
  'extension asked',
  'extension approved',
  'extended',
  'revealed',
])

/** New work stops when memory runs out; everything that ends or looks goes on. */
const gives = ({ event }: Happening): boolean =>
  GIVING.has(event.type) || (event.type === 'attempted' && event.does === 'grant')

const stateIn = (world: World, happening: Happening): Folded => {
  if (happening.on === 'seat') return must(world.seat)
  if (happening.on === 'account') return must(world.owner)
  return must(world.request?.id === happening.id ? world.request : world.peers.get(happening.id))
}

const must = <T>(value: T | null | undefined): T => {
  if (value === null || value === undefined) throw new Error('nothing was folded')
  return value
}

/**
 * Peers that nothing happened to are left out: they were read for a sentence, not for a decision. Whether Curfew is
 * frozen is decided on only where something is given: an end waits for nobody's freeze.
 */
const readsOf = (
  loaded: Loaded,
  touched: ReadonlyMap<RecordKey, unknown>,
  isGiving: boolean,
): Change['reads'] => {
  const main = loaded.world.request === null ? undefined : requestKey(loaded.world.request.id)
  return [...loaded.stored.values()]
    .filter(({ key }) => key !== FREEZE_KEY || isGiving)
    .filter(({ key }) => !key.startsWith('r:') || key === main || touched.has(key))
    .map(({ key, v }) => ({ key, v }))
}

const liveness = (key: RecordKey, state: Folded): Change['live'] =>
  state.kind === 'account' ? [] : [{ key, live: isLive(state) }]

/** Everywhere that a record stands by its state, and where it does not. */
export const dueOf = (key: RecordKey, state: Folded): readonly Due[] => [
  ...workDue(key, state),
  ...(state.kind === 'request' ? countedIn(state) : []),
]

/**
 * Where a record's due time stands: the second check and the seats wait in their target's lanes, the rest together.
 * Cleaning up waits among what gives: it may take long, and no end is to wait for it.
 */
const workDue = (key: RecordKey, state: Folded): readonly Due[] => {
  if (state.kind === 'account') return []
  const plan = planOf(state)
  if (state.kind === 'seat') {
    const { target } = state.access
    const gives = state.holders.length > 0 || plan?.effect.effect === 'clean'
    return spread(key, plan?.at ?? null, gives ? `give:${target}` : `take:${target}`, [
      `give:${target}`,
      `take:${target}`,
    ])
  }
  const { target } = state.access
  const lane: Lane = plan?.effect.effect === 'clear' ? `give:${target}` : 'records'
  return spread(key, plan?.at ?? null, lane, ['records', `give:${target}`])
}

/** A seat whose target has another name by now stands in no lane of the old one. */
const lanesLeft = (before: Seat | null, after: Folded): readonly Due[] => {
  if (before === null || after.kind !== 'seat' || after.access.target === before.access.target) return []
  const { target } = before.access
  return ([`take:${target}`, `give:${target}`] as const).map((lane) => ({
    lane,
    key: seatRecordKey(before.key),
    at: null,
  }))
}

const spread = (key: RecordKey, at: Instant | null, chosen: Lane, all: readonly Lane[]): readonly Due[] =>
  all.map((lane) => ({ lane, key, at: lane === chosen ? at : null }))

/** Whatever happens to a request, its places in chat may be behind. */
const dueViews = (state: Folded, happenings: readonly Happening[]): readonly Due[] => {
  if (state.kind !== 'request') return []
  const shown = happenings.find((one) => one.on === 'request' && one.id === state.id && shows(one))
  if (shown === undefined) return []
  const at = shown.event.at + (isOverSoon(state, shown) ? ENDED_WITHIN_MS : 0)
  return state.places.flatMap((place) => {
    const id = placeId(place)
    return dueInChat(deliveryKey(state.id, id), place, state.posted[id], at)
  })
}

/** What nobody pressed for is told once, when it has ended, which is soon; where it is not, that it is being ended. */
const isOverSoon = (request: Request, { event }: Happening): boolean =>
  event.type === 'ending' && event.because === 'expired' && phaseOf(request) === 'ending'

/** Events of the views themselves do not change what is shown. */
const shows = ({ event }: Happening): boolean => event.type !== 'posted'

/** The records of a new request's places begin with it. */
const newDeliveries = (requests: readonly Request[], happenings: readonly Happening[]): readonly Stored[] =>
  requests
    .filter((request) =>
      happenings.some(({ event }) => event.type === 'requested' && event.draft.id === request.id),
    )
    .flatMap((request) =>
      request.places.map((place) => ({
        key: deliveryKey(request.id, placeId(place)),
        v: 1,
        mark: null,
        state: toJson(beginDelivery(request.id, place, request.askedAt)),
      })),
    )

/** Plain data without undefined, as it will come back from Redis. */
const toJson = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json
