/** `--env-file`: what the file says where the environment is silent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readEnvironment } from '../../src/cli/read-environment.ts'

test('the environment itself counts more than the file, and a file that is not there is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-env-'))
  const file = join(folder, '.env')
  writeFileSync(file, `# said\nCURFEW_KEY='a b # c'\nPORT=1\n`)
  const env = { PORT: '2' }
  expect(readEnvironment(['--env-file', file], env)).toEqual({ CURFEW_KEY: 'a b # c', PORT: '2' })
  expect(readEnvironment([`--env-file=${file}`], env)).toMatchObject({ PORT: '2', CURFEW_KEY: 'a b # c' })
  expect(readEnvironment([], env)).toBe(env)
  rmSync(folder, { recursive: true })
  expect(readEnvironment(['--env-file', file], env)).toMatch(/cannot be read/)
})
