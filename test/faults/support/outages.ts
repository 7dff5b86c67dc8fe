/** Outages of every manner and of a seeded length, and what people read meanwhile: it comes in time, and it is true. */
import { createHash } from 'node:crypto'
import { expect } from 'vitest'
import type { Card } from '../../../src/domain/cards/card.ts'
import { wordsOf } from '../../fixtures/replicas.ts'
import { MANNERS } from './tcp-proxy.ts'
import { IS_LONG } from './world.ts'

/** What a person waits at most before they read something. */
export const ANSWER_MS = 2_500
/** A failure can be had again: print it in the name of the test. */
export const SEED = Number(process.env.SEED ?? 1)
const ROUNDS = IS_LONG ? 6 : 1
const SHORTEST_MS = 1_000
const LONGEST_MS = IS_LONG ? 30_000 : 2_500

const drawMs = (i: number): number => {
  const digest = createHash('sha256').update(`${SEED}/${i}`).digest()
  return SHORTEST_MS + (digest.readUInt32BE() % (LONGEST_MS - SHORTEST_MS))
}

/** In which manner, and for how long. */
export const OUTAGES = MANNERS.flatMap((manner, i) =>
  Array.from({ length: ROUNDS }, (_, round) => [manner, drawMs(i * ROUNDS + round)] as const),
)

export interface Told {
  readonly words: string
  readonly ms: number
}

/** As the chat's adapter: a fault is told as this sentence. */
const NOTHING = 'Nothing was changed. Try again in a minute.'
export const timed = async (answer: Promise<Card>): Promise<Told> => {
  const began = performance.now()
  const words = await answer.then(
    (card) => `${card.title} ${wordsOf(card)}`,
    () => NOTHING,
  )
  return { words, ms: performance.now() - began }
}

/** What was read is what the journal holds, also after whatever was still under way has arrived. */
export const expectTrue = (told: Told, says: RegExp, happened: boolean): void => {
  expect(told.ms, told.words).toBeLessThan(ANSWER_MS)
  if (says.test(told.words)) expect(happened, told.words).toBe(true)
  else if (told.words === NOTHING) expect(happened, told.words).toBe(false)
  else expect(told.words).toContain('It is not known whether that was recorded')
}
