/**
 * The test files that have a long form within them, run in it: networks, clocks, failing targets, lost keys, very many grants. What
 * the suite runs every day is the same with smaller numbers.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './support/table.ts'

const ROOT = join(import.meta.dirname, '../..')
const FILES = [
  ['networks', ['faults/redis-outages', 'faults/postgres-outages']],
  ['clocks', ['faults/clocks']],
  ['targets that fail for seven days', ['faults/failing-target']],
  ['loss and change', ['faults/lost-keys', 'faults/changes']],
  ['a million outstanding', ['bench/outstanding']],
] as const

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** A row for each kind of fault; a cycle is a test. */
export const runLongForms = async (seed: number): Promise<Row[]> => {
  const rows: Row[] = []
  for (const [faults, names] of FILES) rows.push(await runFiles(faults, names, seed))
  return rows
}

const runFiles = async (faults: string, names: readonly string[], seed: number): Promise<Row> => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-long-forms-'))
  const file = join(folder, 'report.json')
  try {
    const files = names.map((name) => `test/${name}.test.ts`)
    const args = [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=json',
      `--outputFile=${file}`,
      ...files,
    ]
    const env = { ...process.env, FAULTS: 'long', SEED: String(seed) }
    await once(spawn(process.execPath, args, { cwd: ROOT, env, stdio: 'ignore' }), 'exit')
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
    const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
    const unrun = testResults.filter(({ assertionResults }) => assertionResults.length === 0)
    const none = { acknowledged: 0, lost: 0, revocations: 0, late: 0, duplicates: 0 }
    const violations = [
      ...tests.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
      ...unrun.map(({ message }) => message),
    ]
    return { faults, cycles: tests.length, ...none, violations }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
