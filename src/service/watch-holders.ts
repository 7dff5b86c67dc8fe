/**
 * Whether those who hold or await access are still there: asked at the start and every few minutes for all of them, and
 * at once for somebody who is said to have changed. The hint makes it fast, the round makes it certain.
 */
import { asFault } from '../domain/fault.ts'
import { HOLDER_PAUSE_MS, HOLDERS_EVERY_MS, LOOKS_WAITING_MAX, SWEEP_MS } from '../domain/limits.ts'
import type { PersonRef } from '../domain/model.ts'
import { splitNative } from '../domain/reference.ts'
import { isOver } from '../domain/request.ts'
import type { Deps } from './deps.ts'
import { endForLeaver } from './end-for-leaver.ts'
import { systemOf } from './fetch-facts.ts'
import { gatherLive } from './load-live.ts'
import { workInTurn } from './work-in-turn.ts'

/** Watches a part of the directory; a hint that does not concern it costs next to nothing. */
export interface DirectoryWatch {
  hint(ref: string): void
  stop(): void
}

/** Starts the first round at once. */
export const watchHolders = (deps: Deps): DirectoryWatch => {
  const turns = workInTurn(deps, {
    what: 'a holder was not looked up',
    pauseMs: HOLDER_PAUSE_MS,
    look: (ref) => endForLeaver(deps, ref),
  })
  const hinted = new Set<string>()
  let reading = false
  let stopped = false
  let cancel = (): void => undefined

  const round = async (): Promise<void> => {
    const read = await readHolders(deps)
    if (stopped) return
    turns.add(read?.flatMap((holder) => refsOf(deps, holder)) ?? [])
    cancel = deps.clock.after(read === undefined ? SWEEP_MS : HOLDERS_EVERY_MS, () => void round())
  }

  /** In a big company somebody changes all the time: only those who hold something are worth a question. */
  const sortHints = async (): Promise<void> => {
    if (reading || stopped) return
    reading = true
    let holders: readonly PersonRef[] | undefined = []
    while (hinted.size > 0 && holders !== undefined) {
      const refs = [...hinted]
      holders = await readHolders(deps)
      if (holders !== undefined) hand(refs, holders)
    }
    reading = false
    if (hinted.size > 0) deps.clock.after(SWEEP_MS, () => void sortHints())
  }

  const hand = (refs: readonly string[], holders: readonly PersonRef[]): void => {
    for (const ref of refs) {
      hinted.delete(ref)
      if (holders.some((holder) => mayBe(deps, ref, holder))) turns.hint(ref)
    }
  }

  cancel = deps.clock.after(0, () => void round())
  return {
    hint: (ref) => {
      if (hinted.size < LOOKS_WAITING_MAX) hinted.add(ref)
      void sortHints()
    },
    stop: () => {
      stopped = true
      cancel()
      turns.stop()
    },
  }
}

/** Everybody who holds or awaits something; undefined when Redis does not answer. */
const readHolders = async (deps: Deps): Promise<readonly PersonRef[] | undefined> => {
  try {
    const requesters = await gatherLive(deps.journal, (request) =>
      isOver(request) ? [] : [request.requester],
    )
    return [...new Map(requesters.map((requester) => [requester.via, requester])).values()]
  } catch (thrown) {
    deps.log.warn({ fault: asFault(thrown).message }, 'holders could not be read')
    return undefined
  }
}

/** The id they act with, and all that `people:` links to it: who has left one chat has left. */
const refsOf = ({ rules }: Deps, { id, via }: PersonRef): readonly string[] => {
  const [system, native] = splitNative(via)
  const entry = rules.people.find(({ chats, email }) => email === id || chats[system] === native)
  const linked = Object.entries(entry?.chats ?? {}).map(([chat, theirs]) => `${chat}:${theirs}`)
  return [...new Set([via, ...linked])]
}

/** By any id of theirs, in whichever organisation. */
const mayBe = (deps: Deps, ref: string, holder: PersonRef): boolean => {
  const [system, native] = splitNative(ref)
  const isIdentity = systemOf(holder.identity) === system && holder.identity.endsWith(`/${native}`)
  return isIdentity || refsOf(deps, holder).includes(ref)
}
