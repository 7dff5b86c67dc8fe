/** Which requests and grants there are, by state: lanes that are counted and never claimed, so that a count costs nothing. */
import { dueAt } from '../domain/grant.ts'
import { type Instant, type Request, requestKey } from '../domain/model.ts'
import { phaseOf } from '../domain/request.ts'
import type { Change, Lane } from '../ports.ts'

const LANES = ['state:pending', 'state:giving', 'state:active', 'state:ending'] as const satisfies Lane[]

/** Stands in the one lane that fits, by the instant at which it should be over, and in no other. */
export const countedIn = (request: Request): Change['due'] => {
  const found = laneOf(request)
  return LANES.map((lane) => ({
    lane,
    key: requestKey(request.id),
    at: lane === found?.lane ? found.at : null,
  }))
}

/** Only what is not as it was: most of what happens to a request moves it nowhere. */
export const countedAnew = (before: Request | null, after: Request): Change['due'] => {
  const was = before === null ? undefined : laneOf(before)
  return countedIn(after).filter(({ lane, at }) => at !== (was?.lane === lane ? was.at : null))
}

const laneOf = (request: Request): { lane: (typeof LANES)[number]; at: Instant } | null => {
  const phase = phaseOf(request)
  if (phase === 'pending') return { lane: 'state:pending', at: request.lapsesAt }
  if (request.grant === undefined) return null
  const at = dueAt(request.grant)
  if (phase === 'approved' || phase === 'provisioning') return { lane: 'state:giving', at }
  return phase === 'active' || phase === 'ending' ? { lane: `state:${phase}`, at } : null
}
