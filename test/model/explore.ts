/**
 * Walks every state that can be reached, breadth first, and then back from every end. It answers the shortest story
 * that breaks a rule; a walk that cannot be finished is an error, never a pass.
 */
import { brokenAt, brokenIn, isOver } from './invariants.ts'
import { keyOf } from './key.ts'
import { type Bounds, type Domain, type State, type Step, stepsFrom } from './system.ts'

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
}

/** What the walk remembers: states by key, numbered as they were met, each with the step that first led there. */
interface Memory {
  readonly ids: Map<string, number>
  readonly from: number[]
  readonly labels: string[]
  readonly events: Set<string>
  /** States in which all is over, and the steps of mere work, as pairs of from and to. */
  readonly ends: number[]
  readonly works: number[]
}

const STUCK = 'no amount of work leads to the end'

/** Throws when there are more states than `limits.states`. */
export const explore = (domain: Domain, start: State, bounds: Bounds, limits: Limits): Walk => {
  const keyed = (state: State) => keyOf(domain, state, limits.leaseMs)
  const memory = remember(keyed(start))
  // Breadth first: the list grows while it is walked, and what was walked is let go.
  const open: (State | undefined)[] = [start]
  for (let id = 0; id < open.length; id++) {
    const state = open[id] ?? start
    open[id] = undefined
    const steps = stepsFrom(domain, state, bounds)
    const broken = findBroken(domain, state, steps)
    if (broken !== undefined) return broke(memory, broken.rule, id, ...broken.last)
    if (isOver(domain, state)) memory.ends.push(id)
    for (const step of steps) if (isNew(memory, id, step, keyed(step.next))) open.push(step.next)
    if (open.length > limits.states) throw new Error(`more than ${limits.states} states`)
  }
  const stuck = firstStuck(memory)
  if (stuck !== undefined) return broke(memory, STUCK, stuck)
  return { states: open.length, events: memory.events }
}

const remember = (start: string): Memory => ({
  ids: new Map([[start, 0]]),
  from: [0],
  labels: [''],
  events: new Set(),
  ends: [],
  works: [],
})

/** The first rule that a state breaks, or a step from it. */
const findBroken = (
  domain: Domain,
  state: State,
  steps: readonly Step[],
): { rule: string; last: string[] } | undefined => {
  const rule = brokenIn(domain, state)
  if (rule !== undefined) return { rule, last: [] }
  for (const step of steps) {
    const rule = brokenAt(domain, state, step)
    if (rule !== undefined) return { rule, last: [step.label] }
  }
  return undefined
}

/** Takes note of a step; says whether its state was never met before, and numbers it then. */
const isNew = (memory: Memory, from: number, step: Step, key: string): boolean => {
  const { ids, labels, events, works } = memory
  for (const one of step.happened) events.add(`${one.on}: ${one.event.type}`)
  const known = ids.get(key)
  const id = known ?? memory.from.length
  if (step.kind === 'work') works.push(from, id)
  if (known !== undefined) return false
  ids.set(key, id)
  labels.push(step.label)
  memory.from.push(from)
  return true
}

const broke = ({ from, labels, events }: Memory, rule: string, id: number, ...last: string[]): Walk => {
  const story = last
  for (let at = id; at !== 0; at = from[at] ?? 0) story.unshift(labels[at] ?? '')
  return { states: from.length, events, broken: { rule, story } }
}

/** The first state from which work alone, without any wish or mishap, reaches no end; numbers follow the length of story. */
const firstStuck = ({ from, works, ends }: Memory): number | undefined => {
  const before: number[][] = from.map(() => [])
  for (let i = 0; i < works.length; i += 2) before[works[i + 1] ?? 0]?.push(works[i] ?? 0)
  const reachesEnd = new Uint8Array(from.length)
  const open = [...ends]
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (reachesEnd[at] === 1) continue
    reachesEnd[at] = 1
    open.push(...(before[at] ?? []))
  }
  const stuck = reachesEnd.indexOf(0)
  return stuck === -1 ? undefined : stuck
}
