/** The whole stream of the journal, page by page, oldest first: memory stays flat however long it is. */
import { JOURNAL } from './keys.ts'
import type { Reader } from './open-reader.ts'

/** One entry as Redis has it: its stream id, and names and values of its fields in turn. */
export type Row = readonly [id: string, fields: readonly string[]]

const PAGE = 500
/** Of a walk through all of them, in which every page costs questions of its own. */
const LARGE_PAGE = 1_000

/** After everything that goes by this number, also what was put in beside it. */
export const lastIdOf = (n: number): string => `${n}-18446744073709551615`

/** Entries after the one with this id; without one from the start. Rejects with a fault. */
export const readPage = (reader: Reader, after?: string): Promise<readonly Row[]> =>
  reader.ask((redis) => redis.xrange(JOURNAL, after === undefined ? '-' : `(${after}`, '+', 'COUNT', PAGE))

/** Entries as a walk takes them: lists of the same length, oldest first. */
export interface Page {
  readonly ids: readonly string[]
  readonly texts: readonly string[]
  /** Places of those that have other fields than the journal's. */
  readonly strange: readonly number[]
}

/** What was read as rows. */
export const pageOf = (rows: readonly Row[]): Page => ({
  ids: rows.map(([id]) => id),
  texts: rows.map(([, [, text = '']]) => text),
  strange: rows.flatMap(([, fields], i) => (fields[0] === 'e' && fields.length === 2 ? [] : [i])),
})

const readLargePage = async (reader: Reader, after: string | undefined): Promise<Page> => {
  const from = after === undefined ? '-' : `(${after}`
  const [ids, texts, strange] = (await reader.askScript('read-page', [JOURNAL], [from, `${LARGE_PAGE}`])) as [
    string,
    string,
    string,
  ]
  if (ids === '') return { ids: [], texts: [], strange: [] }
  return {
    ids: ids.split(' '),
    texts: texts.split('\n'),
    strange: strange === '' ? [] : strange.split(' ').map(Number),
  }
}

/** All entries from the start. Rejects with a fault. */
export async function* readPages(reader: Reader): AsyncGenerator<Page> {
  const read = (last: string | undefined): Promise<Page> => {
    const page = readLargePage(reader, last)
    // Whoever waits for it is told.
    page.catch(() => undefined)
    return page
  }
  let next = read(undefined)
  for (;;) {
    const page = await next
    if (page.ids.length === 0) return
    // While this page is worked on, Redis reads the one after it.
    next = read(page.ids.at(-1))
    yield page
  }
}
