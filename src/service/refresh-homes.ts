/**
 * Keeps the pages of those who look at them current: after a commit the people it concerns get theirs drawn anew, a
 * moment later and all changes at once. A page that is missed is right again when it is opened.
 */
import { belongs } from '../domain/belongs.ts'
import { asFault } from '../domain/fault.ts'
import { pinned } from '../domain/judge.ts'
import { BATCH_MAX, DELIVERY_MS, FACTS_MS, HOMES_AFTER_MS, HOMES_MAX } from '../domain/limits.ts'
import type { Request } from '../domain/model.ts'
import { isRefusal } from '../domain/refusal.ts'
import { callOutside, withCall } from './call.ts'
import { setsOf } from './change.ts'
import type { Deps } from './deps.ts'
import { fetchGroups, fetchPerson } from './fetch-facts.ts'
import { gatherLive } from './load-live.ts'
import { commitSets, forgetLooker, type Looker, readLookers } from './lookers.ts'
import { showHome } from './show-home.ts'

export interface Homes {
  /** These requests changed. */
  changed(requests: readonly Request[]): void
  stop(): void
}

export const startHomes = (deps: Deps): Homes => {
  fillIndexes(deps).catch((thrown: unknown) =>
    deps.log.warn({ fault: asFault(thrown).message }, 'home pages may lack what earlier versions wrote'),
  )
  const behind = new Map<string, Request>()
  let cancel: (() => void) | undefined
  let stopped = false

  const catchUp = async (): Promise<void> => {
    const requests = [...behind.values()]
    behind.clear()
    const { now } = await deps.journal.load([])
    const lookers = await withCall(deps.clock, { now, notAfter: now + FACTS_MS, key: 'homes' }, (call) =>
      findConcerned(deps, requests, call),
    )
    for (const looker of lookers) {
      if (stopped) return
      await redraw(deps, looker)
    }
  }

  const soon = (): void => {
    cancel ??= deps.clock.after(HOMES_AFTER_MS, () => {
      catchUp()
        .catch((thrown: unknown) =>
          deps.log.warn({ fault: asFault(thrown).message }, 'home pages are not current'),
        )
        .finally(() => {
          cancel = undefined
          if (behind.size > 0 && !stopped) soon()
        })
    })
  }

  return {
    changed: (requests) => {
      if (stopped || requests.length === 0) return
      for (const request of requests) behind.set(request.id, request)
      soon()
    },
    stop: () => {
      stopped = true
      cancel?.()
    },
  }
}

/** What earlier versions wrote, or a Redis lost, is found again. */
const fillIndexes = async (deps: Deps): Promise<void> => {
  const sets = await gatherLive(deps.journal, (request) => setsOf(request).filter(({ has }) => has))
  for (let i = 0; i < sets.length; i += BATCH_MAX)
    await commitSets(deps.journal, sets.slice(i, i + BATCH_MAX))
}

/** The requester, whoever may decide or review, and operators. */
const findConcerned = async (
  deps: Deps,
  requests: readonly Request[],
  call: Parameters<typeof fetchGroups>[2],
): Promise<readonly Looker[]> => {
  const lookers = await readLookers(deps.journal)
  if (lookers.length === 0) return []
  const { policies, operators } = deps.rules
  const references = requests.map((request) => [
    ...(pinned(request, policies)?.approvers ?? []),
    ...(pinned(request, policies)?.review?.by ?? []),
    ...operators,
  ])
  const groups = await fetchGroups(deps, references.flat(), call)
  const concerns = (looker: Looker, request: Request, n: number): boolean =>
    request.requester.via === looker.via || belongs(looker, references[n] ?? [], groups) === true
  const isOwn = ({ via }: Looker): boolean => requests.some(({ requester }) => requester.via === via)
  const concerned = lookers.filter((looker) => requests.some((request, n) => concerns(looker, request, n)))
  // Whose own it is comes first, whatever their number.
  return [...concerned.filter(isOwn), ...concerned.filter((one) => !isOwn(one))].slice(0, HOMES_MAX)
}

const redraw = async (deps: Deps, { via }: Looker): Promise<void> => {
  const at = via.indexOf(':')
  const chat = deps.chats.get(via.slice(0, at))
  const { now } = await deps.journal.load([])
  const limits = { now, notAfter: now + FACTS_MS, key: `home/${via}` }
  try {
    const drawn = await withCall(deps.clock, limits, async (call) => {
      const person = await fetchPerson(deps, via, call)
      return isRefusal(person) ? person : showHome(deps, person, call)
    })
    if ('refused' in drawn) return await forgetLooker(deps, via)
    // What stands there is better than what may lack something.
    if (chat === undefined || drawn.unsure) return
    const { card } = drawn
    const posting = { now, notAfter: now + DELIVERY_MS, key: limits.key }
    await callOutside(deps.clock, posting, (call) => chat.showHome(via.slice(at + 1), card, call))
  } catch (thrown) {
    deps.log.warn({ person: via, fault: asFault(thrown).message }, 'a home page is not current')
  }
}
