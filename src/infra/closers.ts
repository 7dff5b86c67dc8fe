/** What was opened is closed again, in the opposite order; one that fails does not keep the others open. */
import type { Log } from '../ports.ts'

export interface Closers {
  add(close: () => Promise<void> | void): void
  closeAll(): Promise<void>
}

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
