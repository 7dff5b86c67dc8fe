/**
 * Request ids that people can read out and type: `R-7K3QX9`, Crockford's base 32
 * (https://www.crockford.com/base32.html). Randomness comes in as bytes; nothing here makes any.
 */
import type { RequestId } from './model.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
/** Characters after `R-` in new ids; up to {@link LENGTH_MAX} are read, so that ids may grow. */
const ID_LENGTH = 6
const LENGTH_MAX = 10

/** A new id from {@link ID_LENGTH} random bytes, five bits of each. Whether it is taken only a commit can tell. */
export const makeRequestId = (bytes: Uint8Array): RequestId => {
  if (bytes.length < ID_LENGTH) throw new Error(`bug: an id needs ${ID_LENGTH} random bytes`)
  const characters = Array.from(bytes.subarray(0, ID_LENGTH), (byte) => ALPHABET.charAt(byte % 32))
  return `R-${characters.join('')}` as RequestId
}

/** Reads an id as people type it: any case, with or without `R-`, I and L for 1, O for 0. */
export const parseRequestId = (text: string): RequestId | undefined => {
  const typed = text
    .trim()
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/^R[-_\u2010-\u2015\u2212]/, '')
  const id = typed.replace(/[IL]/g, '1').replace(/O/g, '0')
  const fits = id.length >= ID_LENGTH && id.length <= LENGTH_MAX
  return fits && [...id].every((character) => ALPHABET.includes(character))
    ? (`R-${id}` as RequestId)
    : undefined
}

/** What a button or a form carries: a request, and where it is about one of its extensions, which. */
export const parseAbout = (text: string): { id: RequestId; extension?: number } | undefined => {
  const [, first = '', n] = /^([^/]*)(?:\/(\d{1,6}))?$/.exec(text) ?? []
  const id = parseRequestId(first)
  if (id === undefined) return undefined
  return n === undefined ? { id } : { id, extension: Number(n) }
}
