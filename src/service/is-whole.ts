/** Whether a stored request is what its own marked events fold to; asked before anything is given. */
import { canonical, firstBroken } from '../domain/entry.ts'
import { type Request, requestKey } from '../domain/model.ts'
import { evolveRequest, type RequestEvent } from '../domain/request.ts'
import type { Deps } from './deps.ts'

export const NOT_WHOLE = 'its record does not match the journal; an operator has to look'

/** The state is what its own marked events fold to: a forged or edited record gives nothing. */
export const isWhole = async (deps: Deps, request: Request): Promise<boolean> => {
  const record = requestKey(request.id)
  const chain = await deps.journal.entries(record)
  if (chain.length !== request.v && !(await hasMovedOn(deps, request, chain.length))) return false
  if (firstBroken(deps.key, record, chain) !== undefined) return false
  const folded = chain
    .slice(0, request.v)
    .reduce<Request | null>(
      (state, { event }) => evolveRequest(state, event as unknown as RequestEvent),
      null,
    )
  return canonical(folded) === canonical(request)
}

/** Something happened to it between the two reads; a record that was set back stays behind its chain. */
const hasMovedOn = async ({ journal }: Deps, { id, v }: Request, entries: number): Promise<boolean> => {
  if (entries < v) return false
  const { records } = await journal.load([requestKey(id)])
  return (records.get(requestKey(id))?.v ?? 0) >= entries
}
