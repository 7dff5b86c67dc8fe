/**
 * Every few seconds: is each target still the system that holds our access, and is every record that owes something in
 * the index of due times? Both are asked at the start as well.
 */
import { asFault } from '../domain/fault.ts'
import { SWEEP_MS } from '../domain/limits.ts'
import type { Clock, Journal, Log, Stored, Target } from '../ports.ts'
import { dueOf } from './change.ts'
import { dueInChat } from './chat-lanes.ts'
import { examineFingerprint, type Identified, type LiveAccess } from './guard-targets.ts'
import { readState } from './load.ts'

export interface Watch {
  /** Why this target gives nothing. Without a name: why none does, because one is another system than before. */
  doubts(target?: string): readonly string[]
  /** Looks again, now; resolves when every target has answered or timed out. `live`: what is live by now. */
  look(live?: LiveAccess): Promise<void>
  stop(): void
}

export interface WatchOptions {
  readonly clock: Clock
  readonly log: Log
  readonly journal: Journal
  targets(): ReadonlyMap<string, Target>
  /** What is live at the start: a target is asked until it has shown to be the system that holds it. */
  readonly live: LiveAccess
}

/** Starts watching; call `look` once before anything is given. */
export const startWatch = ({ clock, log, journal, targets, ...first }: WatchOptions): Watch => {
  let live = first.live
  const known = new Map<Target, Identified>()
  let stopped = false
  let cancel = (): void => undefined

  const look = async (now = live): Promise<void> => {
    live = now
    await Promise.all([...targets()].map(([name, target]) => ask(name, target)))
  }

  const ask = async (name: string, target: Target): Promise<void> => {
    const before = known.get(target)
    if (before?.is === 'right') return
    const found = await examineFingerprint({ clock }, name, target, live.get(name) ?? new Set())
    // Looks may overlap: one that gets no answer takes back nothing that another one has shown meanwhile.
    if (found.is === 'unreachable' && known.get(target)?.is === 'right') return
    if (found.says !== '' && found.says !== before?.says)
      log.error({ target: name, reason: found.says }, 'a target gives nothing')
    known.set(target, found)
  }

  const mend = async (): Promise<void> => {
    try {
      const mended = await journal.mend(dueTimes)
      if (mended > 0) log.warn({ mended }, 'due times were missing and were put back')
    } catch (thrown) {
      log.warn({ fault: asFault(thrown).message }, 'the index of due times was not checked')
    }
  }

  const sweep = async (): Promise<void> => {
    await Promise.all([look(), mend()])
    if (!stopped) cancel = clock.after(SWEEP_MS, () => void sweep())
  }
  cancel = clock.after(0, () => void sweep())

  return {
    doubts: (target) =>
      [...targets()].flatMap(([name, it]) => {
        const found = known.get(it)
        if (found?.is === 'another') return found.says
        if (name !== target || found?.is === 'right') return []
        return found?.says ?? `Target ${name} was not reached yet.`
      }),
    look,
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

/** A place in chat is looked at at once: it knows itself whether it is behind. */
const dueTimes = (record: Stored): ReturnType<typeof dueOf> => {
  if (record.key.startsWith('s:')) return folded(record, 'seat')
  if (record.key.startsWith('r:')) return folded(record, 'request')
  const view = record.key.startsWith('t:') ? readState('notice', record) : readState('delivery', record)
  return view === null ? [] : dueInChat(record.key, view.place, view.posted, view.nextAt ?? 0)
}

const folded = (record: Stored, kind: 'seat' | 'request'): ReturnType<typeof dueOf> => {
  const state = readState(kind, record)
  return state === null ? [] : dueOf(record.key, state)
}
