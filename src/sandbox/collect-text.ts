/** What child processes say, kept for error messages. */
import type { Readable } from 'node:stream'

/** Listens from now on; the answer is everything said so far. */
export const collectText = (...streams: readonly (Readable | null)[]): (() => string) => {
  const said: string[] = []
  for (const stream of streams) stream?.on('data', (chunk: Buffer) => void said.push(chunk.toString()))
  return () => said.join('')
}
