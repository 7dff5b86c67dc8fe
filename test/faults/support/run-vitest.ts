/** Test files run by Vitest in a process of their own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

interface Report {
  readonly testResults: readonly {
    readonly message: string
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

export interface Ran {
  readonly passed: number
  /** What failed or was not run, by name; a file that could not be loaded by what it said. */
  readonly violations: readonly string[]
}

/** @param title The tests whose full name has these words; default: all. */
export const runVitest = async (
  cwd: string,
  files: readonly string[],
  { title, env = {} }: { readonly title?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-vitest-'))
  const file = join(folder, 'report.json')
  try {
    const args = ['run', '--reporter=json', `--outputFile=${file}`, ...files]
    if (title !== undefined) args.push('-t', title)
    const child = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: 'ignore',
    })
    await once(child, 'exit')
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report
    // Those that were not asked for are said to be skipped.
    const tests = testResults
      .flatMap(({ assertionResults }) => assertionResults)
      .filter(({ fullName }) => title === undefined || fullName.includes(title))
    const unrun = testResults.filter(({ assertionResults }) => assertionResults.length === 0)
    return {
      passed: tests.filter(({ status }) => status === 'passed').length,
      violations: [
        ...tests.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
        ...unrun.map(({ message }) => message),
      ],
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
