/**
 * `node --import tsx test/faults/downgrade.ts`: this version leaves a journal in every state behind, and each released version
 * before it, from the commit that recorded its own, brings that to its end: nothing stays live, and nobody keeps access.
 * It needs the history of this repository, so it is part of the long form only; packages are today's.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordedVersions } from '../fixtures/recorded-journal.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Later than any that is released. */
const THIS = '999.0.0'
const RECORDED = join(ROOT, `test/fixtures/journal-${THIS}`)

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 2 ** 28 })

const versions = recordedVersions().filter((version) => version !== THIS)
const folder = mkdtempSync(join(tmpdir(), 'curfew-downgrade-'))
try {
  run(ROOT, process.execPath, '--import', 'tsx', 'test/fixtures/record-journal.ts', THIS)
  for (const version of versions) {
    const old = join(folder, version)
    const commit = run(
      ROOT,
      'git',
      'log',
      '-1',
      '--format=%H',
      '--',
      `test/fixtures/journal-${version}`,
    ).trim()
    run(ROOT, 'git', 'worktree', 'add', '--quiet', '--detach', old, commit)
    try {
      symlinkSync(join(ROOT, 'node_modules'), join(old, 'node_modules'))
      cpSync(RECORDED, join(old, `test/fixtures/journal-${THIS}`), { recursive: true })
      const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
      const only = `version ${THIS} wrote is brought to its end`
      run(old, process.execPath, vitest, 'run', 'test/journey/recorded-journal.test.ts', '-t', only)
      process.stdout.write(`${version} brings what this version left behind to its end\n`)
    } finally {
      run(ROOT, 'git', 'worktree', 'remove', '--force', old)
    }
  }
} finally {
  rmSync(RECORDED, { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
}
