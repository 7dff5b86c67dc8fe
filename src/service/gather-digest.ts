/**
 * Everything that a digest tells, read from the records: what is open, what was closed since, what cannot be delivered,
 * what surveys found. Of what does not belong into it nothing is kept.
 */
import type { DigestFacts } from '../domain/cards/digest-card.ts'
import type { Undelivered } from '../domain/cards/digest-lines.ts'
import { isAbout } from '../domain/is-about.ts'
import { type Instant, type Place, placeId, type Request, requestKey, surveyKey } from '../domain/model.ts'
import { sumUp } from '../domain/sum-up.ts'
import { narrowTo } from '../domain/survey.ts'
import type { Stored } from '../ports.ts'
import { readClosed } from './closed-days.ts'
import type { Deps } from './deps.ts'
import { readFrozen, readState } from './load.ts'
import { liveKeys, loadInPages, pagesOf } from './load-live.ts'

interface Since {
  readonly since: Instant
  readonly now: Instant
  /** Only what is about this word, in lower case; empty: all. */
  readonly only?: string
}

/** Rejects with a fault when Redis does not answer. */
export const gatherDigest = async (
  { journal, rules }: Pick<Deps, 'journal' | 'rules'>,
  { since, now, only = '' }: Since,
): Promise<DigestFacts> => {
  const requests = new Map<string, Request>()
  const places = new Map<string, Undelivered>()
  const take = (record: Stored): void => {
    const request = record.key.startsWith('r:') ? readState('request', record) : null
    if (!record.key.startsWith('r:')) addTrouble(places, record)
    if (request !== null && isAbout(request, only)) requests.set(request.id, request)
  }
  // What is open first: whatever is closed in between is found by the second look.
  const live = await liveKeys(journal, ['r', 'd', 't'])
  for await (const page of pagesOf(journal, live)) page.forEach(take)
  const closed = new Set(await readClosed(journal, since, now))
  for await (const page of pagesOf(journal, [...closed].map(requestKey))) page.forEach(take)
  const frozen = await readFrozen(journal)
  return {
    ...sumUp([...requests.values()], since, now),
    undelivered: only === '' ? [...places.values()].sort((a, b) => b.messages - a.messages) : [],
    surveys: (await readSurveys(journal, [...rules.targets.keys()])).map((survey) => narrowTo(survey, only)),
    checkpoint: await journal.checkpoint(),
    ...(frozen && { frozen }),
  }
}

const addTrouble = (places: Map<string, Undelivered>, record: Stored): void => {
  const found = troubleOf(record)
  if (found === undefined) return
  const id = placeId(found.place)
  places.set(id, { ...found, messages: (places.get(id)?.messages ?? 0) + 1 })
}

const troubleOf = (record: Stored): { readonly place: Place; readonly trouble: string } | undefined => {
  const view = record.key.startsWith('d:') ? readState('delivery', record) : readState('notice', record)
  return view?.trouble === undefined ? undefined : { place: view.place, trouble: view.trouble }
}

const readSurveys = async (journal: Deps['journal'], targets: readonly string[]) =>
  (await loadInPages(journal, targets.map(surveyKey))).flatMap((record) => readState('survey', record) ?? [])
