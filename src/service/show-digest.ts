/** `/jit digest`: the digest as it would be now, for those who run Curfew or decide. */
import { belongs } from '../domain/belongs.ts'
import type { Card } from '../domain/cards/card.ts'
import { drawDigest } from '../domain/cards/digest-card.ts'
import { DIGEST_DAY_MS } from '../domain/limits.ts'
import type { Person } from '../domain/people.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { fetchGroups } from './fetch-facts.ts'
import { gatherDigest } from './gather-digest.ts'

const NOT_FOR_YOU = refuse(
  'not-an-approver',
  'Only operators and approvers see the digest.',
  'See what is yours: `/jit mine`',
)

/** Rejects with a fault when Redis does not answer. */
export const showDigest = async (deps: Deps, person: Person, call: Call): Promise<Card | Refusal> => {
  const { policies, operators } = deps.rules
  const readers = [...operators, ...policies.flatMap((policy) => policy.approvers)]
  const groups = await fetchGroups(deps, readers, call)
  if (belongs(person, readers, groups) !== true) return NOT_FOR_YOU
  const { now } = await deps.journal.load([])
  return drawDigest(await gatherDigest(deps.journal, now - DIGEST_DAY_MS, now), 'asked')
}
