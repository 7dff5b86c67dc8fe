/**
 * Slack's rate limits, off unless asked for: per method and minute, and one post per second and channel with
 * short bursts. https://docs.slack.dev/apis/web-api/rate-limits
 */
import type { Args } from './faults.ts'

const PER_MINUTE: Readonly<Record<string, number>> = {
  'chat.postEphemeral': 100,
  'chat.update': 50,
  'users.info': 100,
  'users.lookupByEmail': 50,
  'usergroups.list': 20,
  'usergroups.users.list': 20,
  'conversations.open': 50,
  'conversations.info': 50,
  'conversations.list': 20,
  'conversations.members': 100,
  'conversations.history': 50,
  'conversations.replies': 50,
  'views.open': 100,
  'views.push': 100,
  'views.update': 100,
  'views.publish': 100,
}
/** "Short bursts" is not a number in the vendor's page; this is a cautious one. */
const POST_BURST = 3

interface Bucket {
  tokens: number
  at: number
}

/** Answers 0 if the call may pass, else after how many whole seconds to try again. */
export const createRateLimits = (now: () => number): ((method: string, args: Args) => number) => {
  const buckets = new Map<string, Bucket>()

  const draw = (key: string, size: number, perMs: number): number => {
    const at = now()
    const bucket = buckets.get(key) ?? { tokens: size, at }
    bucket.tokens = Math.min(size, bucket.tokens + (at - bucket.at) * perMs)
    bucket.at = at
    buckets.set(key, bucket)
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / perMs / 1_000)
    bucket.tokens -= 1
    return 0
  }

  return (method, args) => {
    if (method === 'chat.postMessage') return draw(`${method} ${args.channel}`, POST_BURST, 1 / 1_000)
    const perMinute = PER_MINUTE[method]
    return perMinute === undefined ? 0 : draw(method, perMinute, perMinute / 60_000)
  }
}
