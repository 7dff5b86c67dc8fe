/**
 * Goes over the seals while the journal is walked: each entry's against the one that was kept beside it, and the chain
 * against every checkpoint that is known. After the first that does not fit nothing more can be told by seals.
 */
import type { Mark, Seal } from '../domain/model.ts'
import { type SealedTo, SHORT_SEAL, sealNext, shortSeal } from '../domain/seal.ts'
import { SEALS_IN_A_KEY, sealsName } from './keys.ts'
import type { Reader } from './open-reader.ts'
import { execute } from './reads.ts'

/** Entries by number, with their marks and what is kept beside each. */
export interface SealRows {
  readonly numbers: readonly number[]
  readonly marks: readonly Mark[]
  readonly shorts: readonly (string | undefined)[]
}

export interface SealWalk {
  /** Goes over more entries; answers what is wrong, by place. */
  follow(rows: SealRows): ReadonlyMap<number, string>
  /** Checkpoints that lie behind the end. */
  beyond(): readonly SealedTo[]
}

export interface KnownSeals {
  /** Where the walk begins. */
  readonly from: SealedTo
  /** What Redis says of itself: up to here every entry has a seal beside it. */
  readonly sealed: SealedTo
  /** As they were kept elsewhere. */
  readonly checkpoints: readonly SealedTo[]
}

export const walkSeals = (key: string, { from, sealed, checkpoints }: KnownSeals): SealWalk => {
  let at = from
  let lost = false
  const known = [sealed, ...checkpoints]

  const judge = (short: string | undefined): string | undefined => {
    if (known.some(({ n, seal }) => n === at.n && seal !== at.seal)) return CHECKPOINT
    if (at.n > sealed.n) return undefined
    if (short === undefined) return GONE
    return short === shortSeal(at.seal) ? undefined : MOVED
  }

  const followOne = (n: number, mark: Mark, short: string | undefined): string | undefined => {
    if (n <= at.n) return undefined
    at = sealNext(key, at, n, mark)
    if (lost) return undefined
    const says = judge(short)
    lost = says !== undefined
    return says
  }

  return {
    follow: ({ numbers, marks, shorts }) => {
      const moved = new Map<number, string>()
      for (const [i, n] of numbers.entries()) {
        const says = followOne(n, marks[i] as Mark, shorts[i])
        if (says !== undefined) moved.set(i, says)
      }
      return moved
    },
    beyond: () => known.filter(({ n }, i) => n > at.n && known.findIndex((one) => one.n === n) === i),
  }
}

const MOVED = 'does not fit its seal: it was moved, or swapped with another'
const GONE = 'has no seal any more, though it was sealed'
const CHECKPOINT = 'does not lead to the checkpoint: what stands up to here was rewritten'

/** The short seal of each of these entries, in their order, as far as there is one. Rejects with a fault. */
export const readShortSeals = async (
  reader: Reader,
  numbers: readonly number[],
): Promise<readonly (string | undefined)[]> => {
  const names = [...new Set(numbers.map(blockOf))].map((block) => sealsName(block * SEALS_IN_A_KEY))
  const texts = (await reader.ask((redis) => {
    const pipeline = redis.pipeline()
    for (const name of names) pipeline.get(name)
    return execute(pipeline)
  })) as (string | null)[]
  const byName = new Map(names.map((name, i) => [name, texts[i] ?? '']))
  let [block, text] = [Number.NaN, '']
  return numbers.map((n) => {
    if (blockOf(n) !== block) {
      block = blockOf(n)
      text = byName.get(sealsName(n)) ?? ''
    }
    return shortIn(text, n)
  })
}

const blockOf = (n: number): number => Math.floor(n / SEALS_IN_A_KEY)

/** Bytes that were never written are zero. */
const shortIn = (text: string, n: number): string | undefined => {
  const from = (n % SEALS_IN_A_KEY) * SHORT_SEAL
  const short = text.slice(from, from + SHORT_SEAL)
  return /^[0-9a-f]+$/.test(short) ? short : undefined
}

/** `123:<seal>`, as it is written into the digest; undefined when it is none. */
export const parseCheckpoint = (text: string): SealedTo | undefined => {
  const [, n, seal] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? []
  return n === undefined || seal === undefined ? undefined : { n: Number(n), seal: seal as Seal }
}
