/** What is done when a directory has changed: what was remembered is dropped, and whoever watches that part looks. */
import type { Receiving } from '../ports.ts'
import type { Deps } from './deps.ts'
import { systemOf } from './fetch-facts.ts'
import { watchGroups } from './watch-groups.ts'
import { watchHolders } from './watch-holders.ts'

export interface Hearing extends Pick<Receiving, 'changed'> {
  stop(): void
}

/** Starts watching. Hints never throw, and may come twice or never. */
export const hearChanges = (deps: Deps): Hearing => {
  const watches = { person: watchHolders(deps), group: watchGroups(deps) }
  return {
    changed: ({ kind, ref }) => {
      deps.directories.get(systemOf(ref))?.forget(ref)
      watches[kind].hint(ref)
    },
    stop: () => {
      for (const watch of Object.values(watches)) watch.stop()
    },
  }
}
