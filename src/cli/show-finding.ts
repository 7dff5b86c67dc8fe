/** What was found to be wrong with the journal, as a line. */
import type { Finding } from '../journal/verify-journal.ts'

export const showFinding = ({ n, record, says }: Finding): string => {
  if (n === undefined) return `${record}: ${says}`
  return record === undefined ? `entry ${n}: ${says}` : `entry ${n} (${record}): ${says}`
}
