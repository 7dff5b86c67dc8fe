/**
 * A password nobody has seen before, and what PostgreSQL keeps of it: made here, so that the password itself never
 * reaches the server or its log (RFC 5802, RFC 7677). Called for each press; it keeps nothing.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'

/** Crockford's base 32 in small letters: no two of them look alike. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'
/** 5 bits each: 140. */
const LENGTH = 28
/** PostgreSQL's own number. The password is random, so more would make nothing safer. */
const ITERATIONS = 4096
const SALT_BYTES = 16

export const makePassword = (): string =>
  [...randomBytes(LENGTH)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('')

/** `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, for an ASCII password. */
export const verifierOf = (password: string, salt: Buffer = randomBytes(SALT_BYTES)): string => {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, 'sha256')
  const keyed = (words: string) => createHmac('sha256', salted).update(words).digest()
  const stored = createHash('sha256').update(keyed('Client Key')).digest('base64')
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString('base64')}$${stored}:${keyed('Server Key').toString('base64')}`
}
