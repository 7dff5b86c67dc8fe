/** Taking away what no grant stands behind: the seat is owed a revoke like any other, and tried until it is seen to be gone. */
import type { CommandOf, Decision } from './command.ts'
import { refuse } from './refusal.ts'
import { cameBack } from './settle-seat.ts'
import { isExplained } from './survey.ts'
import type { World } from './world.ts'

/** Refuses what a grant holds, and what is being taken away as it is. */
export const disown = (world: World, { by, access }: CommandOf<'disown'>): Decision => {
  const { seat, now } = world
  const [holder] = seat?.holders ?? []
  if (holder !== undefined)
    return refuse(
      'not-allowed',
      `It is no orphan: ${holder.request} stands behind it.`,
      `End that: curfew revoke ${holder.request} REASON`,
    )
  if (seat !== null && (seat.strayed || isExplained(seat)))
    return refuse('already-ending', 'It is being taken away already.')
  const disowned = { on: 'seat', key: access.seat, event: { type: 'disowned', at: now, access, by } } as const
  return seat === null ? [disowned] : [disowned, ...cameBack(world, seat)]
}
