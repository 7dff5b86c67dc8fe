/** `/jit digest [WORD]`: the digest as it would be now, for those who run Curfew or decide, with what they may end. */
import type { Card } from '../domain/cards/card.ts'
import { drawDigest } from '../domain/cards/digest-card.ts'
import { DIGEST_DAY_MS } from '../domain/limits.ts'
import type { Person } from '../domain/people.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { fetchEndings } from './fetch-endings.ts'
import { gatherDigest } from './gather-digest.ts'

const NOT_FOR_YOU = refuse(
  'not-an-approver',
  'Only operators and approvers see the digest.',
  'See what is yours: `/jit mine`',
)

/** `only` about this word, in lower case; empty: all. Rejects with a fault when Redis does not answer. */
export const showDigest = async (
  deps: Deps,
  person: Person,
  only: string,
  call: Call,
): Promise<Card | Refusal> => {
  const { ofOthers, buttonOf } = await fetchEndings(deps, person, call)
  if (!ofOthers) return NOT_FOR_YOU
  const { now } = await deps.journal.load([])
  const facts = await gatherDigest(deps, { since: now - DIGEST_DAY_MS, now, only })
  return drawDigest(facts, { to: 'asked', buttonOf, ...(only !== '' && { only }) })
}
