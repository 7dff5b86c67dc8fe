/**
 * Group commit: changes that wait travel together, at most 100, one batch in flight; ends go first and apart.
 * Each change gets its own answer: those that cannot land are told so and the others are sent again without them.
 */
import { Fault } from '../domain/fault.ts'
import { BATCH_MAX } from '../domain/limits.ts'
import type { Json } from '../domain/model.ts'
import { isRedisFull } from '../infra/redis-fault.ts'
import type { Change, Committed } from '../ports.ts'

/** Why a change cannot land, by its place in the batch. */
export type Verdict = readonly [i: number, why: 'stale' | 'seen' | 'broken', detail: string]

/** All landed, each with the number of its last entry; or nothing was written. */
export type BatchAnswer =
  | { readonly ok: true; readonly now: number; readonly numbers: readonly number[] }
  | { readonly ok: false; readonly verdicts: readonly Verdict[] }

interface Waiting {
  readonly change: Change
  resolve(committed: Committed): void
  reject(fault: unknown): void
}

interface Ways {
  /** Sends one batch. Rejects with a fault. */
  send(changes: readonly Change[], ends: boolean): Promise<BatchAnswer>
  /** Redis is too full for new work. */
  isFull(): Promise<boolean>
}

const tell = (waiting: Waiting, verdict: Verdict | undefined): void => {
  if (!verdict) return
  const [, why, detail] = verdict
  if (why === 'stale') waiting.resolve({ kind: 'stale' })
  else if (why === 'seen') waiting.resolve({ kind: 'seen', answer: JSON.parse(detail) as Json })
  else waiting.reject(new Fault('permanent', `${detail} in Redis is not what the journal wrote`))
}

export const openCommitQueue = ({ send, isFull }: Ways) => {
  const ends: Waiting[] = []
  const others: Waiting[] = []
  let isBusy = false
  let isClosed = false

  const sendAll = (batch: readonly Waiting[], isEnd: boolean): Promise<BatchAnswer> =>
    send(
      batch.map((one) => one.change),
      isEnd,
    )

  /** Until all landed or were told why not; what failed is rejected by the caller. */
  const settle = async (
    sent: readonly Waiting[],
    answering: Promise<BatchAnswer>,
    isEnd: boolean,
  ): Promise<void> => {
    const answer = await answering
    if (answer.ok) {
      for (const [i, one] of sent.entries())
        one.resolve({ kind: 'ok', now: answer.now, n: answer.numbers[i] ?? 0 })
      return
    }
    const verdicts = new Map(answer.verdicts.map((verdict) => [verdict[0], verdict]))
    const rest = sent.filter((_, i) => !verdicts.has(i))
    // First on the wire, then told: who decides again then loads what the others just wrote.
    const next = rest.length > 0 ? sendAll(rest, isEnd) : undefined
    for (const [i, one] of sent.entries()) tell(one, verdicts.get(i))
    if (next) await settle(rest, next, isEnd)
  }

  const work = async (batch: Waiting[], isEnd: boolean): Promise<void> => {
    try {
      if (!isEnd && (await isFull())) for (const one of batch) one.resolve({ kind: 'full' })
      else await settle(batch, sendAll(batch, isEnd), isEnd)
    } catch (thrown) {
      // Whoever was answered already is not touched by this.
      for (const one of batch) {
        if (!isEnd && isRedisFull(thrown)) one.resolve({ kind: 'full' })
        else one.reject(thrown)
      }
    }
  }

  const drain = async (): Promise<void> => {
    await Promise.resolve()
    while (ends.length + others.length > 0) {
      const isEnd = ends.length > 0
      await work((isEnd ? ends : others).splice(0, BATCH_MAX), isEnd)
    }
    isBusy = false
  }

  return {
    add: (change: Change): Promise<Committed> =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Fault('retry', 'the journal is closed'))
        const lane = change.ends ? ends : others
        lane.push({ change, resolve, reject })
        if (isBusy) return
        isBusy = true
        void drain()
      }),
    /** What was not sent yet is turned away. */
    close: (): void => {
      isClosed = true
      for (const one of [...ends.splice(0), ...others.splice(0)])
        one.reject(new Fault('retry', 'the journal is closed'))
    },
  }
}
