/**
 * Which systems answer behind the configured targets, against those that hold live access. A target that is missing,
 * or another system than before, gives nothing and is loud about it; ends are left to the adapters, which check too.
 */
import { asFault } from '../domain/fault.ts'
import { FACTS_MS } from '../domain/limits.ts'
import type { Access } from '../domain/model.ts'
import { isOver } from '../domain/request.ts'
import type { Journal, Stored, Target } from '../ports.ts'
import { callOutside } from './call.ts'
import type { Deps } from './deps.ts'
import { readState } from './load.ts'
import { loadLive } from './load-live.ts'

/** Access that is still to be ended, by target. */
export type LiveAccess = ReadonlyMap<string, readonly Access[]>

/** Every access with an unended grant or an unsettled seat behind it. */
export const readLiveAccess = async (journal: Journal): Promise<LiveAccess> => {
  const live = new Map<string, Access[]>()
  for (const access of (await loadLive(journal, ['r', 's'])).flatMap(accessOf)) {
    live.set(access.target, [...(live.get(access.target) ?? []), access])
  }
  return live
}

const accessOf = (record: Stored): readonly Access[] => {
  if (record.key.startsWith('s:')) return [readState('seat', record)?.access ?? []].flat()
  const request = readState('request', record)
  return request?.grant === undefined || isOver(request) ? [] : [request.access]
}

/** Targets that hold live access and are not configured; each is a sentence with the mend. */
export const missingTargets = (
  live: LiveAccess,
  configured: { has(name: string): boolean },
): readonly string[] =>
  [...live.keys()]
    .filter((name) => !configured.has(name))
    .map(
      (name) =>
        `Target ${name} has live grants but is not in the config: put it back, and the grants can be ended.`,
    )

/** What answers behind a target: the system that holds the live access, another one, or nothing. */
export interface Identified {
  readonly is: 'right' | 'another' | 'unreachable'
  /** Why it gives nothing; empty when it is the right one. */
  readonly says: string
}

/** Asks a target who it is. Never rejects. */
export const examineFingerprint = async (
  deps: Pick<Deps, 'clock'>,
  name: string,
  target: Target,
  live: readonly Access[],
): Promise<Identified> => {
  try {
    const limits = { now: 0, notAfter: FACTS_MS, key: `${name}/fingerprint` }
    const found = await callOutside(deps.clock, limits, (call) => target.fingerprint(call))
    const others = new Set(live.map((access) => access.fingerprint).filter((known) => known !== found))
    if (others.size === 0) return { is: 'right', says: '' }
    const says = `Target ${name} is another system than the one with live grants: point its url back, and they can be ended.`
    return { is: 'another', says }
  } catch (thrown) {
    return { is: 'unreachable', says: `Target ${name} does not answer: ${asFault(thrown).message}.` }
  }
}
