/** Writes at the reader's pace: a pipe that is slower than the journal must not fill this process's memory. */
import { once } from 'node:events'
import { Writable } from 'node:stream'
import type { CliInput } from './cli-command.ts'

/** Resolves when more may be written. Rejects when the reader is gone. */
export const writeOut = async (out: CliInput['out'], text: string): Promise<void> => {
  const isFull = out.write(text) === false
  if (isFull && out instanceof Writable) await once(out, 'drain')
}
