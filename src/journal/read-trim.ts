/** Where the journal in Redis begins, since older entries have left it. */
import type { RecordKey, Seal } from '../domain/model.ts'
import { type SealedTo, UNSEALED } from '../domain/seal.ts'
import { type Base, parseBase, signTrim } from '../domain/trim.ts'
import { BASES, SEAL } from './keys.ts'
import type { Reader } from './open-reader.ts'

export interface Trim {
  /** The last entry that left. */
  readonly from: SealedTo
  /** Whoever has the key said so. */
  readonly isSigned: boolean
  readonly bases: ReadonlyMap<RecordKey, Base>
}

/** Rejects with a fault. */
export const readTrim = async (reader: Reader, key: string): Promise<Trim> => {
  const [from, seal, signed] = await reader.ask((redis) => redis.hmget(SEAL, 'from', 'fromSeal', 'signed'))
  if (from === null || from === undefined) return { from: UNSEALED, isSigned: true, bases: new Map() }
  const begin = { n: Number(from), seal: (seal ?? '') as Seal }
  const stored = await reader.ask((redis) => redis.hgetall(BASES))
  const bases = Object.entries(stored).flatMap(([record, text]) => {
    const base = parseBase(text)
    return base === undefined ? [] : [[record as RecordKey, base] as const]
  })
  return { from: begin, isSigned: signed === signTrim(key, begin), bases: new Map(bases) }
}
