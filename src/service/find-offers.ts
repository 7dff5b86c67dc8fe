/** What somebody may ask for at this moment: every entitlement that some policy would let them have, and how. */
import type { Offer } from '../domain/cards/catalog-card.ts'
import { governing } from '../domain/judge.ts'
import type { Entitlement, Instant } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { fetchGroups } from './fetch-facts.ts'

/** In the order of the config. Rejects with a fault when Redis does not answer. */
export const findOffers = async (
  deps: Deps,
  person: Person,
  call: Call,
): Promise<{ now: Instant; offers: readonly Offer[] }> => {
  const { policies, targets } = deps.rules
  const requesters = policies.flatMap((policy) => policy.requesters)
  const [{ now }, groups] = await Promise.all([deps.journal.load([]), fetchGroups(deps, requesters, call)])
  const offers = [...targets].flatMap(([target, { roles }]) =>
    [...roles].flatMap(([role, { actions }]): Offer[] => {
      const entitlement = { target, role } as Entitlement
      const ask = { now, entitlement, wish: { kind: 'for', ms: 1 }, reason: '' } as const
      const policy = governing({ ask, requester: person, policies, groups })
      return policy === undefined ? [] : [{ entitlement, actions, policy }]
    }),
  )
  return { now, offers }
}
