/**
 * At least one sabotage for every promise of docs/promises.md. Whoever changes a line that is sabotaged moves the sabotage
 * with it; one that no test notices is a bug of the suite.
 */
import { OF_ENDING } from './of-ending.ts'
import { OF_GIVING } from './of-giving.ts'
import { OF_KEEPING } from './of-keeping.ts'
import type { Sabotage } from './sabotage.ts'

export const SABOTAGES: readonly Sabotage[] = [...OF_GIVING, ...OF_ENDING, ...OF_KEEPING]

/** Their tests start no whole bot and no database. */
const isQuick = ({ noticedBy }: Sabotage): boolean => /^test\/(domain|journal|infra)\//.test(noticedBy.file)

/** The part for every run of CI: those that are quick, and of each promise at least one. */
export const QUICK: readonly Sabotage[] = SABOTAGES.filter((one) => {
  const same = SABOTAGES.filter(({ breaks }) => breaks === one.breaks)
  return isQuick(one) || (!same.some(isQuick) && same[0] === one)
})
