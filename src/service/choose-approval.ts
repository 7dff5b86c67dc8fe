/** An approval with the facts it is decided on, wherever it comes from. */
import { refOf } from '../domain/belongs.ts'
import type { CommandOf } from '../domain/command.ts'
import { type Instant, type Request, requestKey } from '../domain/model.ts'
import type { Person } from '../domain/people.ts'
import type { Call } from '../ports.ts'
import type { Deps } from './deps.ts'
import type { Source } from './fetch-facts.ts'
import { deciderOf, presentObjections, wantedBy } from './standing.ts'

export type Judging = Source & Pick<Deps, 'journal' | 'posture'>

/** `atMostMs`: for less than was asked for. Rejects with a fault when Redis or a directory does not answer. */
export const chooseApproval = async (
  deps: Judging,
  person: Person,
  { request, now, atMostMs }: { request: Request; now: Instant; atMostMs?: number | undefined },
  call: Call,
): Promise<CommandOf<'approve'>> => {
  const standing = await deciderOf(deps, person, request, call)
  const texts = await deps.journal.texts(requestKey(request.id))
  // Who may not decide is not told what the policies say.
  const objections =
    standing.approver === true
      ? await presentObjections(deps, request, wantedBy(request, texts), now, call)
      : []
  return {
    do: 'approve',
    by: refOf(person),
    standing,
    objections,
    doubts: deps.posture.doubts(request.entitlement.target),
    ...(atMostMs !== undefined && { atMostMs }),
  }
}
