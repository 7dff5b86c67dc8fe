/**
 * Tells whoever waits that something in the local Slack has changed: tests wait for a state instead of
 * sleeping, the browser workspace redraws. Knows nothing about what changed.
 */

export interface Changes {
  changed(): void
  /** Called after every change; the answer ends it. */
  onChange(run: () => void): () => void
  /**
   * Resolves with the first truthy value of `look`, which is asked now and after every change.
   * Rejects after `timeoutMs` (default 5,000), when `look` throws, or when the local Slack stops.
   */
  waitFor<T>(
    look: () => T,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<Exclude<T, undefined | null | false | '' | 0>>
  close(): void
}

export const createChanges = (): Changes => {
  const listeners = new Set<() => void>()
  const giveUp = new Set<(reason: Error) => void>()

  const onChange = (run: () => void) => {
    listeners.add(run)
    return () => void listeners.delete(run)
  }

  const waitFor: Changes['waitFor'] = (look, { timeoutMs = 5_000, what = look.toString() } = {}) =>
    new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        off()
        clearTimeout(timer)
        giveUp.delete(fail)
        act()
      }
      const fail = (reason: unknown) => finish(() => reject(reason))
      const check = () => {
        try {
          const seen = look()
          if (seen) finish(() => resolve(seen as Exclude<typeof seen, undefined | null | false | '' | 0>))
        } catch (thrown) {
          fail(thrown)
        }
      }
      const timer = setTimeout(() => fail(new Error(`not seen within ${timeoutMs} ms: ${what}`)), timeoutMs)
      const off = onChange(check)
      giveUp.add(fail)
      check()
    })

  return {
    changed: () => {
      for (const run of [...listeners]) run()
    },
    onChange,
    waitFor,
    close: () => {
      for (const fail of [...giveUp]) fail(new Error('the local Slack has stopped'))
      listeners.clear()
    },
  }
}
