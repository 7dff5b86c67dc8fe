/** Writes down how far something is shown in a place, against the version it was read at. */
import type { Instant, Json, Place, PostedAt, RecordKey } from '../domain/model.ts'
import type { Change } from '../ports.ts'
import { dueInChat } from './chat-lanes.ts'
import type { Deps } from './deps.ts'

/** The part of a change that views have. */
export type ViewPart = Pick<Change, 'reads' | 'writes' | 'due' | 'live'>

interface View {
  /** Already counted up. */
  readonly v: number
  readonly place: Place
  readonly posted?: PostedAt
  readonly nextAt: Instant | null
}

/** `live`: something may have to be shown there again. */
export const viewPart = (
  key: RecordKey,
  view: View,
  { live, reads = [] }: { live: boolean; reads?: Change['reads'] },
): ViewPart => ({
  reads: [{ key, v: view.v - 1 }, ...reads],
  writes: [{ key, v: view.v, mark: null, state: JSON.parse(JSON.stringify(view)) as Json }],
  due: dueInChat(key, view.place, view.posted, view.nextAt),
  live: [{ key, live }],
})

/** False when somebody else was first. */
export const commitView = async (deps: Deps, part: ViewPart): Promise<boolean> => {
  const { now } = await deps.journal.load([])
  const committed = await deps.journal.commit({
    at: now,
    ...part,
    entries: [],
    texts: [],
    sets: [],
    ends: true,
  })
  return committed.kind === 'ok'
}
