/**
 * HMAC-SHA-256 (RFC 2104) for many short texts under one key: the key is padded once. Node's own pads it at every call, which
 * takes as long again as the text.
 */
import { hash } from 'node:crypto'

/** Of SHA-256, bytes. */
const BLOCK = 64
const DIGEST = 32

interface Padded {
  readonly key: string
  /** The padded key, then room for a text. */
  inner: Uint8Array
  /** The padded key, then room for a digest. */
  readonly outer: Uint8Array
}

const encoder = new TextEncoder()
let padded: Padded | undefined

/** In hex. `key` and `text` are taken as UTF-8. */
export const hmac = (key: string, text: string): string => {
  if (padded?.key !== key) padded = pad(key)
  const { outer } = padded
  if (padded.inner.length < BLOCK + text.length * 3) padded.inner = grow(padded.inner, text.length * 3)
  const { written } = encoder.encodeInto(text, padded.inner.subarray(BLOCK))
  outer.set(hash('sha256', padded.inner.subarray(0, BLOCK + written), 'buffer'), BLOCK)
  return hash('sha256', outer, 'hex')
}

const pad = (key: string): Padded => {
  const bytes = encoder.encode(key)
  const block = new Uint8Array(BLOCK)
  block.set(bytes.length > BLOCK ? hash('sha256', bytes, 'buffer') : bytes)
  const outer = new Uint8Array(BLOCK + DIGEST)
  outer.set(block.map((byte) => byte ^ 0x5c))
  return { key, inner: block.map((byte) => byte ^ 0x36), outer }
}

const grow = (inner: Uint8Array, room: number): Uint8Array => {
  const larger = new Uint8Array(BLOCK + 2 * room)
  larger.set(inner.subarray(0, BLOCK))
  return larger
}
