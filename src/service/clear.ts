/**
 * The second check, before the first attempt: the request's own chain is whole, present facts still allow it, its
 * approvals still count, and the target still resolves the account to the seat that was approved.
 */
import type { Clearance } from '../domain/command.ts'
import { asFault } from '../domain/fault.ts'
import { couldNotTell, objectionsTo, objectionsToApprovals } from '../domain/judge.ts'
import { ATTEMPT_MS } from '../domain/limits.ts'
import { type Request, type RequestId, requestKey } from '../domain/model.ts'
import { isRefusal } from '../domain/refusal.ts'
import type { World } from '../domain/world.ts'
import type { Call } from '../ports.ts'
import { withCall, within } from './call.ts'
import type { Deps } from './deps.ts'
import { fetchPeople } from './fetch-facts.ts'
import { isWhole, NOT_WHOLE } from './is-whole.ts'
import { loadRequest } from './load.ts'
import { caseOf, wantedBy } from './standing.ts'
import { transact } from './transact.ts'

/** Clears one approved request, voids it, or puts it off. */
export const clear = (deps: Deps, id: RequestId): Promise<unknown> =>
  transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: async (world) => ({ do: 'clear', clearance: await clearanceOf(deps, world) }),
  })

const clearanceOf = async (deps: Deps, { request, now }: World): Promise<Clearance> => {
  if (request === null) return { result: 'no', says: 'there is no such request' }
  const doubts = deps.posture.doubts(request.entitlement.target)
  if (doubts.length > 0) return { result: 'cannot tell', why: doubts.join(' ') }
  try {
    if (!(await isWhole(deps, request))) {
      deps.log.error({ request: request.id }, 'the stored request does not match its journal')
      return { result: 'no', says: NOT_WHOLE }
    }
    return await withCall(
      deps.clock,
      { now, notAfter: now + ATTEMPT_MS, key: `${request.id}/clear` },
      (call) => check(deps, request, now, call),
    )
  } catch (thrown) {
    return { result: 'cannot tell', why: asFault(thrown).message }
  }
}

const check = async (deps: Deps, request: Request, now: number, call: Call): Promise<Clearance> => {
  const texts = await deps.journal.texts(requestKey(request.id))
  const it = await caseOf(deps, request, wantedBy(request, texts), now, call)
  if (isRefusal(it)) return { result: 'no', says: `${request.requester.name}: ${it.says}` }
  const approvers = await fetchPeople(
    deps,
    request.approvals.map((approval) => approval.by.via),
    call,
  )
  if (couldNotTell(request, it, approvers))
    return { result: 'cannot tell', why: 'a directory could not tell who is in which group' }
  const objections = [...objectionsTo(request, it), ...objectionsToApprovals(request, it, approvers)]
  if (objections.length > 0) return { result: 'no', says: objections.join(' ') }
  return resolveAgain(deps, request, call)
}

const resolveAgain = async (deps: Deps, request: Request, call: Call): Promise<Clearance> => {
  const { target: name, role } = request.entitlement
  const target = deps.targets.get(name)
  if (target === undefined) return { result: 'cannot tell', why: `${name} is not configured any more` }
  const asked = target.resolve({ role, account: request.access.account, request: request.id }, call)
  const found = await within(call, asked)
  if (isRefusal(found)) return { result: 'no', says: found.says }
  return { result: 'ok', access: { traits: target.traits, ...found, target: name } }
}
