/**
 * The small world of the model test: two requests, their seat, a target that obeys late, two settlers, and time.
 * Lists every step that may come next; each is decided and folded by the functions under test.
 */
import type { Command } from '../../src/domain/command.ts'
import type * as Lifecycle from '../../src/domain/lifecycle.ts'
import type { Attempt, Instant, Request, Traits } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type * as Requests from '../../src/domain/request.ts'
import type * as Seats from '../../src/domain/seat.ts'
import type * as Worlds from '../../src/domain/world.ts'
import { settle } from './settlers.ts'

/** The functions under test: the real ones, or a copy of their source with one guard taken out. */
export interface Domain {
  readonly decide: typeof Lifecycle.decide
  readonly apply: typeof Worlds.apply
  readonly planSeat: typeof Seats.planSeat
  readonly phaseOf: typeof Requests.phaseOf
}

/** How much may go wrong in one story; all else is walked without a bound. */
export interface Bounds {
  /** Settlers that stop for ever, whatever they were at. */
  readonly crashes: number
  /** Calls nobody hears the end of, calls that are refused, looks that see nothing. */
  readonly faults: number
}

/** A call under way: it may land as long as the target lets it, also when nobody waits for it any more. */
export interface Flying {
  readonly does: Attempt['does']
  readonly n: number
  readonly landsBefore: Instant
}

/** What a settler was sent out with: the seat's version and the time of its load; without `n` it only looks. */
export interface Errand {
  readonly v: number
  readonly since: Instant
  readonly n?: number
}

export type Settler =
  | { readonly is: 'idle' }
  | (Errand & { readonly is: 'waiting' })
  | (Errand & { readonly is: 'answered'; readonly outcome: 'ok' | 'refused' | 'unknown' })
  | (Errand & { readonly is: 'looked'; readonly ours: Seats.Look['ours'] })

export interface State {
  /** Its `request` is always null: both requests are peers. */
  readonly world: Worlds.World
  /** What the target really has. */
  readonly present: boolean
  readonly flying: readonly Flying[]
  readonly settlers: readonly [Settler, Settler]
  readonly crashes: number
  readonly faults: number
}

export interface Step {
  readonly label: string
  /** `work` happens by itself, sooner or later; a `wish` may never come; a `mishap` is bounded. */
  readonly kind: 'work' | 'wish' | 'mishap'
  readonly next: State
  readonly happened: readonly Worlds.Happening[]
  /** The version of the seat that an answer was brought back for. */
  readonly basedOn?: number
}

export const IDLE: Settler = { is: 'idle' }

export const beginWith = (world: Worlds.World): State => ({
  world,
  present: false,
  flying: [],
  settlers: [IDLE, IDLE],
  crashes: 0,
  faults: 0,
})

export const requestsOf = ({ world }: State): readonly Request[] => [...world.peers.values()]

export const traitsOf = (state: State): Traits => {
  const [first] = requestsOf(state)
  if (first === undefined) throw new Error('no requests in this world')
  return first.access.traits
}

export const isUnanswered = ({ outcome }: Attempt): boolean => outcome === undefined || outcome === 'unknown'

/** Everything that may come next. */
export const stepsFrom = (domain: Domain, state: State, bounds: Bounds): Step[] => [
  ...requestsOf(state).flatMap((request) => move(domain, state, request)),
  ...settle(domain, state, 0, bounds),
  ...settle(domain, state, 1, bounds),
  ...land(state),
  ...pass(domain, state),
]

/** A step in which nothing is committed. */
export const quietly = (label: string, kind: Step['kind'], next: State): Step => ({
  label,
  kind,
  next,
  happened: [],
})

/** Decides and commits at once, as the check of versions makes it; null when there is nothing to do. */
export const commit = (
  { decide, apply }: Domain,
  state: State,
  command: Command,
  about: Request | null = null,
): Pick<Step, 'next' | 'happened'> | null => {
  const world = { ...state.world, request: about }
  const happened = decide(world, command)
  if (isRefusal(happened) || happened.length === 0) return null
  return { next: { ...state, world: { ...happened.reduce(apply, world), request: null } }, happened }
}

/** What time, the second check and its owner do to a request. "It is late" only counts, and is left out. */
const move = (domain: Domain, state: State, request: Request): Step[] => {
  if (domain.phaseOf(request) === 'ending') return []
  const clearance = { result: 'ok', access: request.access } as const
  const commands: readonly (readonly [Step['kind'], Command])[] = [
    ['work', { do: 'tick' }],
    ['work', { do: 'clear', clearance }],
    ['wish', { do: 'give back', by: request.requester }],
    ['wish', { do: 'leave' }],
  ]
  return commands.flatMap(([kind, command]) => {
    const done = commit(domain, state, command, request)
    return done === null ? [] : [{ label: `${request.id}: ${command.do}`, kind, ...done }]
  })
}

/** Any call lands at any time before its end, whoever still waits for it. */
const land = (state: State): Step[] =>
  state.flying.map((call) =>
    quietly(`${call.does} #${call.n} lands`, 'work', {
      ...state,
      present: call.does === 'grant',
      flying: state.flying.filter((other) => other !== call),
      settlers: [hear(state.settlers[0], call), hear(state.settlers[1], call)],
    }),
  )

const hear = (settler: Settler, call: Flying): Settler =>
  waitsFor(settler, call) ? { ...settler, is: 'answered', outcome: 'ok' } : settler

const waitsFor = (settler: Settler, call: Flying): settler is Extract<Settler, { is: 'waiting' }> =>
  settler.is === 'waiting' && settler.n === call.n

/** Time moves to the next moment at which anything changes. Nobody waits for a call beyond its end. */
const pass = (domain: Domain, state: State): Step[] => {
  const { now } = state.world
  const at = Math.min(...momentsOf(domain, state).filter((moment) => moment > now))
  const over = state.flying.filter((call) => call.landsBefore <= at)
  const waited = over.some((call) => state.settlers.some((settler) => waitsFor(settler, call)))
  if (!Number.isFinite(at) || waited) return []
  const flying = state.flying.filter((call) => !over.includes(call))
  return [
    quietly(`${(at - now) / 1_000} s pass`, 'work', { ...state, flying, world: { ...state.world, now: at } }),
  ]
}

const momentsOf = (domain: Domain, state: State): Instant[] => {
  const { seat } = state.world
  const plan = seat === null ? null : domain.planSeat(seat)
  return [
    ...(plan === null ? [] : [plan.at]),
    ...(seat?.attempts ?? []).filter(isUnanswered).map((attempt) => attempt.notAfter),
    ...state.flying.map((call) => call.landsBefore),
    ...requestsOf(state).flatMap((request) => momentsIn(domain, request)),
  ]
}

const momentsIn = ({ phaseOf }: Domain, request: Request): Instant[] => {
  const { grant } = request
  const phase = phaseOf(request)
  if (grant === undefined) return []
  if (phase === 'approved' || phase === 'provisioning') return [grant.giveUpAt]
  return phase === 'active' ? [grant.endsAt] : []
}
