/** `/jit catalog`: what somebody may ask for, as a list. */
import type { Card } from '../domain/cards/card.ts'
import { drawCatalog } from '../domain/cards/catalog-card.ts'
import type { Person } from '../domain/people.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { findOffers } from './find-offers.ts'

/** `filter`: part of a name in lower case, empty for all. Rejects with a fault when Redis does not answer. */
export const showCatalog = async (deps: Deps, person: Person, filter: string, call: Call): Promise<Card> => {
  const { offers } = await findOffers(deps, person, call)
  return drawCatalog(offers, filter)
}
