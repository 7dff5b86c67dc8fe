/** A hint that somebody or some group changed: what was remembered of them is dropped. */
import type { DirectoryChange } from '../ports.ts'
import type { Deps } from './deps.ts'
import { systemOf } from './fetch-facts.ts'

/** Never rejects. */
export const hearChange = (deps: Pick<Deps, 'directories'>, { ref }: DirectoryChange): void =>
  deps.directories.get(systemOf(ref))?.forget(ref)
