/** What a form of decision is about: looked up for whom it may be shown to, before anything is drawn. */
import { refOf } from '../../domain/belongs.ts'
import { cleanText } from '../../domain/clean-text.ts'
import { refuseLong } from '../../domain/command-line.ts'
import { type Request, type RequestId, requestKey } from '../../domain/model.ts'
import { saysPhase } from '../../domain/phase-words.ts'
import { type Refusal, refuse } from '../../domain/refusal.ts'
import { phaseOf } from '../../domain/request.ts'
import { parseAbout } from '../../domain/request-id.ts'
import { isSamePerson, notAnApprover } from '../../domain/rights.ts'
import type { Call } from '../../ports.ts'
import type { Actor } from '../actor.ts'
import type { Deps } from '../deps.ts'
import { readState } from '../load.ts'
import { deciderOf } from '../standing.ts'

const NO_REQUEST = refuse('unknown-id', 'That form does not belong to a request.', 'See yours: /jit mine')

/** A request, or its extension, that waits for a decision of this person; operators may deny, and approve nothing by that. */
export const findDecidable = async (
  deps: Deps,
  { person }: Actor,
  about: string,
  call: Call,
  { operators }: { readonly operators: boolean } = { operators: true },
): Promise<Request | Refusal> => {
  const named = parseAbout(about)
  if (named === undefined) return NO_REQUEST
  const { records } = await deps.journal.load([requestKey(named.id)])
  const request = readState('request', records.get(requestKey(named.id)))
  if (request === null) return saysPhase(null, 'deny')
  const standing = await deciderOf(deps, person, request, call)
  if (isSamePerson(request.requester, refOf(person)))
    return refuse(
      'own-request',
      'You cannot decide on your own request.',
      `Take it back: /jit withdraw ${request.id}`,
    )
  if (standing.approver !== true && !(standing.operator && operators))
    return notAnApprover(request, standing.approver)
  if (named.extension !== undefined)
    return request.extensions?.open?.n === named.extension
      ? request
      : refuse('already-decided', `That extension of ${request.id} was decided already, or has lapsed.`)
  return phaseOf(request) === 'pending' ? request : saysPhase(request, 'deny')
}

export interface Decided {
  readonly id: RequestId
  readonly extension?: number
  readonly reason: string
}

/** What came back of such a form. */
export const readDecided = (about: string, reason = ''): Decided | Refusal => {
  const named = parseAbout(about)
  if (named === undefined) return NO_REQUEST
  const words = cleanText(reason)
  const refused = refuseLong(words)
  return refused === undefined
    ? { ...named, reason: words }
    : { ...refused, fields: { reason: refused.says } }
}
