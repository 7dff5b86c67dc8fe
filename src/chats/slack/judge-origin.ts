/**
 * Whether a gesture comes from our own people. In channels shared by Slack Connect outsiders see our buttons
 * and can press them, and Bolt does not compare the teams.
 */

import type { Origin } from './delivery.ts'
import type { Installation } from './installation.ts'

/**
 * `unclear` (Enterprise Grid only): the person sits in another workspace than the one it happened in; whether
 * that is one of ours only `users.info` tells.
 */
export const judgeOrigin = (from: Origin, at: Installation): 'ours' | 'outsider' | 'unclear' => {
  const here = at.orgWide ? from.enterprise === at.enterprise : from.team === at.team
  if (!here || from.userTeam === undefined) return 'outsider'
  if (from.userTeam === at.team || from.userTeam === at.enterprise) return 'ours'
  return at.enterprise === undefined ? 'outsider' : 'unclear'
}
