/**
 * All interleavings of two requests on one seat, two settlers, late calls and a crash, over the real decide / evolve /
 * plan. A breadth-first walk; it answers the shortest story that breaks an invariant, or how many states it saw.
 */

import type { Command } from '../../src/domain/command.ts'
import type * as Lifecycle from '../../src/domain/lifecycle.ts'
import type { Attempt, Instant, RequestId } from '../../src/domain/model.ts'
import { isRefusal } from '../../src/domain/refusal.ts'
import type * as Requests from '../../src/domain/request.ts'
import type * as Seats from '../../src/domain/seat.ts'
import type * as Worlds from '../../src/domain/world.ts'

/** The functions under test: the real ones, or a copy of their source with one guard taken out. */
export interface Domain {
  readonly decide: typeof Lifecycle.decide
  readonly apply: typeof Worlds.apply
  readonly planSeat: typeof Seats.planSeat
  readonly phaseOf: typeof Requests.phaseOf
}

type World = Worlds.World

/** A call under way: it may land as long as the fence lets it, also when nobody waits for it any more. */
interface Flying {
  readonly does: Attempt['does']
  readonly n: number
  readonly landsBefore: Instant
}

type Settler =
  | { readonly is: 'idle' }
  | { readonly is: 'waiting'; readonly n: number; readonly v: number }
  | { readonly is: 'answered'; readonly n: number; readonly v: number; readonly outcome: 'ok' | 'unknown' }
  | { readonly is: 'looked'; readonly n?: number; readonly v: number; readonly look: Look }

interface Look {
  readonly ours: 'present' | 'absent'
  readonly others: 'absent'
  readonly since: Instant
}

interface State {
  readonly world: World
  /** What the target really has. */
  readonly present: boolean
  readonly flying: readonly Flying[]
  readonly settlers: readonly [Settler, Settler]
  readonly crashes: number
  readonly unknowns: number
}

interface Step {
  readonly label: string
  readonly next: State
}

export interface Bounds {
  readonly attempts: number
  readonly crashes: number
  readonly unknowns: number
  readonly states: number
  readonly until: Instant
}

export interface Walk {
  readonly states: number
  readonly broken?: { readonly invariant: string; readonly story: readonly string[] }
}

const IDLE: Settler = { is: 'idle' }

export const explore = (domain: Domain, first: World, present: boolean, bounds: Bounds): Walk => {
  const start: State = { world: first, present, flying: [], settlers: [IDLE, IDLE], crashes: 0, unknowns: 0 }
  const from = new Map<string, { parent: string; label: string } | null>([[keyOf(start), null]])
  let frontier: State[] = [start]
  while (frontier.length > 0) {
    const next: State[] = []
    for (const state of frontier) {
      const broken = brokenIn(domain, state)
      if (broken !== undefined)
        return { states: from.size, broken: { invariant: broken, story: storyOf(from, keyOf(state)) } }
      for (const step of stepsFrom(domain, state, bounds)) {
        const key = keyOf(step.next)
        if (from.has(key)) continue
        if (from.size >= bounds.states) return { states: from.size }
        from.set(key, { parent: keyOf(state), label: step.label })
        next.push(step.next)
      }
    }
    frontier = next
  }
  return { states: from.size }
}

/** The order of settlers does not matter. */
const keyOf = (state: State): string => {
  const { world, settlers, ...rest } = state
  const both = settlers.map((s) => JSON.stringify(s)).sort()
  return JSON.stringify([{ ...world, peers: [...world.peers.values()] }, both, rest])
}

const storyOf = (
  from: ReadonlyMap<string, { parent: string; label: string } | null>,
  key: string,
): string[] => {
  const story: string[] = []
  for (let at = from.get(key); at !== null && at !== undefined; at = from.get(at.parent))
    story.unshift(at.label)
  return story
}

/** What must hold in every state. */
const brokenIn = ({ planSeat, phaseOf }: Domain, { world, present, flying }: State): string | undefined => {
  const { seat, now } = world
  if (seat === null) return undefined
  const active = [...world.peers.values()].some((request) => phaseOf(request) === 'active')
  if (active && !present && seat.holders.length > 0) return 'active without access'
  if (planSeat(seat) !== null || seat.holders.length > 0) return undefined
  if (present) return 'access without a grant, and nothing is owed'
  if (flying.some((call) => call.does === 'grant' && now < call.landsBefore))
    return 'a grant may land, and nothing is owed'
  return undefined
}

const stepsFrom = (domain: Domain, state: State, bounds: Bounds): Step[] => [
  ...people(domain, state),
  ...([0, 1] as const).flatMap((i) => settling(domain, state, i, bounds)),
  ...landing(state),
  ...passing(domain, state, bounds),
]

const committed = ({ decide, apply }: Domain, state: State, world: World, command: Command): State | null => {
  const decision = decide(world, command)
  if (isRefusal(decision) || decision.length === 0) return null
  const after = decision.reduce(apply, world)
  return { ...state, world: { ...after, request: null } }
}

const about = (world: World, id: RequestId): World => ({ ...world, request: world.peers.get(id) ?? null })

const people = (domain: Domain, state: State): Step[] =>
  [...state.world.peers.values()].flatMap((request) => {
    const world = about(state.world, request.id)
    const clearance = { result: 'ok', access: request.access } as const
    const commands: Command[] = [
      { do: 'tick' },
      { do: 'clear', clearance },
      { do: 'give back', by: request.requester },
    ]
    return commands.flatMap((command) => {
      const next = committed(domain, state, world, command)
      return next === null ? [] : [{ label: `${request.id}: ${command.do}`, next }]
    })
  })

const settling = (domain: Domain, state: State, i: 0 | 1, bounds: Bounds): Step[] => {
  const settler = state.settlers[i]
  const steps: Step[] = []
  const add = (label: string, next: State | null): void => {
    if (next !== null) steps.push({ label: `settler ${i}: ${label}`, next })
  }
  const become = (it: State, to: Settler): State => ({
    ...it,
    settlers: i === 0 ? [to, it.settlers[1]] : [it.settlers[0], to],
  })
  if (settler.is !== 'idle' && state.crashes < bounds.crashes)
    add('crashes', { ...become(state, IDLE), crashes: state.crashes + 1 })
  switch (settler.is) {
    case 'idle':
      for (const step of beginning(domain, state, become, bounds)) add(step.label, step.next)
      break
    case 'waiting':
      if (state.unknowns < bounds.unknowns) {
        add('hears nothing', {
          ...become(state, { ...settler, is: 'answered', outcome: 'unknown' }),
          unknowns: state.unknowns + 1,
        })
      }
      break
    case 'answered':
      if (settler.outcome === 'ok') {
        add('looks', become(state, { is: 'looked', n: settler.n, v: settler.v, look: lookAt(state) }))
      } else {
        add(
          'says unknown',
          answered(domain, become(state, IDLE), settler.v, { n: settler.n, outcome: 'unknown' }),
        )
      }
      break
    case 'looked': {
      const attempt = settler.n === undefined ? undefined : ({ n: settler.n, outcome: 'ok' } as const)
      add(
        `says ${settler.look.ours}`,
        answered(domain, become(state, IDLE), settler.v, attempt, settler.look) ?? become(state, IDLE),
      )
    }
  }
  return steps
}

const lookAt = ({ present, world }: State): Look => ({
  ours: present ? 'present' : 'absent',
  others: 'absent',
  since: world.now,
})

const answered = (
  domain: Domain,
  state: State,
  basedOn: number,
  attempt?: { n: number; outcome: 'ok' | 'unknown' },
  look?: Look,
): State | null =>
  committed(domain, state, state.world, {
    do: 'answer',
    basedOn,
    ...(attempt === undefined ? {} : { attempt }),
    ...(look === undefined ? {} : { look }),
  })

const beginning = (
  domain: Domain,
  state: State,
  become: (it: State, to: Settler) => State,
  bounds: Bounds,
): Step[] => {
  const { seat, now } = state.world
  const plan = seat === null ? null : domain.planSeat(seat)
  if (seat === null || plan === null || plan.at > now) return []
  if (plan.does === 'look') {
    return [{ label: 'looks', next: become(state, { is: 'looked', v: seat.v, look: lookAt(state) }) }]
  }
  const next = committed(domain, state, state.world, { do: 'attempt', does: plan.does })
  const made = next?.world.seat?.attempts.at(-1)
  if (next === null || made === undefined || made.n > bounds.attempts) return []
  const call: Flying = { does: made.does, n: made.n, landsBefore: made.notAfter }
  const flying = { ...next, flying: [...next.flying, call] }
  return [
    {
      label: `sends ${made.does} #${made.n}`,
      next: become(flying, { is: 'waiting', n: made.n, v: next.world.seat?.v ?? 0 }),
    },
  ]
}

/** Any call lands at any time before its fence, whoever still waits for it. */
const landing = (state: State): Step[] =>
  state.flying
    .filter((call) => state.world.now < call.landsBefore)
    .map((call) => ({
      label: `${call.does} #${call.n} lands`,
      next: {
        ...state,
        present: call.does === 'grant',
        flying: state.flying.filter((other) => other !== call),
        settlers: state.settlers.map((settler) =>
          settler.is === 'waiting' && settler.n === call.n
            ? { ...settler, is: 'answered', outcome: 'ok' }
            : settler,
        ) as unknown as State['settlers'],
      },
    }))

/** Time moves to the next moment at which anything changes. */
const passing = (domain: Domain, state: State, bounds: Bounds): Step[] => {
  const { world, flying } = state
  const plan = world.seat === null ? null : domain.planSeat(world.seat)
  const grants = [...world.peers.values()].flatMap(({ grant }) =>
    grant === undefined || grant.state === 'ended' ? [] : [grant.endsAt, grant.giveUpAt],
  )
  const moments = [...grants, ...flying.map((call) => call.landsBefore), ...(plan === null ? [] : [plan.at])]
  const at = Math.min(...moments.filter((moment) => moment > world.now && moment <= bounds.until))
  if (!Number.isFinite(at)) return []
  const kept = flying.filter((call) => at < call.landsBefore)
  return [
    {
      label: `time passes (${at - world.now} ms)`,
      next: { ...state, flying: kept, world: { ...world, now: at } },
    },
  ]
}
