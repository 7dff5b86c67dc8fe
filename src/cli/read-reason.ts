/** The reason that stands at the end of a command. */
import { cleanText } from '../domain/clean-text.ts'
import { refuseLong } from '../domain/command-line.ts'
import { type Refusal, refuse } from '../domain/refusal.ts'

/** Clean text. Refuses none as `bad-reason`, with the command that would have worked, and one that is too long. */
export const readReason = (words: readonly string[], command: string): string | Refusal => {
  const reason = cleanText(words.join(' '))
  return reason === '' ? refuse('bad-reason', 'Say why:', command) : (refuseLong(reason) ?? reason)
}
