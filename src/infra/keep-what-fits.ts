/** Leaves out of a message what a chat would refuse it for; called by chats once everything in it is drawn. */

export interface Room {
  /** How many pieces, and how long they may be as JSON. */
  readonly pieces: number
  readonly json: number
}

export interface Leaving<T> {
  /** Stands last where something was left out. */
  readonly note: T
  /** The lowest is kept first. */
  rank(piece: T): number
}

const sizeOf = (piece: unknown): number => JSON.stringify(piece).length + 1

/** Pieces in their order: what ranks lowest first, then the rest as far as it goes. */
export const keepWhatFits = <T>(pieces: readonly T[], most: Room, { note, rank }: Leaving<T>): T[] => {
  if (pieces.length <= most.pieces && JSON.stringify(pieces).length < most.json) return [...pieces]
  const kept = new Set<T>()
  let room = most.json - 2 - sizeOf(note)
  for (const piece of [...pieces].sort((a, b) => rank(a) - rank(b))) {
    if (kept.size === most.pieces - 1 || sizeOf(piece) > room) break
    kept.add(piece)
    room -= sizeOf(piece)
  }
  return [...pieces.filter((piece) => kept.has(piece)), note]
}
