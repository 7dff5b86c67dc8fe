/** The change that an event makes to a record of its own, together with the messages that tell it. */
import { markOf } from '../domain/entry.ts'
import type { Instant, Json } from '../domain/model.ts'
import type { Change, Stored } from '../ports.ts'
import type { ViewPart } from './save-view.ts'

export interface OneEvent {
  /** As it was read. */
  readonly stored: Stored
  readonly event: { readonly at: Instant }
  /** With the event folded in. */
  readonly state: { readonly v: number }
  readonly told: readonly ViewPart[]
}

/** `key`: of the marks. */
export const changeOne = (
  key: string,
  { stored, event, state, told }: OneEvent,
): Omit<Change, 'at' | 'ends'> => {
  const link = { record: stored.key, v: state.v, at: event.at, event: event as unknown as Json }
  const mark = markOf(key, stored.mark, link)
  return {
    reads: [{ key: stored.key, v: stored.v }, ...told.flatMap((view) => view.reads)],
    writes: [
      { key: stored.key, v: state.v, mark, state: state as unknown as Json },
      ...told.flatMap((view) => view.writes),
    ],
    live: told.flatMap((view) => view.live),
    due: told.flatMap((view) => view.due),
    entries: [{ ...link, mark }],
    texts: [],
    sets: [],
  }
}
