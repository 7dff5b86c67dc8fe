/**
 * Walks the whole mirror once, from the very first entry, and names what was tampered with: marks, numbers, seals, and
 * what people typed. Each line has its own seal, so that one fault hides no other.
 */
import { digestText } from '../domain/entry.ts'
import { followChain, START, type Stand } from '../domain/follow-chain.ts'
import type { RecordKey } from '../domain/model.ts'
import { type SealedTo, sealNext, UNSEALED } from '../domain/seal.ts'
import type { Entry } from '../ports.ts'
import type { KeptText, Mirror, MirrorLine, Unreadable } from './mirror.ts'
import { entryOf } from './read-histories.ts'
import type { Row } from './read-pages.ts'
import type { Finding } from './verify-journal.ts'
import { isTextOf, markInText } from './wire.ts'

export interface VerifiedMirror {
  readonly entries: number
  readonly records: number
  /** The last line. */
  readonly at: SealedTo
}

interface Walk {
  readonly key: string
  readonly stands: Map<RecordKey, Stand>
  readonly checkpoints: readonly SealedTo[]
  find(finding: Finding): void
  found: number
  at: SealedTo
  entries: number
}

/** The line as Redis has it. */
export const rowOf = ({ n, text }: MirrorLine): Row => [`${n}-0`, ['e', text]]

/** Calls `find` with everything that is wrong, as it goes. `checkpoints` were kept elsewhere. Rejects with a fault. */
export const verifyMirror = async (
  mirror: Mirror,
  key: string,
  find: (finding: Finding) => void,
  checkpoints: readonly SealedTo[] = [],
): Promise<VerifiedMirror> => {
  const walk: Walk = {
    key,
    stands: new Map(),
    checkpoints,
    find: (finding) => {
      walk.found += 1
      find(finding)
    },
    found: 0,
    at: UNSEALED,
    entries: 0,
  }
  for await (const page of mirror.read()) for (const line of page) followLine(walk, line)
  for (const { n } of checkpoints)
    if (n > walk.at.n)
      find({ n, says: 'is a checkpoint, and the mirror ends before it: the end was cut off' })
  for await (const page of mirror.texts()) for (const text of page) judgeText(text, find)
  return { entries: walk.entries, records: walk.stands.size, at: walk.at }
}

const followLine = (walk: Walk, line: MirrorLine | Unreadable): void => {
  if ('unreadable' in line) {
    walk.find({ n: walk.at.n + 1, says: `cannot be read (${line.unreadable}): it was changed` })
    return
  }
  walk.entries += 1
  const { n } = line
  const before = walk.found
  const entry = readEntry(line)
  const about = entry === undefined ? { n } : { n, record: entry.record }
  if (n <= walk.at.n) {
    walk.find({ ...about, says: `stands after entry ${walk.at.n}: it was inserted or moved` })
    return
  }
  if (n > walk.at.n + 1) walk.find({ n: walk.at.n + 1, says: missing(walk.at.n + 1, n - 1) })
  if (entry === undefined) walk.find({ n, says: 'cannot be read as it stands: it was changed' })
  else followEntry(walk, entry)
  followSeal(walk, line, about, before)
}

/** Undefined when it is not what the journal writes. */
const readEntry = (line: MirrorLine): Entry | undefined => {
  const entry = entryOf(rowOf(line))
  return entry !== undefined && isTextOf(entry, line.text) ? entry : undefined
}

const missing = (from: number, to: number): string =>
  from === to ? 'is missing' : `and all up to ${to} are missing`

const followEntry = ({ key, stands, find }: Walk, entry: Entry): void => {
  const { n, record } = entry
  const { after, says } = followChain(key, stands.get(record) ?? START, entry)
  stands.set(record, after)
  if (says !== undefined) find({ n, record, says })
}

/** What was found by its mark or its number is not found again by its seal; the next goes on from what stands there. */
const followSeal = (
  walk: Walk,
  { n, seal, text }: MirrorLine,
  about: Omit<Finding, 'says'>,
  before: number,
): void => {
  const expected = sealNext(walk.key, walk.at, n, markInText(text)).seal
  const isKnown = walk.found > before
  if (seal !== expected && !isKnown)
    walk.find({ ...about, says: 'does not fit its seal: it was moved, or swapped with another' })
  else if (walk.checkpoints.some((one) => one.n === n && one.seal !== seal) && !isKnown)
    walk.find({ ...about, says: 'does not lead to the checkpoint: what stands up to here was rewritten' })
  walk.at = { n, seal }
}

const judgeText = ({ record, digest, salt, text }: KeptText, find: Walk['find']): void => {
  if (digestText(salt, text) !== digest)
    find({ record, says: 'has a text beside it that is not the one which was typed: it was changed' })
}
