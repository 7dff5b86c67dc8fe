/** `--env-file`: what the file says where the environment is silent. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { takeEnvFile } from '../../src/cli/take-env-file.ts'

test('the environment itself counts more than the file, and a file that is not there is said', () => {
  const folder = mkdtempSync(join(tmpdir(), 'curfew-env-'))
  const file = join(folder, '.env')
  writeFileSync(file, `# said\nCURFEW_KEY='a b # c'\nPORT=1\n`)
  const env = { PORT: '2' }
  const taken = { args: ['R-7K3QX9', 'why'], env: { CURFEW_KEY: 'a b # c', PORT: '2' } }
  expect(takeEnvFile({ args: ['R-7K3QX9', '--env-file', file, 'why'], env })).toEqual(taken)
  expect(takeEnvFile({ args: [`--env-file=${file}`, 'R-7K3QX9', 'why'], env })).toEqual(taken)
  expect(takeEnvFile({ args: ['why'], env })).toEqual({ args: ['why'], env })
  rmSync(folder, { recursive: true })
  expect(takeEnvFile({ args: ['--env-file', file], env })).toMatch(/cannot be read/)
})
