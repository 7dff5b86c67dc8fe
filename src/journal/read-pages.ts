/** The whole stream of the journal, page by page, oldest first: memory stays flat however long it is. */
import { JOURNAL } from './keys.ts'
import type { Reader } from './open-reader.ts'

/** One entry as Redis has it: its stream id, and names and values of its fields in turn. */
export type Row = readonly [id: string, fields: readonly string[]]

const PAGE = 500
/** Of a walk through all of them, in which every page costs questions of its own. */
const LARGE_PAGE = 2_000

/** After everything that goes by this number, also what was put in beside it. */
export const lastIdOf = (n: number): string => `${n}-18446744073709551615`

/** Entries after the one with this id; without one from the start. Rejects with a fault. */
export const readPage = (reader: Reader, after?: string, size = PAGE): Promise<readonly Row[]> =>
  reader.ask((redis) => redis.xrange(JOURNAL, after === undefined ? '-' : `(${after}`, '+', 'COUNT', size))

/** Begins after the entry with this id; without one at the start. Rejects with a fault. */
export async function* readPages(reader: Reader, after?: string): AsyncGenerator<readonly Row[]> {
  const read = (last: string | undefined): Promise<readonly Row[]> => {
    const rows = readPage(reader, last, LARGE_PAGE)
    // Whoever waits for it is told.
    rows.catch(() => undefined)
    return rows
  }
  let next = read(after)
  for (;;) {
    const rows = await next
    if (rows.length === 0) return
    // While this page is worked on, Redis reads the one after it.
    next = read(rows.at(-1)?.[0])
    yield rows
  }
}
