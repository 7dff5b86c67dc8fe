/**
 * Keeps calls within the connector's rate limits, so that what is urgent never waits for a penalty. A call waits its turn
 * here, or is put off with the time at which to come again.
 */
import { Fault } from '../../domain/fault.ts'
import { type Bucket, createBucket, type Size } from '../../infra/bucket.ts'
import type { Call, Clock } from '../../ports.ts'
import { CALL_MS } from './connector.ts'

/** Who is waiting, the most urgent first: for a first card, for news of one that stands, for the audit threads. */
const RANKS = ['new', 'people', 'audit'] as const
export type Rank = (typeof RANKS)[number]

/**
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit: to one conversation 7 in 1 s, 8 in 2 s, 60 in
 * 30 s, 1,800 in an hour; 50 a second for an app in a tenant. Fewer at once, because calls bunch up on their way and what
 * is answered to people directly counts as well.
 */
const CONVERSATION: readonly Size[] = [
  { burst: 3, perMinute: 90 },
  { burst: 1_000, perMinute: 12 },
]
const TENANT: Size = { burst: 20, perMinute: 1_200 }
/** Conversations remembered; only those without anybody waiting are forgotten. */
const CONVERSATIONS_MAX = 10_000

export interface Turn {
  readonly conversation: string
  readonly rank: Rank
  readonly call: Call
}

/** Runs a call in its turn. Rejects as `run` does, or with a paced fault: nothing was sent then. */
export type Pace = <T>(turn: Turn, run: () => Promise<T>) => Promise<T>

export const createPace = (clock: Clock): Pace => {
  const tenant = createBucket(TENANT, clock, CALL_MS)
  const conversations = new Map<string, readonly Bucket[]>()

  const bucketsOf = (conversation: string): readonly Bucket[] => {
    const known = conversations.get(conversation)
    if (known !== undefined) return known
    if (conversations.size >= CONVERSATIONS_MAX)
      for (const [id, buckets] of conversations)
        if (buckets.every((bucket) => bucket.isIdle())) conversations.delete(id)
    const made = CONVERSATION.map((size) => createBucket(size, clock, CALL_MS))
    conversations.set(conversation, made)
    return made
  }

  return async ({ conversation, rank, call }, run) => {
    const buckets = bucketsOf(conversation)
    const caller = { rank: RANKS.indexOf(rank), call }
    for (const bucket of [...buckets, tenant]) await bucket.take(caller)
    try {
      return await run()
    } catch (thrown) {
      // Of all refusals only a 429 and a 412 say how long to wait.
      if (thrown instanceof Fault && thrown.afterMs !== undefined) buckets[0]?.block(thrown.afterMs)
      throw thrown
    }
  }
}
