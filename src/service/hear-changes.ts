/** What is done when a directory has changed: what was remembered is dropped, and whoever watches that part looks. */
import type { Receiving } from '../ports.ts'
import type { Deps } from './deps.ts'
import { systemOf } from './fetch-facts.ts'
import { watchHolders } from './watch-holders.ts'

export interface Hearing extends Pick<Receiving, 'changed'> {
  stop(): void
}

/** Starts watching. Hints never throw, and may come twice or never. */
export const hearChanges = (deps: Deps): Hearing => {
  const holders = watchHolders(deps)
  return {
    changed: ({ kind, ref }) => {
      deps.directories.get(systemOf(ref))?.forget(ref)
      if (kind === 'person') holders.hint(ref)
    },
    stop: () => holders.stop(),
  }
}
