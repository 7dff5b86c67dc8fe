/** The answer to "What may I end?": one's own grants, and those that one may revoke, with the button for each. */
import type { Card } from '../domain/cards/card.ts'
import { drawEndings } from '../domain/cards/endings-card.ts'
import type { Person } from '../domain/people.ts'
import { isGiven } from '../domain/sum-up.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import { fetchEndings } from './fetch-endings.ts'
import { readState } from './load.ts'
import { liveKeys, pagesOf } from './load-live.ts'
import { openRequests } from './look-up.ts'

/** Rejects with a fault when Redis does not answer. */
export const showEndings = async (deps: Deps, person: Person, call: Call): Promise<Card> => {
  const [{ ofOthers, buttonOf }, own] = await Promise.all([
    fetchEndings(deps, person, call),
    openRequests(deps.journal, person),
  ])
  const found = new Map(own.requests.filter(isGiven).map((request) => [request.id, request]))
  const pages = ofOthers ? pagesOf(deps.journal, await liveKeys(deps.journal, ['r'])) : []
  for await (const page of pages) {
    for (const record of page) {
      const request = readState('request', record)
      if (request !== null && isGiven(request) && buttonOf(request)) found.set(request.id, request)
    }
  }
  return drawEndings([...found.values()], buttonOf, person.id)
}
