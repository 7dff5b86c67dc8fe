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
import { liveKeys, pagesOf } from './load-live.ts'

/** The systems that hold access which is still to be ended, by target: their fingerprints. */
export type LiveAccess = ReadonlyMap<string, ReadonlySet<string>>

/** Of every access with an unended grant or an unsettled seat behind it. */
export const readLiveAccess = async (journal: Journal): Promise<LiveAccess> => {
  const live = new Map<string, Set<string>>()
  for await (const page of pagesOf(journal, await liveKeys(journal, ['r', 's']))) {
    for (const { target, fingerprint } of page.flatMap(accessOf))
      live.set(target, (live.get(target) ?? new Set()).add(fingerprint))
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
  live: ReadonlySet<string>,
): Promise<Identified> => {
  try {
    const limits = { now: 0, notAfter: FACTS_MS, key: `${name}/fingerprint` }
    const found = await callOutside(deps.clock, limits, (call) => target.fingerprint(call))
    if ([...live].every((known) => known === found)) return { is: 'right', says: '' }
    const says = `Target ${name} is another system than the one with live grants: point its url back, and they can be ended.`
    return { is: 'another', says }
  } catch (thrown) {
    return { is: 'unreachable', says: `Target ${name} does not answer: ${asFault(thrown).message}.` }
  }
}
