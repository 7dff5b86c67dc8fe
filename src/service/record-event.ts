/** One event of a record that stands for itself, as a change: its entry, the state it leads to, and the views that tell it. */
import { markOf } from '../domain/entry.ts'
import type { Instant, Json } from '../domain/model.ts'
import type { Change, Stored } from '../ports.ts'
import type { ViewPart } from './save-view.ts'

/** `stored`: what it was decided on; `state`: already folded. */
export const recordEvent = (
  key: string,
  stored: Pick<Stored, 'key' | 'v' | 'mark'>,
  { event, state }: { readonly event: { readonly at: Instant }; readonly state: { readonly v: number } },
  views: readonly ViewPart[] = [],
): Omit<Change, 'ends'> => {
  const link = { record: stored.key, v: state.v, at: event.at, event: event as unknown as Json }
  const mark = markOf(key, stored.mark, link)
  const written = { key: stored.key, v: state.v, mark, state: state as unknown as Json }
  return {
    at: event.at,
    reads: [{ key: stored.key, v: stored.v }, ...views.flatMap((view) => view.reads)],
    writes: [written, ...views.flatMap((view) => view.writes)],
    live: views.flatMap((view) => view.live),
    due: views.flatMap((view) => view.due),
    entries: [{ ...link, mark }],
    texts: [],
    sets: [],
  }
}
