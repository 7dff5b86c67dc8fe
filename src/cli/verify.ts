/** `curfew verify`: whether anything in the journal was changed, taken out, put in or moved since it was written. */
import { parseArgs } from 'node:util'
import type { SealedTo } from '../domain/seal.ts'
import { parseCheckpoint } from '../journal/follow-seals.ts'
import { type Finding, verifyJournal } from '../journal/verify-journal.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { showFinding } from './show-finding.ts'
import { withReader } from './with-reader.ts'

const USAGE = 'Say it as the digest does: curfew verify [--checkpoint NUMBER:SEAL]\n'

interface Wish {
  readonly checkpoint?: SealedTo
}

export const run: CliCommand = async (input) => {
  const wish = readWish(input.args)
  if (wish !== undefined) return verify(input, wish)
  input.err.write(USAGE)
  return REFUSED
}

const verify = ({ out, ...input }: CliInput, wish: Wish): Promise<number> =>
  withReader({ out, ...input }, async (reader, { key }) => {
    let found = 0
    const find = (finding: Finding): void => {
      found += 1
      out.write(`${showFinding(finding)}\n`)
    }
    const { entries, records, sealed } = await verifyJournal(reader, key, find, wish.checkpoint)
    const what = `${entries} entries of ${records} records`
    if (found === 0) {
      out.write(`Whole: ${what}.\n`)
      if (sealed.n > 0) out.write(`Checkpoint: ${sealed.n}:${sealed.seal}\n`)
      return DONE
    }
    out.write(`Broken: ${found} findings in ${what}.\n`)
    if (found >= entries && entries > 0) out.write('Is CURFEW_KEY the one that they were written with?\n')
    return FAILED
  })

const readWish = (args: readonly string[]): Wish | undefined => {
  try {
    const text = { type: 'string' } as const
    const { values } = parseArgs({ args: [...args], options: { config: text, checkpoint: text } })
    if (values.checkpoint === undefined) return {}
    const checkpoint = parseCheckpoint(values.checkpoint)
    return checkpoint && { checkpoint }
  } catch {
    return undefined
  }
}
