/** `curfew export`: every request as one row, for auditors; each is folded from its own sealed chain. */
import { parseArgs } from 'node:util'
import { csvLine } from '../domain/csv.ts'
import { COLUMNS, type ExportRow, exportRow } from '../domain/export-row.ts'
import { type Instant, type RequestId, requestKey } from '../domain/model.ts'
import type { Reader } from '../journal/open-reader.ts'
import { type Asked, readAsked } from '../journal/read-asked.ts'
import { type History, readHistories } from '../journal/read-histories.ts'
import { readMirrored } from '../journal/read-mirrored.ts'
import { type CliCommand, type CliInput, DONE, FAILED, REFUSED } from './cli-command.ts'
import { loadConfig, showProblems } from './load-config.ts'
import { withMirror } from './with-mirror.ts'
import { withReader } from './with-reader.ts'
import { writeOut } from './write-out.ts'

const USAGE =
  'Say how: curfew export --csv | --json [--from 2026-11-01] [--to 2026-11-30] [--mirror | --mirror-at FOLDER]\n'

interface Wish extends Asked {
  readonly as: 'csv' | 'json'
  /** From the mirror: the one that the config names, or another. */
  readonly mirror?: { readonly at: string | undefined }
}

export const run: CliCommand = async (input) => {
  const wish = readWish(input.args)
  if (wish === undefined) {
    input.err.write(USAGE)
    return REFUSED
  }
  const { mirror } = wish
  if (mirror === undefined)
    return withReader(input, (reader, { key }) =>
      writeRows(input, wish, key, (onUnreadable) => fromRedis(reader, wish, onUnreadable)),
    )
  const result = loadConfig(input)
  if (!result.ok) {
    input.err.write(showProblems(result))
    return REFUSED
  }
  const { config } = result
  return withMirror(input, config, mirror.at, (opened) =>
    writeRows(input, wish, config.key, (onUnreadable) => readMirrored(opened, wish, onUnreadable)),
  )
}

async function* fromRedis(
  reader: Reader,
  asked: Asked,
  onUnreadable: () => void,
): AsyncGenerator<readonly History[]> {
  for await (const ids of readAsked(reader, asked, onUnreadable))
    yield await readHistories(reader, ids.map(requestKey))
}

const writeRows = async (
  { out, err }: CliInput,
  wish: Wish,
  key: string,
  read: (onUnreadable: () => void) => AsyncIterable<readonly History[]>,
): Promise<number> => {
  const seen = { rows: 0, broken: 0, unreadable: 0 }
  if (wish.as === 'csv') await writeOut(out, csvLine(COLUMNS))
  for await (const histories of read(() => void seen.unreadable++)) {
    const rows = histories.map((history) => exportRow(key, history.key.slice(2) as RequestId, history))
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
  const at = options['mirror-at']
  const mirror = options.mirror || at !== undefined ? { mirror: { at } } : {}
  return { as: options.csv ? 'csv' : 'json', from, before: to + DAY_MS, ...mirror }
}

const readOptions = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({
      args: [...args],
      options: { config: text, from: text, to: text, csv: flag, json: flag, mirror: flag, 'mirror-at': text },
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
