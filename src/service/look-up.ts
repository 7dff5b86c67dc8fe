/** Questions: they load and draw, and never commit. */
import { drawHelp, drawMine } from '../domain/cards/answer-card.ts'
import type { Card } from '../domain/cards/card.ts'
import { drawRequest } from '../domain/cards/request-card.ts'
import { LIST_MAX } from '../domain/limits.ts'
import { type Request, type RequestId, requestKey, seatRecordKey } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import { saysPhase } from '../domain/phase-words.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Call, Journal } from '../ports.ts'
import { requesterSet } from './change.ts'
import type { Deps } from './deps.ts'
import { readState } from './load.ts'
import { reviewerOf, standingOf } from './standing.ts'

/** The requests and grants of a person that are not over, newest first. */
export const openRequests = async (
  journal: Journal,
  person: Person,
): Promise<{ now: number; requests: readonly Request[] }> => {
  const { now, records } = await journal.requestsIn(requesterSet(person.id))
  const requests = records.flatMap((record) => readState('request', record) ?? [])
  return { now, requests: requests.sort((a, b) => b.askedAt - a.askedAt) }
}

export const showMine = async (deps: Deps, person: Person): Promise<Card> => {
  const { now, requests } = await openRequests(deps.journal, person)
  return drawMine(requests.slice(0, LIST_MAX), Math.max(0, requests.length - LIST_MAX), now)
}

export const showHelp = (): Card => drawHelp()

/**
 * A request as its own people may see it: requester, approvers, reviewers, operators. Others are told that there is no such
 * request; an approver's card has its buttons.
 */
export const showRequest = async (
  deps: Deps,
  person: Person,
  id: RequestId,
  call: Call,
): Promise<Card | Refusal> => {
  const { records } = await deps.journal.load([requestKey(id)])
  const request = readState('request', records.get(requestKey(id)))
  if (request === null) return saysPhase(null, 'tick')
  const own = request.requester.id === person.id
  const standing = own ? undefined : await standingOf(deps, person, request, call)
  const reviews =
    !own && request.review !== undefined && (await reviewerOf(deps, person, request, call)) === true
  if (standing !== undefined && standing.approver !== true && !standing.operator && !reviews)
    return saysPhase(null, 'tick')
  const [texts, seatRead] = await Promise.all([
    deps.journal.texts(requestKey(id)),
    deps.journal.load([seatRecordKey(request.access.seat)]),
  ])
  const seat = readState('seat', seatRead.records.get(seatRecordKey(request.access.seat)))
  const kind = own ? 'dm' : standing?.approver === true || reviews ? 'card' : 'thread'
  return drawRequest({ request, texts, ...(seat === null ? {} : { seat }) }, kind)
}
