/** `curfew export`: every request as one row, for auditors; each is folded from its own sealed chain. */
import { parseArgs } from 'node:util'
import { csvLine } from '../domain/csv.ts'
import { COLUMNS, type ExportRow, exportRow } from '../domain/export-row.ts'
import { type Instant, requestKey } from '../domain/model.ts'
import type { Reader } from '../journal/open-reader.ts'
import { type Asked, readAsked } from '../journal/read-asked.ts'
import { readHistories } from '../journal/read-histories.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { withReader } from './with-reader.ts'
import { writeOut } from './write-out.ts'

const USAGE = 'Say how: curfew export --csv | --json [--from 2026-11-01] [--to 2026-11-30]\n'

interface Wish extends Asked {
  readonly as: 'csv' | 'json'
}

export const run: CliCommand = async (input) => {
  const wish = readWish(input.args)
  if (wish === undefined) {
    input.err.write(USAGE)
    return REFUSED
  }
  return withReader(input, (reader, { key }) => writeRows(input, wish, reader, key))
}

const writeRows = async (
  { out, err }: CliInput,
  wish: Wish,
  reader: Reader,
  key: string,
): Promise<number> => {
  const seen = { rows: 0, broken: 0, unreadable: 0 }
  if (wish.as === 'csv') await writeOut(out, csvLine(COLUMNS))
  for await (const ids of readAsked(reader, wish, () => void seen.unreadable++)) {
    const histories = await readHistories(reader, ids.map(requestKey))
    const rows = ids.map((id, i) =>
      exportRow(key, id, histories[i] ?? { entries: [], lacks: true, texts: new Map() }),
    )
    seen.rows += rows.length
    seen.broken += rows.filter(({ chain }) => chain === 'broken').length
    await writeOut(out, rows.map(wish.as === 'csv' ? csvOf : jsonOf).join(''))
  }
  err.write(`${seen.rows} requests.\n`)
  if (seen.broken + seen.unreadable === 0) return DONE
  err.write(
    `Marks are wrong in ${seen.broken} of them, and ${seen.unreadable} entries cannot be read: see curfew verify.\n`,
  )
  return FAILED
}

const jsonOf = (row: ExportRow): string => `${JSON.stringify(row)}\n`
const csvOf = (row: ExportRow): string =>
  csvLine(
    COLUMNS.map((column) => {
      const value: ExportRow[keyof ExportRow] = row[column]
      return Array.isArray(value) ? value.join('; ') : (value as string | number | null)
    }),
  )

const readWish = (args: readonly string[]): Wish | undefined => {
  const options = readOptions(args)
  if (options === undefined || options.csv === options.json) return undefined
  const from = options.from === undefined ? Number.NEGATIVE_INFINITY : dayAt(options.from)
  const to = options.to === undefined ? Number.POSITIVE_INFINITY : dayAt(options.to)
  if (from === undefined || to === undefined || from > to) return undefined
  return { as: options.csv ? 'csv' : 'json', from, before: to + DAY_MS }
}

const readOptions = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args: [...args],
      options: { config: text, from: text, to: text, csv: flag, json: flag },
    }).values
  } catch {
    return undefined
  }
}

const DAY_MS = 24 * 3_600_000

/** When a day begins in UTC; undefined when it is none. */
const dayAt = (day: string): Instant | undefined => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : at
}
