/**
 * Keeps the messages that stay within Slack's rate limits, so that what is urgent never waits for a penalty. Wraps the
 * calls of deliveries; a call waits its turn here, or is put off with the time at which to come again.
 */
import { Fault } from '../../domain/fault.ts'
import { type Bucket, createBucket, type Size } from '../../infra/bucket.ts'
import type { Call, Clock } from '../../ports.ts'
import { CALL_MS } from './web-client.ts'

/** Who is waiting, the most urgent first: for a first card, for news of one that stands, for the audit threads. */
const RANKS = ['new', 'people', 'audit'] as const
export type Rank = (typeof RANKS)[number]

/**
 * Per method and workspace (docs.slack.dev, rate limits: tier 3 is 50 a minute, tier 4 100). Fewer at once than Slack
 * allows, because calls bunch up on their way. Posting has a limit of "several hundred a minute" over all channels that is
 * nowhere said more exactly: it is kept from the start, so that a new card never waits for the penalty of other messages.
 */
const SIZES = {
  'chat.postMessage': { burst: 100, perMinute: 300 },
  'chat.update': { burst: 40, perMinute: 50, lenient: true },
  'conversations.open': { burst: 40, perMinute: 50, lenient: true },
  'conversations.history': { burst: 40, perMinute: 50, lenient: true },
  'conversations.replies': { burst: 40, perMinute: 50, lenient: true },
  'views.publish': { burst: 40, perMinute: 100, lenient: true },
} as const satisfies Record<string, Size>

/** "1 per second per channel", with short bursts of which no page says how short. */
const POSTS: Size = { burst: 2, perMinute: 60, lenient: true }
/** Channels remembered, direct messages included; only those without anybody waiting are forgotten. */
const CHANNELS_MAX = 10_000

export interface Turn {
  readonly method: keyof typeof SIZES
  /** Of a post: each channel has a limit of its own. */
  readonly channel?: string
  readonly rank: Rank
  readonly call: Call
}

/** Runs a call to Slack in its turn. Rejects as `run` does, or with a paced fault: nothing was sent then. */
export type Pace = <T>(turn: Turn, run: () => Promise<T>) => Promise<T>

export const createPace = (clock: Clock): Pace => {
  const methods = new Map<string, Bucket>(
    Object.entries(SIZES).map(([method, size]) => [method, createBucket(size, clock, CALL_MS)]),
  )
  const channels = new Map<string, Bucket>()

  const bucketOf = (channel: string): Bucket => {
    const known = channels.get(channel)
    if (known !== undefined) return known
    if (channels.size >= CHANNELS_MAX)
      for (const [name, bucket] of channels) if (bucket.isIdle()) channels.delete(name)
    const bucket = createBucket(POSTS, clock, CALL_MS)
    channels.set(channel, bucket)
    return bucket
  }

  /** The narrowest first: it is the one that a 429 is about. */
  const bucketsFor = ({ method, channel }: Turn): readonly Bucket[] =>
    [channel === undefined ? undefined : bucketOf(channel), methods.get(method)].filter(
      (bucket) => bucket !== undefined,
    )

  return async (turn, run) => {
    const buckets = bucketsFor(turn)
    const caller = { rank: RANKS.indexOf(turn.rank), call: turn.call }
    for (const bucket of buckets) await bucket.take(caller)
    try {
      return await run()
    } catch (thrown) {
      // Of all refusals only a 429 says how long to wait.
      if (thrown instanceof Fault && thrown.afterMs !== undefined) buckets[0]?.block(thrown.afterMs)
      throw thrown
    }
  }
}
