/**
 * The seals: one chain over the entries of all records, by their numbers. A record's own marks cannot tell the order
 * between two records; the seals can, and one of them, kept elsewhere, vouches for everything up to it.
 */
import { hmac } from './hmac.ts'
import type { Mark, Seal } from './model.ts'

/** Where the chain stands: the last number and its seal. */
export interface SealedTo {
  readonly n: number
  readonly seal: Seal
}

/** Before the first entry. */
export const UNSEALED: SealedTo = { n: 0, seal: '' as Seal }

/** The seal of entry `n`. */
const sealOf = (key: string, previous: Seal, n: number, mark: Mark): Seal =>
  hmac(key, `seal|${previous}|${n}|${mark}`) as Seal

/** Entries that were already missing when they were to be sealed are sealed as missing, all at once. */
const sealGap = (key: string, previous: Seal, from: number, to: number): Seal =>
  hmac(key, `seal|${previous}|${from}-${to}|missing`) as Seal

/** Characters of a short seal. */
export const SHORT_SEAL = 12

/** What of a seal is kept beside the entry: enough to find it changed, too little to go on from. */
export const shortSeal = (seal: Seal): string => seal.slice(0, SHORT_SEAL)

/** Goes on to the entry `n`, over numbers in between that nobody has. */
export const sealNext = (key: string, before: SealedTo, n: number, mark: Mark): SealedTo => {
  const isNext = n === before.n + 1
  const previous = isNext ? before.seal : sealGap(key, before.seal, before.n + 1, n - 1)
  return { n, seal: sealOf(key, previous, n, mark) }
}
