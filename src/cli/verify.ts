/** `curfew verify`: whether anything in the journal was changed, taken out, put in or moved since it was written. */

import { availableParallelism } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { checkInThreads } from '../journal/checkers.ts'
import { type Finding, verifyJournal } from '../journal/verify-journal.ts'
import { type CliCommand, DONE, FAILED } from './cli-command.ts'
import { withReader } from './with-reader.ts'

/** These keep up with the one that reads; each takes tens of MB. */
const THREADS_MAX = 2
/** Pages come and go, and V8 would let four times what is kept pile up before it clears away. */
const SMALL_HEAP = '--heap-growing-percent=50'

export const run: CliCommand = ({ out, ...input }) =>
  withReader({ out, ...input }, async (reader, { key }) => {
    setFlagsFromString(SMALL_HEAP)
    let found = 0
    const checkers = checkInThreads(key, Math.min(availableParallelism(), THREADS_MAX))
    const tell = (finding: Finding): void => {
      found += 1
      out.write(`${show(finding)}\n`)
    }
    const { entries, records } = await verifyJournal(reader, key, tell, checkers).finally(checkers.close)
    const what = `${entries} entries of ${records} records`
    if (found === 0) {
      out.write(`Whole: ${what}.\n`)
      return DONE
    }
    out.write(`Broken: ${found} findings in ${what}.\n`)
    if (found >= entries && entries > 0) out.write('Is CURFEW_KEY the one that they were written with?\n')
    return FAILED
  })

const show = ({ n, record, says }: Finding): string => {
  if (n === undefined) return `${record}: ${says}`
  return record === undefined ? `entry ${n}: ${says}` : `entry ${n} (${record}): ${says}`
}
