/**
 * The test files that have a long form within them, run in it: networks, clocks, failing targets, lost keys; and by itself, for it
 * fills the machine, very many grants. What the suite runs every day is the same with smaller numbers.
 */
import { join } from 'node:path'
import { runVitest } from './support/run-vitest.ts'
import type { Row } from './support/table.ts'

const ROOT = join(import.meta.dirname, '../..')
const FILES = [
  ['networks', ['faults/redis-outages', 'faults/postgres-outages']],
  ['clocks', ['faults/clocks']],
  ['targets that fail for seven days', ['faults/failing-target']],
  ['loss and change', ['faults/lost-keys', 'faults/changes']],
] as const

/** A row for each kind of fault; a cycle is a test. */
export const runLongForms = async (seed: number): Promise<Row[]> => {
  const rows: Row[] = []
  for (const [faults, names] of FILES) rows.push(await runFiles(faults, names, seed))
  return rows
}

export const runOutstanding = (seed: number): Promise<Row> =>
  runFiles('a million outstanding', ['bench/outstanding'], seed)

const runFiles = async (faults: string, names: readonly string[], seed: number): Promise<Row> => {
  const files = names.map((name) => `test/${name}.test.ts`)
  const env = { FAULTS: 'long', SEED: String(seed) }
  const { passed, violations } = await runVitest(ROOT, files, { env })
  return { faults, cycles: passed + violations.length, violations }
}
