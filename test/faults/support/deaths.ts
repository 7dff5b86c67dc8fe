/**
 * The deaths that are still to be died, handed out to many companies at once. Each is tried for itself once. What its life did not
 * come to is waited for in every later life of its course, and when nothing else is left, in lives of its own.
 */
import type { Course } from './courses.ts'
import type { Moment } from './plan.ts'

export interface Death extends Moment {
  readonly course: Course
}

export interface Attempt {
  readonly course: Course
  /** Whichever of them comes first. */
  readonly watched: readonly Death[]
  /** The one of them that no life was for yet. */
  readonly own?: Death
}

export interface Deaths {
  /** Undefined: there is nothing to try for whoever asks. */
  take(): Attempt | undefined
  /** At which of them a bot died; undefined: the life came to none. */
  settle(attempt: Attempt, died: Death | undefined): void
  /** How many were not died yet. */
  left(): number
  hit(): readonly Death[]
  /** Those that were tried and not come to. */
  missed(): readonly Death[]
}

interface Waited {
  readonly deaths: Set<Death>
  /** Lives for these alone since a bot died at one of them. */
  lives: number
}

/** What so many lives for it alone do not come to is given up. */
export const listDeaths = (all: readonly Death[], lives: number): Deaths => {
  const untried = [...all]
  const hit = new Set<Death>()
  const waited = new Map(all.map(({ course }): [Course, Waited] => [course, { deaths: new Set(), lives: 0 }]))
  const waitedIn = (course: Course): Waited => waited.get(course) ?? { deaths: new Set(), lives: 0 }
  const missed = (): readonly Death[] => [...waited.values()].flatMap(({ deaths }) => [...deaths])
  return {
    take: () => {
      const own = untried.shift()
      if (own !== undefined)
        return { course: own.course, own, watched: [own, ...waitedIn(own.course).deaths] }
      const [next] = [...waited]
        .filter(([, one]) => one.deaths.size > 0 && one.lives < lives)
        .sort(([, a], [, b]) => a.lives - b.lives)
      if (next === undefined) return undefined
      const [course, one] = next
      one.lives += 1
      return { course, watched: [...one.deaths] }
    },
    settle: ({ course, own }, died) => {
      const here = waitedIn(course)
      if (own !== undefined && died === undefined) here.deaths.add(own)
      if (own !== undefined && died !== undefined && died !== own) untried.unshift(own)
      if (died === undefined) return
      if (here.deaths.delete(died)) here.lives = 0
      hit.add(died)
    },
    left: () => untried.length + missed().length,
    hit: () => [...hit],
    missed,
  }
}
