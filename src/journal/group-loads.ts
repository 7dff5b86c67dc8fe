/**
 * Group load: looks that wait travel together, one batch in flight, so that a thousand ends of one second do not cost
 * thousands of scripts. Each look is as fresh as if it went alone: it never joins a batch that was already sent.
 */
import { Fault } from '../domain/fault.ts'
import { BATCH_MAX } from '../domain/limits.ts'
import type { Instant } from '../domain/model.ts'

/** Texts by key as they stood at one instant; a key of another type is broken. */
export interface Look {
  readonly now: Instant
  readonly texts: ReadonlyMap<string, string | null>
  readonly broken: ReadonlySet<string>
}

interface Waiting {
  readonly names: readonly string[]
  resolve(look: Look): void
  reject(fault: unknown): void
}

/** Rejects with the fault of the batch, or with a permanent one when a key that was asked for is broken. */
export const groupLoads = (
  look: (names: readonly string[]) => Promise<Look>,
): ((names: readonly string[]) => Promise<Look>) => {
  const waiting: Waiting[] = []
  let isBusy = false

  const work = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const found = await look([...new Set(batch.flatMap(({ names }) => names))])
      for (const one of batch) {
        const broken = one.names.find((name) => found.broken.has(name))
        if (broken === undefined) one.resolve(found)
        else one.reject(new Fault('permanent', `${broken} in Redis is not what the journal wrote`))
      }
    } catch (thrown) {
      for (const one of batch) one.reject(thrown)
    }
  }

  const drain = async (): Promise<void> => {
    // Whoever asks in the same breath travels along.
    await Promise.resolve()
    while (waiting.length > 0) await work(waiting.splice(0, BATCH_MAX))
    isBusy = false
  }

  return (names) =>
    new Promise((resolve, reject) => {
      waiting.push({ names, resolve, reject })
      if (isBusy) return
      isBusy = true
      void drain()
    })
}
