/**
 * What is known of the journal before its first entry in Redis, once older ones have left: the seal to go on from,
 * signed, and where each record's own chain goes on.
 */
import { hmac } from './hmac.ts'
import type { Mark } from './model.ts'
import type { SealedTo } from './seal.ts'

/** Only who has the key can say that the journal begins here. */
export const signTrim = (key: string, { n, seal }: SealedTo): string => hmac(key, `trim|${n}|${seal}`)

/** Where a record's chain goes on. */
export interface Base {
  readonly v: number
  readonly mark: Mark
  /** The version at which the record itself left, if it did: entries up to there may still follow. */
  readonly gone?: number
}

export const showBase = ({ v, mark, gone }: Base): string => `${v}|${mark}|${gone ?? 'stays'}`

/** Undefined when it is none. */
export const parseBase = (text: string): Base | undefined => {
  const [, v, mark, gone] = /^(\d{1,15})\|([^|]*)\|(\d{1,15}|stays)$/.exec(text) ?? []
  if (v === undefined) return undefined
  return { v: Number(v), mark: mark as Mark, ...(gone === 'stays' ? {} : { gone: Number(gone) }) }
}
