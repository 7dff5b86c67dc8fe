/**
 * The groups that policies and operators name: looked at from the start and every few minutes, and at once when one is
 * said to have changed. What is found is written down and told; decisions ask the directory themselves.
 */
import { namedReferences } from '../domain/group.ts'
import { GROUP_PAUSE_MS, GROUPS_EVERY_MS } from '../domain/limits.ts'
import type { Deps } from './deps.ts'
import { seeGroup } from './see-group.ts'
import type { DirectoryWatch } from './watch-holders.ts'
import { workInTurn } from './work-in-turn.ts'

/** Starts the first round at once. */
export const watchGroups = (deps: Deps): DirectoryWatch => {
  const turns = workInTurn(deps, {
    what: 'a group was not looked at',
    pauseMs: GROUP_PAUSE_MS,
    look: (ref) => seeGroup(deps, ref),
  })
  const watched = (): readonly string[] => namedReferences(deps.rules).filter(deps.isGroup)

  const round = (): void => {
    turns.add(watched())
    cancel = deps.clock.after(GROUPS_EVERY_MS, round)
  }
  let cancel = deps.clock.after(0, round)

  return {
    hint: (ref) => {
      if (watched().includes(ref)) turns.hint(ref)
    },
    stop: () => {
      cancel()
      turns.stop()
    },
  }
}
