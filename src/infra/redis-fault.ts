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

/** What a connection ended with, in words that say what to look at. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/ALTNAME/, 'its certificate is for another name than REDIS_URL says'],
  [/SELF_SIGNED|UNABLE_TO_|CERT_|UNKNOWN_CA/, 'its certificate is not trusted: set REDIS_CA_FILE'],
  [/WRONG_VERSION|PACKET_LENGTH/, 'it does not speak TLS there: let REDIS_URL begin with redis'],
  // Which of them it is, and how it is told, depends on who is faster.
  [
    /ALERT|ECONNRESET|EPIPE/,
    'it hung up: it may want TLS (rediss) or a certificate (REDIS_CERT_FILE and REDIS_KEY_FILE)',
  ],
]

/** Why no connection came about: a permanent fault where Redis refused, else one to try again. */
export const unreachable = (thrown: unknown): Fault => {
  const fault = redisFault(thrown, 'read')
  if (fault.kind === 'permanent') return fault
  const { code = '', message = '' } = thrown as { code?: string; message?: string }
  const known = REASONS.find(([pattern]) => pattern.test(code))?.[1]
  const shown = code === '' ? message : code
  const why = known ?? 'check REDIS_URL, and that it runs'
  return new Fault('retry', `Redis cannot be reached: ${why}${shown && ` (${shown})`}`, { cause: thrown })
}
