/** What was opened is closed again, whatever goes wrong on the way. */
import type { Log } from '../ports.ts'

export interface Closers {
  add(close: () => Promise<void> | void): void
  /** In the opposite order of opening; one that fails does not keep the others open. */
  closeAll(): Promise<void>
}

/** Nothing is open yet. */
export const openClosers = (log: Log): Closers => {
  const closers: (() => Promise<void> | void)[] = []
  return {
    add: (close) => void closers.push(close),
    closeAll: async () => {
      for (const close of closers.splice(0).reverse()) {
        try {
          await close()
        } catch (err) {
          log.warn({ err }, 'not closed cleanly')
        }
      }
    },
  }
}
