/** Free text enters the journal as a salted digest; text and salt lie beside it and can be erased. */
import { digestText } from '../domain/entry.ts'
import type { TextDigest } from '../domain/model.ts'
import type { Deps } from './deps.ts'

export interface Kept {
  readonly digest: TextDigest
  readonly salt: string
  readonly text: string
}

const SALT_BYTES = 16

/** Null for no text at all. */
export const keepText = (deps: Pick<Deps, 'random'>, text: string): Kept | null => {
  if (text === '') return null
  const salt = Buffer.from(deps.random(SALT_BYTES)).toString('hex')
  return { digest: digestText(salt, text), salt, text }
}
