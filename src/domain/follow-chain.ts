/** Follows one record's chain of marks entry by entry, remembering only where it stands: version and last mark. */
import { type Link, type LinkText, markOf, markOfText } from './entry.ts'
import type { Mark } from './model.ts'

export interface Stand {
  readonly v: number
  readonly mark: Mark | null
}

export const START: Stand = { v: 0, mark: null }

/**
 * Where the chain stands after this entry, and what is wrong with it. After a fault it goes on from the entry's own
 * mark, so that one fault is named once; an entry that repeats or comes too late does not move it.
 */
export const followChain = (
  key: string,
  before: Stand,
  entry: Link & { readonly mark: Mark },
): { readonly after: Stand; readonly says?: string } => {
  // A refusal changes nothing, so it stands alone.
  if (entry.record.startsWith('p:')) {
    const fits = entry.v === 0 && entry.mark === markOf(key, null, entry)
    return fits ? { after: START } : { after: START, says: WRONG_MARK }
  }
  const after = { v: entry.v, mark: entry.mark }
  if (!(entry.v > before.v))
    return { after: before, says: `version ${entry.v} stands after version ${before.v}: inserted, or moved` }
  if (entry.v > before.v + 1)
    return { after, says: `${versions(before.v + 1, entry.v - 1)} missing before it` }
  return entry.mark === markOf(key, before.mark, entry) ? { after } : { after, says: WRONG_MARK }
}

/** Where the chain stands after a link that follows from there, told without reading it; undefined: it has to be read. */
export const followText = (
  key: string,
  before: Stand,
  link: LinkText & { readonly mark: Mark },
): Stand | undefined => {
  const alone = link.record.startsWith('p:')
  const v = alone ? 0 : before.v + 1
  if (link.v !== String(v)) return undefined
  const mark = markOfText(key, alone ? null : before.mark, link)
  if (link.mark !== mark) return undefined
  // Its own mark is a part of the whole text, and would keep that.
  return alone ? START : { v, mark }
}

const WRONG_MARK = 'its mark is wrong: it was changed'

/** "version 3 is", "versions 3 to 5 are". */
export const versions = (from: number, to: number): string =>
  from === to ? `version ${from} is` : `versions ${from} to ${to} are`
