/**
 * Puts the key to the proof: of two states with one key, whatever may come next must be the same. The test of the
 * model calls it; the walk itself trusts the key.
 */
import { brokenAt, brokenIn, isOver } from './invariants.ts'
import { keyOf } from './key.ts'
import { type Bounds, type Domain, type State, stepsFrom } from './system.ts'

/** How many states were met again on another way, and the first key that stood for two futures. */
export const compareFutures = (
  domain: Domain,
  start: State,
  bounds: Bounds,
  leaseMs: number,
): { compared: number; differing?: string } => {
  const futures = new Map<string, string>()
  let compared = 0
  let frontier = [start]
  while (frontier.length > 0) {
    const next: State[] = []
    for (const state of frontier) {
      const key = keyOf(domain, state, leaseMs)
      const known = futures.get(key)
      const future = futureOf(domain, state, bounds, leaseMs)
      if (known === undefined) {
        futures.set(key, future)
        for (const step of stepsFrom(domain, state, bounds)) next.push(step.next)
        continue
      }
      compared += 1
      if (known !== future) return { compared, differing: key }
    }
    frontier = next
  }
  return { compared }
}

const futureOf = (domain: Domain, state: State, bounds: Bounds, leaseMs: number): string => {
  const key = keyOf(domain, state, leaseMs)
  const steps = stepsFrom(domain, state, bounds).flatMap((step) => {
    const nextKey = keyOf(domain, step.next, leaseMs)
    if (nextKey === key && step.happened.length === 0) return []
    const happened = step.happened.map((one) => `${one.on}: ${one.event.type}`)
    const broken = brokenAt(domain, state, step) ?? ''
    return [step.kind, happened, broken, nextKey].join('\n')
  })
  const now = [brokenIn(domain, state) ?? '', String(isOver(domain, state))]
  return [...now, ...new Set(steps.sort())].join('\n\n')
}
