/** `curfew verify`: whether anything in the journal was changed, taken out, put in or moved since it was written. */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import type { Config } from '../config/config.ts'
import type { SealedTo } from '../domain/seal.ts'
import { checkInThreads } from '../journal/checkers.ts'
import { parseCheckpoint } from '../journal/follow-seals.ts'
import type { Reader } from '../journal/open-reader.ts'
import { type Finding, verifyJournal } from '../journal/verify-journal.ts'
import { verifyMirror } from '../journal/verify-mirror.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'
import { showFinding } from './show-finding.ts'
import { withMirror } from './with-mirror.ts'
import { withReader } from './with-reader.ts'

const USAGE = 'Say it so: curfew verify [--mirror] [--checkpoint NUMBER:SEAL]\n'
/** These keep up with the one that reads; each takes tens of MB. */
const THREADS_MAX = 2
/** Pages come and go, and V8 would let four times what is kept pile up before it clears away. */
const SMALL_HEAP = '--heap-growing-percent=50'

interface Wish {
  readonly mirror: boolean
  /** Kept elsewhere, or what the mirror has at its end. */
  readonly checkpoints: readonly SealedTo[]
}

interface Walked {
  readonly entries: number
  readonly records: number
  /** How far it is sealed. */
  readonly at: SealedTo
}

export const run: CliCommand = async (input) => {
  const wish = readWish(input.args)
  if (wish === undefined) {
    input.err.write(USAGE)
    return REFUSED
  }
  setFlagsFromString(SMALL_HEAP)
  if (!wish.mirror) return verifyRedis(input, wish.checkpoints)
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  return verifyBoth(input, result.config, wish.checkpoints)
}

/** First the mirror from the very first entry, then Redis, which must lead to the mirror's last seal. */
const verifyBoth = async (
  input: CliInput,
  config: Config,
  checkpoints: readonly SealedTo[],
): Promise<number> => {
  let at: SealedTo | undefined
  const mirrored = await withMirror(input, config, undefined, (mirror) =>
    report(input, 'mirror: ', async (find) => {
      const walked = await verifyMirror(mirror, config.key, find, checkpoints)
      at = walked.entries > 0 ? walked.at : undefined
      return walked
    }),
  )
  const inRedis = await verifyRedis(input, [...checkpoints, ...(at === undefined ? [] : [at])], 'redis: ')
  return Math.max(mirrored, inRedis)
}

const verifyRedis = (input: CliInput, checkpoints: readonly SealedTo[], where = ''): Promise<number> =>
  withReader(input, (reader, { key }) =>
    report(input, where, (find) =>
      walkRedis(input, reader, key, { checkpoints, isAlone: where === '' }, find),
    ),
  )

const walkRedis = async (
  { out }: CliInput,
  reader: Reader,
  key: string,
  { checkpoints, isAlone }: { checkpoints: readonly SealedTo[]; isAlone: boolean },
  find: (finding: Finding) => void,
): Promise<Walked> => {
  const checkers = checkInThreads(key, Math.min(availableParallelism(), THREADS_MAX))
  const { sealed, from, ...walked } = await verifyJournal(reader, key, find, {
    checkers,
    checkpoints,
  }).finally(checkers.close)
  if (from > 0) out.write(`Entries up to ${from} have left Redis: the mirror has them (--mirror).\n`)
  for (const { n } of isAlone ? checkpoints : [])
    if (n < from)
      find({ n, says: 'is a checkpoint before what Redis still has: hold the mirror against it (--mirror)' })
  return { ...walked, at: sealed }
}

const report = async (
  { out }: CliInput,
  where: string,
  walk: (find: (finding: Finding) => void) => Promise<Walked>,
): Promise<number> => {
  let found = 0
  const { entries, records, at } = await walk((finding) => {
    found += 1
    out.write(`${where}${showFinding(finding)}\n`)
  })
  const what = `${entries} entries of ${records} records`
  if (found === 0) {
    out.write(`${where}Whole: ${what}.\n`)
    if (at.n > 0) out.write(`${where}Checkpoint: ${at.n}:${at.seal}\n`)
    return DONE
  }
  out.write(`${where}Broken: ${found} findings in ${what}.\n`)
  if (found >= entries && entries > 0) out.write('Is CURFEW_KEY the one that they were written with?\n')
  return FAILED
}

const readWish = (args: readonly string[]): Wish | undefined => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { config: text, checkpoint: text, mirror: flag },
    })
    const checkpoint = values.checkpoint === undefined ? undefined : parseCheckpoint(values.checkpoint)
    if (values.checkpoint !== undefined && checkpoint === undefined) return undefined
    return { mirror: values.mirror, checkpoints: checkpoint === undefined ? [] : [checkpoint] }
  } catch {
    return undefined
  }
}
