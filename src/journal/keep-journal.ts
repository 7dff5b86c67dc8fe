/**
 * Looks after the journal beside the bot's work, a few times a second: one replica seals what is new. A short lease only
 * saves the others the same work; nothing relies on it.
 */
import { randomUUID } from 'node:crypto'
import { asFault } from '../domain/fault.ts'
import { KEEP_EVERY_MS, KEEPER_LEASE_MS } from '../domain/limits.ts'
import type { Clock } from '../ports.ts'
import { SEALER } from './keys.ts'
import { type KeeperOptions, openKeeper } from './open-keeper.ts'
import { sealEntries } from './seal-entries.ts'

export interface Keeping {
  /** Waits for what is under way, and lets another replica take over. */
  stop(): Promise<void>
}

export interface KeepingOptions extends KeeperOptions {
  readonly clock: Clock
  /** The key of the marks. */
  readonly key: string
}

/** Starts at once. Rejects with a fault when Redis is not there. */
export const keepJournal = async (options: KeepingOptions): Promise<Keeping> => {
  const { clock, key } = options
  const log = options.log.child({ part: 'keeper' })
  const keeper = await openKeeper({ ...options, log })
  const me = randomUUID()
  let stopped = false
  let cancel = (): void => undefined

  const hasLease = async (ms = KEEPER_LEASE_MS): Promise<boolean> => {
    const [has] = await keeper.run('lease', [SEALER], [me, String(ms)])
    return has === 1
  }

  const work = async (): Promise<void> => {
    while (!stopped && (await hasLease())) if ((await sealEntries(keeper, key, log)) === 0) return
  }

  let trouble = ''
  const round = async (): Promise<void> => {
    try {
      await work()
      trouble = ''
    } catch (thrown) {
      const fault = asFault(thrown)
      if (fault.message !== trouble) log.warn({ fault: fault.message }, 'the journal was not sealed')
      trouble = fault.message
    }
    if (!stopped) cancel = clock.after(KEEP_EVERY_MS, () => begin())
  }
  let running = Promise.resolve()
  const begin = (): void => {
    running = round()
  }
  begin()

  return {
    stop: async () => {
      stopped = true
      cancel()
      await running
      // The shortest lease there is: whoever comes next need not wait.
      await hasLease(1).catch(() => false)
      keeper.close()
    },
  }
}
