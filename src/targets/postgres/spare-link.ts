/**
 * One open connection that is kept for ends: whoever takes all others of the server cannot keep their access by that. It is
 * used only where no new one is to be had, since another server may stand behind the name by now; nothing is read back on it.
 */
import type { Call } from '../../ports.ts'
import { isFull } from './pg-fault.ts'
import { type Line, type Link, openLink, type Session } from './session.ts'

/** So often it is seen to that it is there, and so old it becomes. */
const CHECK_EVERY_MS = 5_000
const OLD_MS = 5 * 60_000
/** As long as an end on it takes, several times over; then a fresh one may be had again. */
const TURN_MS = 1_000

export interface SpareLink {
  /** Runs on a fresh connection, or on the spare one where the server has no other left. `use` leaves no transaction open. Rejects with a fault. */
  use<T>(call: Call, use: (session: Session) => Promise<T>): Promise<T>
  /** From now on there is one. Rejects with a fault when none can be opened now. */
  keep(): Promise<void>
  /** When the line is closing. */
  close(): Promise<void>
}

export const keepSpareLink = (line: Line): SpareLink => {
  let spare: Link | undefined
  /** It is in somebody's hands. */
  let lent = false
  const waiting = new Set<() => void>()
  let opening: Promise<void> | undefined
  let stopChecking: (() => void) | undefined

  const isThere = (): boolean => lent || (spare !== undefined && !spare.isBroken())

  const open = async (): Promise<void> => {
    const link = await openLink(line, { signal: line.closing })
    const before = spare
    spare = link
    await before?.close()
  }

  /** One at a time; everybody who asks meanwhile waits for the same. */
  const openOne = (): Promise<void> => {
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening
  }

  const check = (): void => {
    const isOld = spare !== undefined && line.clock.monotonicMs() - spare.openedAt > OLD_MS
    // Where none is to be had, what is there stays, and it is tried again soon.
    if (isOld || !isThere()) openOne().catch(() => undefined)
    stopChecking = line.clock.after(CHECK_EVERY_MS, check)
  }

  /** Resolves when somebody has given it back, or after a while. */
  const untilGivenBack = (): Promise<void> =>
    new Promise((resolve) => {
      const goOn = (): void => {
        cancel()
        waiting.delete(goOn)
        resolve()
      }
      const cancel = line.clock.after(TURN_MS, goOn)
      waiting.add(goOn)
    })

  /** In turn, though not for long: on what hangs nobody waits. Undefined when there is none to be had. */
  const borrow = async (): Promise<Link | undefined> => {
    const untilMs = line.clock.monotonicMs() + TURN_MS
    while (lent && line.clock.monotonicMs() < untilMs) await untilGivenBack()
    if (lent) return undefined
    const link = isThere() ? spare : undefined
    if (link === undefined) return undefined
    spare = undefined
    lent = true
    return link
  }

  const giveBack = async (link: Link): Promise<void> => {
    lent = false
    if (spare === undefined && !line.closing.aborted) spare = link
    else await link.close()
    for (const goOn of waiting) goOn()
  }

  /** A fresh one, else the spare one, and what to do with it afterwards. */
  const take = async (call: Call): Promise<readonly [Link, (link: Link) => Promise<void>]> => {
    try {
      return [await openLink(line, call), (link) => link.close()]
    } catch (fault) {
      const link = isFull(fault) ? await borrow() : undefined
      if (link === undefined) throw fault
      return [link, giveBack]
    }
  }

  return {
    use: async (call, use) => {
      const [link, putAway] = await take(call)
      try {
        return await link.run(call, use)
      } finally {
        await putAway(link)
      }
    },
    keep: async () => {
      stopChecking ??= line.clock.after(CHECK_EVERY_MS, check)
      if (!isThere()) await openOne()
    },
    close: async () => {
      stopChecking?.()
      await opening?.catch(() => undefined)
      await spare?.close()
    },
  }
}
