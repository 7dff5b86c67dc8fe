/**
 * The sealer: walks the entries in the order of their numbers and goes on with the chain over them. Whoever does it gets
 * the same seals, and a seal is only written where it goes on from the last one; so two at once do no harm.
 */

import type { Seal } from '../domain/model.ts'
import { type SealedTo, SHORT_SEAL, sealNext, shortSeal, UNSEALED } from '../domain/seal.ts'
import type { Log } from '../ports.ts'
import { SEAL, SEALS_IN_A_KEY, sealsName } from './keys.ts'
import type { Keeper } from './open-keeper.ts'
import type { Reader } from './open-reader.ts'
import { lastIdOf, type Row, readPage } from './read-pages.ts'
import { markInText } from './wire.ts'

/** How far the journal is sealed. Rejects with a fault. */
export const readSealed = async (reader: Reader): Promise<SealedTo> => {
  const [n, seal] = await reader.ask((redis) => redis.hmget(SEAL, 'n', 'seal'))
  return n && seal ? { n: Number(n), seal: seal as Seal } : UNSEALED
}

/** Seals one page of what is not sealed yet; answers how many entries that were. Rejects with a fault. */
export const sealEntries = async (keeper: Keeper, key: string, log: Log): Promise<number> => {
  const from = await readSealed(keeper)
  const rows = await readPage(keeper, lastIdOf(from.n))
  const sealed = follow(key, from, rows, log)
  const to = sealed.at(-1)
  if (to === undefined) return 0
  const blocks = blocksOf(sealed)
  const given = { from: from.n, to: to.n, seal: to.seal, rows: blocks }
  const names = blocks.map(([name]) => name)
  const [written] = await keeper.run('seal', [SEAL, ...names], [JSON.stringify(given)])
  return written === 1 ? sealed.length : 0
}

const follow = (key: string, from: SealedTo, rows: readonly Row[], log: Log): readonly SealedTo[] => {
  const sealed: SealedTo[] = []
  let last = from
  for (const [id, [, text = '']] of rows) {
    const n = Number.parseInt(id, 10)
    // What was put in between has no number of its own.
    if (n <= last.n) continue
    if (n > last.n + 1) log.error({ from: last.n + 1, to: n - 1 }, 'entries of the journal are missing')
    last = sealNext(key, last, n, markInText(text))
    sealed.push(last)
  }
  return sealed
}

type Block = [name: string, offset: number, shorts: string]

/** Runs of short seals with their places. */
export const blocksOf = (sealed: readonly SealedTo[]): readonly Block[] => {
  const blocks: Block[] = []
  for (const [i, { n, seal }] of sealed.entries()) {
    const name = sealsName(n)
    const last = blocks.at(-1)
    if (last?.[0] === name && sealed[i - 1]?.n === n - 1) last[2] += shortSeal(seal)
    else blocks.push([name, (n % SEALS_IN_A_KEY) * SHORT_SEAL, shortSeal(seal)])
  }
  return blocks
}
