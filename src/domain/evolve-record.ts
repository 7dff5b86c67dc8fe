/** The state of any record that is folded from events, by the first letter of its key; so that all can be made anew. */
import { evolveOwner, type OwnerEvent } from './account.ts'
import { type Digest, type DigestEvent, evolveDigest } from './digest.ts'
import { evolveFreeze, type Freeze, type FreezeEvent } from './freeze.ts'
import { evolveGroup, type Group, type GroupEvent } from './group.ts'
import type { AccountOwner, Json, RecordKey, Request, Seat } from './model.ts'
import { evolveRequest, type RequestEvent } from './request.ts'
import { evolveSeat, type SeatEvent } from './seat.ts'
import { evolveSurvey, type Survey, type SurveyEvent } from './survey.ts'

export type FoldedState = Request | Seat | AccountOwner | Group | Digest | Freeze | Survey

const EVOLVE: Readonly<Record<string, (state: never, event: never) => FoldedState>> = {
  r: (state: Request | null, event: RequestEvent) => evolveRequest(state, event),
  s: (state: Seat | null, event: SeatEvent) => evolveSeat(state, event),
  a: (state: AccountOwner | null, event: OwnerEvent) => evolveOwner(state, event),
  m: (state: Group | null, event: GroupEvent) => evolveGroup(state, event),
  f: (state: Freeze | null, event: FreezeEvent) => evolveFreeze(state, event),
  c: (state: Digest | null, event: DigestEvent) => evolveDigest(state, event),
  o: (state: Survey | null, event: SurveyEvent) => evolveSurvey(state, event),
}

/** Refusals stand alone: they have entries and no state. */
export const standsAlone = (key: RecordKey): boolean => key.startsWith('p:')

/** Folds one event; throws on one that cannot follow, and on a record that nobody knows how to fold (a bug). */
export const evolveRecord = (key: RecordKey, state: FoldedState | null, event: Json): FoldedState => {
  const evolve = EVOLVE[key.charAt(0)]
  if (evolve === undefined) throw new Error(`${key} cannot be folded`)
  return evolve(state as never, event as never)
}
