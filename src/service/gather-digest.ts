/** Everything that a digest tells, read from the records: what is open, what was closed since, what cannot be delivered. */
import type { DigestFacts, Undelivered } from '../domain/cards/digest-card.ts'
import { type Instant, type Place, placeId, type Request, requestKey } from '../domain/model.ts'
import { sumUp } from '../domain/sum-up.ts'
import type { Journal, Stored } from '../ports.ts'
import { readClosed } from './closed-days.ts'
import { readFrozen, readState } from './load.ts'
import { loadInPages, loadLive } from './load-live.ts'

/** Rejects with a fault when Redis does not answer. */
export const gatherDigest = async (journal: Journal, since: Instant, now: Instant): Promise<DigestFacts> => {
  // What is open first: whatever is closed in between is found by the second look.
  const live = await loadLive(journal, ['r', 'd', 't'])
  const ids = await readClosed(journal, since, now)
  const closed = await loadInPages(journal, [...new Set(ids)].map(requestKey))
  const requests = new Map<string, Request>()
  for (const record of [...live, ...closed]) {
    const request = record.key.startsWith('r:') ? readState('request', record) : null
    if (request !== null) requests.set(request.id, request)
  }
  const frozen = await readFrozen(journal)
  return {
    ...sumUp([...requests.values()], since, now),
    undelivered: findUndelivered(live),
    ...(frozen && { frozen }),
  }
}

/** By place, those with the most messages first. */
const findUndelivered = (records: readonly Stored[]): readonly Undelivered[] => {
  const found = new Map<string, Undelivered>()
  for (const { place, trouble } of records.flatMap(troubleOf)) {
    const id = placeId(place)
    found.set(id, { place, trouble, messages: (found.get(id)?.messages ?? 0) + 1 })
  }
  return [...found.values()].sort((a, b) => b.messages - a.messages)
}

const troubleOf = (record: Stored): readonly { readonly place: Place; readonly trouble: string }[] => {
  const view = record.key.startsWith('d:')
    ? readState('delivery', record)
    : record.key.startsWith('t:')
      ? readState('notice', record)
      : null
  return view?.trouble === undefined ? [] : [{ place: view.place, trouble: view.trouble }]
}
