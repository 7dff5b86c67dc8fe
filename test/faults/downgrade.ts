/**
 * This version leaves a journal in every state behind, and each released version before it, from the commit that recorded its
 * own, brings that to its end: nothing stays live, and nobody keeps access. It needs the history of this repository, so it is
 * part of the long form only; packages are today's.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordedVersions } from '../fixtures/recorded-journal.ts'
import { runVitest } from './support/run-vitest.ts'
import type { Row } from './support/table.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Later than any that is released. */
const THIS = '999.0.0'
const RECORDED = join(ROOT, `test/fixtures/journal-${THIS}`)

const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 28 })

/** A cycle is a version. */
export const bringDown = async (): Promise<Row> => {
  const versions = recordedVersions().filter((version) => version !== THIS)
  const folder = mkdtempSync(join(tmpdir(), 'curfew-downgrade-'))
  try {
    run(process.execPath, '--import', 'tsx', 'test/fixtures/record-journal.ts', THIS)
    const violations: string[] = []
    for (const version of versions)
      violations.push(
        ...(await bringDownTo(version, join(folder, version))).map((one) => `${version}: ${one}`),
      )
    return { faults: 'a downgrade', cycles: versions.length, violations }
  } finally {
    rmSync(RECORDED, { recursive: true, force: true })
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What that version, checked out there, does not do. */
const bringDownTo = async (version: string, there: string): Promise<readonly string[]> => {
  const recorded = run('git', 'log', '-1', '--format=%H', '--', `test/fixtures/journal-${version}`).trim()
  run('git', 'worktree', 'add', '--quiet', '--detach', there, recorded)
  try {
    symlinkSync(join(ROOT, 'node_modules'), join(there, 'node_modules'))
    cpSync(RECORDED, join(there, `test/fixtures/journal-${THIS}`), { recursive: true })
    const title = `version ${THIS} wrote is brought to its end`
    const { passed, violations } = await runVitest(there, ['test/journey/recorded-journal.test.ts'], {
      title,
    })
    return passed > 0 ? violations : [...violations, 'no test of it was there']
  } finally {
    run('git', 'worktree', 'remove', '--force', there)
  }
}
