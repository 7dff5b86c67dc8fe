/**
 * Looks after the journal beside the bot's work, a few times a second: one replica seals what is new, copies it into the
 * mirror, and lets leave what has been there for long. A short lease only saves the others the same work; nothing relies on it.
 */
import { randomUUID } from 'node:crypto'
import { asFault } from '../domain/fault.ts'
import { KEEP_EVERY_MS, KEEP_MS, KEEPER_LEASE_MS, TRIM_EVERY_MS } from '../domain/limits.ts'
import type { Clock, Log, MirrorSettings } from '../ports.ts'
import { examineMirror, isEmpty } from './examine-mirror.ts'
import { SEALER } from './keys.ts'
import type { Mirror } from './mirror.ts'
import { openCopier, publishTrouble } from './mirror-entries.ts'
import { type Keeper, type KeeperOptions, openKeeper } from './open-keeper.ts'
import { openMirror } from './open-mirror.ts'
import { sealEntries } from './seal-entries.ts'
import { trimJournal } from './trim-journal.ts'

export interface Keeping {
  /** Why nothing may be given: Redis is not what the mirror saw of it. */
  doubts(): readonly string[]
  /** Somebody waits for the newest entries to be in the mirror. */
  hurry(): void
  /** Waits for what is under way, and lets another replica take over. */
  stop(): Promise<void>
}

export interface KeepingOptions extends KeeperOptions {
  readonly clock: Clock
  /** The key of the marks. */
  readonly key: string
  readonly mirror?: MirrorSettings | undefined
  /** How long a closed request stays in Redis once it is in the mirror. */
  readonly keepMs?: number
}

/** Whoever does one thing in every round, and says its trouble once when it changes. */
interface Duty {
  run(): Promise<void>
}

/** Resolves after the first look at the mirror. Rejects with a fault when Redis is not there. */
export const keepJournal = async (options: KeepingOptions): Promise<Keeping> => {
  const { clock, key, keepMs = KEEP_MS } = options
  const log = options.log.child({ part: 'keeper' })
  const keeper = await openKeeper({ ...options, log })
  const mirror = options.mirror && openMirror(options.mirror)
  const me = randomUUID()
  let stopped = false
  let cancel = (): void => undefined

  const hasLease = async (ms = KEEPER_LEASE_MS): Promise<boolean> => {
    const [has] = await keeper.run('lease', [SEALER], [me, String(ms)])
    return has === 1
  }

  const seal = loud(log, 'the journal was not sealed', async () => {
    while (!stopped && (await hasLease())) if ((await sealEntries(keeper, key, log)) === 0) return
  })
  const witness = mirror && openWitness(keeper, mirror, log)
  const copy = mirror && copying(keeper, mirror, key, log, async () => !stopped && (await hasLease()))

  let trimmedMs = Number.NEGATIVE_INFINITY
  const trim = loud(log, 'nothing left Redis', async () => {
    if (clock.monotonicMs() - trimmedMs < TRIM_EVERY_MS || stopped || !(await hasLease())) return
    // Where a whole page left there may be more: the next round goes on.
    if ((await trimJournal(keeper, key, keepMs)) === 0) trimmedMs = clock.monotonicMs()
  })

  const round = async (): Promise<void> => {
    await seal.run()
    await witness?.look()
    if (!witness?.isWell()) return
    await copy?.run()
    await trim.run()
  }
  let running: Promise<void> | undefined
  const begin = (): void => {
    running ??= round().finally(() => {
      running = undefined
      if (!stopped) cancel = clock.after(KEEP_EVERY_MS, begin)
    })
  }
  await witness?.look()
  begin()

  return {
    doubts: () => witness?.doubts() ?? [],
    hurry: () => {
      cancel()
      begin()
    },
    stop: async () => {
      stopped = true
      cancel()
      await running
      // The shortest lease there is: whoever comes next need not wait.
      await hasLease(1).catch(() => false)
      keeper.close()
      await mirror?.close()
    },
  }
}

const loud = (
  log: Log,
  says: string,
  run: () => Promise<void>,
  heard?: (trouble: string) => Promise<void>,
): Duty => {
  let trouble = ''
  return {
    run: async () => {
      try {
        await run()
        trouble = ''
      } catch (thrown) {
        const { message } = asFault(thrown)
        if (message === trouble) return
        trouble = message
        log.error({ fault: message, ...(message === 'internal' && { error: String(thrown) }) }, says)
        await heard?.(message).catch(() => undefined)
      }
    },
  }
}

const copying = (
  keeper: Keeper,
  mirror: Mirror,
  key: string,
  log: Log,
  mayGoOn: () => Promise<boolean>,
): Duty => {
  const copier = openCopier(keeper, mirror, key)
  const run = async (): Promise<void> => {
    while (await mayGoOn()) if ((await copier.copy()) === 0) return
  }
  return loud(log, 'the mirror does not follow', run, (trouble) => publishTrouble(keeper, trouble))
}

/** Asks until it knows, and then as long as something is wrong. */
const openWitness = (keeper: Keeper, mirror: Mirror, log: Log) => {
  let known: 'unknown' | 'well' | 'wrong' = 'unknown'
  let doubt: string | undefined
  const say = (next: string | undefined): void => {
    if (next !== undefined && next !== doubt) log.error({ doubt: next }, 'nothing will be given')
    doubt = next
  }
  const look = async (): Promise<void> => {
    if (known === 'well') return
    try {
      const wrong = await examineMirror(keeper, mirror)
      known = wrong === undefined ? 'well' : 'wrong'
      say(wrong)
    } catch (thrown) {
      if (known === 'wrong') return
      const { message } = asFault(thrown)
      const blind = `Redis is empty, and whether it always was, the mirror cannot tell: ${message}.`
      // A mirror that is down delays nothing, unless nobody else remembers anything.
      say((await isEmpty(keeper).catch(() => false)) ? blind : undefined)
    }
  }
  return { look, isWell: (): boolean => known === 'well', doubts: () => (doubt === undefined ? [] : [doubt]) }
}
