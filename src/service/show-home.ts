/** Somebody's own page: gathered from indexes that only find, drawn from the records. Opening it remembers who looks. */
import { belongs, refOf } from '../domain/belongs.ts'
import type { Card } from '../domain/cards/card.ts'
import { type Cut, drawHome } from '../domain/cards/home-card.ts'
import { sayFrozen } from '../domain/freeze.ts'
import { dueAt } from '../domain/grant.ts'
import { pinned } from '../domain/judge.ts'
import {
  BATCH_MAX,
  HOME_LOOKED_AT_MAX,
  HOME_OFFERS_MAX,
  LIST_MAX,
  TROUBLED_AFTER_MS,
} from '../domain/limits.ts'
import { type Instant, type Request, type RequestId, requestKey } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import { phaseOf } from '../domain/request.ts'
import { isSamePerson } from '../domain/rights.ts'
import type { Call } from '../ports.ts'
import { MOVING_SET, PENDING_SET } from './change.ts'
import type { Deps } from './deps.ts'
import { fetchGroups } from './fetch-facts.ts'
import { findOffers } from './find-offers.ts'
import { readReviews } from './find-unreviewed.ts'
import { readFrozen, readState } from './load.ts'
import { openRequests } from './look-up.ts'
import { rememberLooker } from './lookers.ts'

/** As {@link showHome}; from now on it is kept current. */
export const openHome = async (deps: Deps, person: Person, call: Call): Promise<Card> => {
  await rememberLooker(deps, person)
  return (await showHome(deps, person, call)).card
}

/** `unsure`: a directory could not tell, so that something may be missing. Rejects with a fault when Redis does not answer. */
export const showHome = async (
  deps: Deps,
  person: Person,
  call: Call,
): Promise<{ readonly card: Card; readonly unsure: boolean }> => {
  const { policies, operators } = deps.rules
  const deciders = policies.flatMap((policy) => [...policy.approvers, ...(policy.review?.by ?? [])])
  const [{ now, offers }, mine, pending, moving, open, frozen, groups] = await Promise.all([
    findOffers(deps, person, call),
    openRequests(deps.journal, person),
    readSet(deps, PENDING_SET),
    readSet(deps, MOVING_SET),
    readReviews(deps.journal),
    readFrozen(deps.journal),
    fetchGroups(deps, [...deciders, ...operators, ...policies.flatMap((one) => one.requesters)], call),
  ])
  const decides = (request: Request): boolean => {
    const policy = pinned(request, policies)
    const own = request.requester.id === person.id
    return !own && policy !== undefined && belongs(person, policy.approvers, groups) === true
  }
  const reviews = (request: Request): boolean => {
    const reviewers = pinned(request, policies)?.review?.by ?? operators
    return !isSamePerson(request.requester, refOf(person)) && belongs(person, reviewers, groups) === true
  }
  const isOperator = belongs(person, operators, groups) === true
  const unsure = [...groups.members.values()].includes('unknown')
  const card = drawHome({
    now,
    unsure,
    ...(frozen && { frozen: sayFrozen(frozen) }),
    mine: cut(mine.requests, LIST_MAX),
    waiting: cut(pending.filter(waits).filter(decides), LIST_MAX),
    reviews: cut(open.filter(reviews), LIST_MAX),
    offers: cut(offers, HOME_OFFERS_MAX),
    ...(isOperator && { troubled: cut(moving.filter(isTroubled(now)), LIST_MAX) }),
  })
  return { card, unsure }
}

/** An index may lag; the record decides. */
const waits = (request: Request): boolean =>
  phaseOf(request) === 'pending' || request.extensions?.open !== undefined

const isTroubled =
  (now: Instant) =>
  (request: Request): boolean => {
    const { grant } = request
    if (grant === undefined) return false
    if (grant.state === 'ending') return now - dueAt(grant) > TROUBLED_AFTER_MS
    const since = request.approvals.at(-1)?.at ?? request.askedAt
    return ['approved', 'provisioning'].includes(phaseOf(request)) && now - since > TROUBLED_AFTER_MS
  }

const cut = <T>(all: readonly T[], most: number): Cut<T> => ({
  shown: all.slice(0, most),
  leftOut: Math.max(0, all.length - most),
})

/** Oldest first. */
const readSet = async ({ journal }: Deps, set: string): Promise<readonly Request[]> => {
  const ids = ((await journal.members(set)) as RequestId[]).slice(0, HOME_LOOKED_AT_MAX)
  const found: Request[] = []
  for (let i = 0; i < ids.length; i += BATCH_MAX) {
    const { records } = await journal.load(ids.slice(i, i + BATCH_MAX).map(requestKey))
    found.push(...[...records.values()].flatMap((record) => readState('request', record) ?? []))
  }
  return found.sort((a, b) => a.askedAt - b.askedAt)
}
