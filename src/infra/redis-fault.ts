/** The one translator of Redis errors into faults; everything that talks to Redis uses it. */
import { Fault } from '../domain/fault.ts'

/** Redis answered and did nothing; somebody must change something there. */
const PERMANENT = /^(NOAUTH|WRONGPASS|NOPERM|WRONGTYPE)\b|unknown command/i
/** Redis answered and did nothing; it will be able to again. */
const REFUSED =
  /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|MOVED|ASK|BUSY|OOM|MISCONF|NOREPLICAS|NOSCRIPT)\b/
/** The client never sent the command. */
const NOT_SENT = /isn't writeable/

const isOom = (error: unknown): boolean => error instanceof Error && error.message.startsWith('OOM')

/** Redis is at `maxmemory` and refused the write. */
export const isRedisFull = (thrown: unknown): boolean =>
  isOom(thrown) || (thrown instanceof Fault && isOom(thrown.cause))

/** `does: 'write'` makes a lost answer an unknown outcome; a read is simply done again. */
export const redisFault = (thrown: unknown, does: 'read' | 'write'): Fault => {
  if (thrown instanceof Fault) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const options = { cause: thrown }
  if (PERMANENT.test(message)) return new Fault('permanent', `Redis refused: ${message}`, options)
  if (REFUSED.test(message)) return new Fault('retry', `Redis refused for now: ${message}`, options)
  if (NOT_SENT.test(message)) return new Fault('retry', 'Redis cannot be reached', options)
  return new Fault(does === 'read' ? 'retry' : 'unknown', `no answer from Redis: ${message}`, options)
}
