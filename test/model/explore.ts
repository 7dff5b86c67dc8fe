/**
 * Walks every story of a given length, breadth first, and answers the shortest that breaks a rule. When the walk comes
 * to its own end before that, it also goes back from every end and looks for states from which none is reached.
 */
import { brokenAt, brokenIn, isOver } from './invariants.ts'
import { keyOf } from './key.ts'
import { type Bounds, type Domain, type State, stepsFrom } from './system.ts'

export interface Walk {
  readonly states: number
  /** Every kind of event that happened anywhere: a walk that misses one was too narrow. */
  readonly events: ReadonlySet<string>
  readonly broken?: { readonly rule: string; readonly story: readonly string[] }
}

export interface Limits {
  /** The lease as the domain under test has it, ms. */
  readonly leaseMs: number
  /** More states than this are an error. */
  readonly states: number
  /** Stories of at most so many steps; what lies beyond is not walked, and nothing is said of it. */
  readonly steps: number
}

/** A state as the walk remembers it: how it was first reached, and where work leads to from it. */
interface Trail {
  readonly from: number
  readonly label: string
}

const STUCK = 'no amount of work leads to the end'

/** Throws when there are more states than `limits.states`. */
export const explore = (domain: Domain, start: State, bounds: Bounds, limits: Limits): Walk => {
  const walk = beginWalk(domain, start, limits)
  let frontier: readonly Found[] = [{ id: 0, state: start }]
  for (let steps = 0; frontier.length > 0 && steps < limits.steps; steps++) {
    const next: Found[] = []
    for (const found of frontier) {
      const broken = visit(domain, walk, found, bounds, next)
      if (broken !== undefined) return { states: walk.trails.length, events: walk.events, broken }
    }
    frontier = next
  }
  const { trails, events, works, ends } = walk
  const stuck = frontier.length > 0 ? undefined : firstStuck(trails.length, works, ends)
  const broken = stuck === undefined ? {} : { broken: { rule: STUCK, story: storyOf(trails, stuck) } }
  return { states: trails.length, events, ...broken }
}

interface Found {
  readonly id: number
  readonly state: State
}

/** What the walk remembers. */
interface Walking {
  readonly trails: Trail[]
  readonly works: (readonly [from: number, to: number])[]
  readonly ends: number[]
  readonly events: Set<string>
  /** The number of a state, and whether it is new. */
  number(state: State, trail: Trail): { id: number; isNew: boolean }
}

const beginWalk = (domain: Domain, start: State, limits: Limits): Walking => {
  const ids = new Map([[keyOf(domain, start, limits.leaseMs), 0]])
  const trails: Trail[] = [{ from: 0, label: '' }]
  const number = (state: State, trail: Trail): { id: number; isNew: boolean } => {
    const key = keyOf(domain, state, limits.leaseMs)
    const known = ids.get(key)
    if (known !== undefined) return { id: known, isNew: false }
    const id = trails.length
    if (id >= limits.states) throw new Error(`more than ${limits.states} states`)
    ids.set(key, id)
    trails.push(trail)
    return { id, isNew: true }
  }
  return { trails, works: [], ends: [], events: new Set(), number }
}

/** Looks at one state and every step from it; answers the first rule that is broken. */
const visit = (
  domain: Domain,
  walk: Walking,
  { id, state }: Found,
  bounds: Bounds,
  next: Found[],
): Walk['broken'] => {
  const rule = brokenIn(domain, state)
  if (rule !== undefined) return { rule, story: storyOf(walk.trails, id) }
  if (isOver(domain, state)) walk.ends.push(id)
  for (const step of stepsFrom(domain, state, bounds)) {
    const broken = brokenAt(domain, state, step)
    if (broken !== undefined) return { rule: broken, story: [...storyOf(walk.trails, id), step.label] }
    for (const one of step.happened) walk.events.add(`${one.on}: ${one.event.type}`)
    const to = walk.number(step.next, { from: id, label: step.label })
    if (to.isNew) next.push({ id: to.id, state: step.next })
    if (step.kind === 'work') walk.works.push([id, to.id])
  }
  return undefined
}

const storyOf = (trails: readonly Trail[], id: number): string[] => {
  const story: string[] = []
  for (let at = id; at !== 0; at = trails[at]?.from ?? 0) story.unshift(trails[at]?.label ?? '')
  return story
}

/** The first state from which work alone, without any wish or mishap, reaches no end; they are numbered by length of story. */
const firstStuck = (
  states: number,
  works: readonly (readonly [number, number])[],
  ends: readonly number[],
): number | undefined => {
  const before: number[][] = Array.from({ length: states }, () => [])
  for (const [from, to] of works) before[to]?.push(from)
  const ending = new Uint8Array(states)
  const open = [...ends]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (ending[at] === 1) continue
    ending[at] = 1
    open.push(...(before[at] ?? []))
  }
  const stuck = ending.indexOf(0)
  return stuck === -1 ? undefined : stuck
}
