/**
 * The connected targets, and how a reload puts others in their place: one reload after another, and never so that access
 * is lost. Called by app.ts; what is connected now is read through it at every use.
 */
import { Fault } from '../domain/fault.ts'
import type { Target } from '../ports.ts'
import type { Deps } from './deps.ts'
import { examineFingerprint, missingTargets, readLiveAccess } from './guard-targets.ts'

/** Whatever else stands and falls with the targets comes along. */
export interface HasTargets {
  readonly targets: ReadonlyMap<string, Target>
}

export interface Swaps<All extends HasTargets> {
  current(): All
  /** Why this target gives nothing: it is about to be something else, or gone. Without a name: none. */
  doubts(target?: string): readonly string[]
  /**
   * Puts what `connect` makes of the current ones in their place, or answers why not, and they stay. Whichever are not
   * used then are closed. Rejects only with a bug.
   */
  swap(connect: (before: All) => All): Promise<readonly string[]>
  /** Lets a swap come to its end, and closes what is connected then. */
  close(): Promise<void>
}

type Tools = Pick<Deps, 'journal' | 'clock' | 'log'>

export const openSwaps = <All extends HasTargets>(tools: Tools, first: All): Swaps<All> => {
  let current = first
  let leaving: ReadonlyMap<string, Target> = new Map()
  let isClosed = false
  let turn: Promise<unknown> = Promise.resolve()

  /**
   * Everything is looked at twice. The first look may take as long as a target takes to answer, and holds nothing up;
   * whatever was given meanwhile the second one finds. No grant slips between the second look and the swap: from before
   * that look until after the swap a target that leaves is in doubt, and a clearance asks for doubts only after it has
   * loaded its request. One that had loaded it before then found it approved, so that grant stood in the journal before
   * the look, which sees it, wherever its clearance is by now. One that loads it later is put off, and after the swap
   * finds the target gone, or the new one. What is new gives nothing before the swap, so a refusal has nothing to undo.
   */
  const takeOver = async (after: All): Promise<readonly string[]> => {
    try {
      const early = await objectionsTo(tools, current, after)
      if (early.length > 0) return early
      leaving = differing(current, after)
      const late = await objectionsTo(tools, current, after)
      if (late.length === 0) current = after
      return late
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown
      return [
        `Which targets have live grants could not be read: ${thrown.message}. Reload again once Redis answers.`,
      ]
    } finally {
      leaving = new Map()
    }
  }

  const swapNow = async (connect: (before: All) => All): Promise<readonly string[]> => {
    if (isClosed) return ['Curfew is stopping.']
    const before = current
    const after = connect(before)
    try {
      return await takeOver(after)
    } finally {
      await closeAll(tools, differing(current === after ? before : after, current))
    }
  }

  return {
    current: () => current,
    doubts: (target) => {
      if (target === undefined) return []
      if (leaving.has(target)) return [`A reload is changing target ${target}: try again in a moment.`]
      return current.targets.has(target) ? [] : [`Target ${target} is not in the config any more.`]
    },
    swap: (connect) => {
      const swapped = turn.then(() => swapNow(connect))
      turn = swapped.catch(() => undefined)
      return swapped
    },
    close: async () => {
      isClosed = true
      await turn
      await closeAll(tools, current.targets)
    },
  }
}

/** A reload may neither lose a target with live grants nor point it elsewhere. */
const objectionsTo = async (
  tools: Tools,
  before: HasTargets,
  after: HasTargets,
): Promise<readonly string[]> => {
  const live = await readLiveAccess(tools.journal)
  const changed = [...differing(after, before)].filter(([name]) => live.has(name))
  const checked = await Promise.all(
    changed.map(([name, target]) => examineFingerprint(tools, name, target, live.get(name) ?? new Set())),
  )
  return [
    ...missingTargets(live, after.targets),
    ...checked.flatMap(({ is, says }) => (is === 'right' ? [] : says)),
  ]
}

/** Those of one that the other does not have, or has otherwise. */
const differing = (from: HasTargets, kept: HasTargets): ReadonlyMap<string, Target> =>
  new Map([...from.targets].filter(([name, target]) => kept.targets.get(name) !== target))

/** One that does not close keeps nothing else from it. */
const closeAll = async ({ log }: Tools, targets: ReadonlyMap<string, Target>): Promise<void> => {
  await Promise.all(
    [...targets].map(([target, it]) =>
      it.close().catch((err: unknown) => log.warn({ target, err }, 'not closed cleanly')),
    ),
  )
}
