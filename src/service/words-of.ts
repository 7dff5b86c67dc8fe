/** The words of a gesture, read once although several ask: whether a form is expected, whether it only asks, what to do. */
import { parseWords, type Words } from '../domain/command-line.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Gesture } from '../ports.ts'

export type Said = Extract<Gesture['does'], { kind: 'words' }>

const known = new WeakMap<Said, Words | Refusal>()

export const wordsOf = (said: Said): Words | Refusal => {
  const words = known.get(said) ?? parseWords(said.text)
  known.set(said, words)
  return words
}
