/**
 * Ends everything that is open of somebody who was deactivated, on the word of the directory alone and only when it says
 * so plainly. Called for every hint, and every few minutes for everybody who holds or awaits something.
 */
import { identify } from '../domain/belongs.ts'
import { Fault } from '../domain/fault.ts'
import { LOOK_MS } from '../domain/limits.ts'
import type { Request, RequestId } from '../domain/model.ts'
import { isOver } from '../domain/request.ts'
import type { DirectoryPerson } from '../ports.ts'
import { callOutside } from './call.ts'
import { requesterSet } from './change.ts'
import type { Deps } from './deps.ts'
import { systemOf } from './fetch-facts.ts'
import { loadRequest, readState } from './load.ts'
import { gatherLive } from './load-live.ts'
import { transact } from './transact.ts'

/** Rejects with a fault when directory or Redis does not answer: then not everything was ended. */
export const endForLeaver = async (deps: Deps, ref: string): Promise<void> => {
  const { now } = await deps.journal.load([])
  const limits = { now, notAfter: now + LOOK_MS, key: `${ref}/standing` }
  const directory = deps.directories.get(systemOf(ref))
  const found = directory && (await callOutside(deps.clock, limits, (call) => directory.person(ref, call)))
  if (found?.standing !== 'deactivated') return
  const open = await openOf(deps, found)
  if (open.length > 0) deps.log.warn({ ref, requests: open }, 'somebody was deactivated: their access ends')
  for (const id of open) await leave(deps, id)
}

/** The index finds what it knows, the live records everything that they may have asked for under another id. */
const openOf = async (deps: Deps, leaver: DirectoryPerson): Promise<readonly RequestId[]> => {
  const { id } = identify(leaver, deps.rules.people, deps.rules.emailDomains)
  const { records } = await deps.journal.requestsIn(requesterSet(id))
  const known = records.flatMap((record) => readState('request', record) ?? [])
  const isTheirs = ({ requester }: Request): boolean =>
    requester.id === id || requester.via === leaver.ref || requester.identity === leaver.identity
  const choose = (request: Request): readonly RequestId[] =>
    isTheirs(request) && !isOver(request) ? [request.id] : []
  return [...new Set([...known.flatMap(choose), ...(await gatherLive(deps.journal, choose))])]
}

const leave = async (deps: Deps, id: RequestId): Promise<void> => {
  const done = await transact(deps, {
    load: () => loadRequest(deps.journal, id),
    choose: () => ({ do: 'leave' }),
  })
  if (done.did === 'refuse') throw new Fault('retry', done.refusal.says)
}
