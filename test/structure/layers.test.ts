/** The floors hold because each rule is seen to fail: a small house is built, and one violation per rule planted in it. */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const rulesFile = path.join(root, '.dependency-cruiser.cjs')

interface Named {
  readonly name: string
}

const { forbidden }: { forbidden: readonly Named[] } = createRequire(import.meta.url)(rulesFile)

/** A house in order: one file per room, each importing what it may. */
const house = {
  'src/main.ts': "import './cli/start.ts'\nexport {}",
  'src/cli/start.ts': "import '../app.ts'\nexport const start = () => import('../sandbox/play.ts')",
  'src/app.ts':
    "import './registry.ts'\nimport './config/read.ts'\nimport './service/handle.ts'\nimport './journal/journal.ts'",
  'src/registry.ts':
    "import './targets/one.ts'\nimport './targets/two/two.ts'\nimport './chats/one/one.ts'\nimport './directories/one.ts'\nimport './conditions/one.ts'",
  'src/config/read.ts': "import '../domain/model.ts'\nimport 'zod'\nimport 'node:fs'",
  'src/chats/one/one.ts': "import './part.ts'\nimport '../../ports.ts'\nimport '../../infra/log.ts'",
  'src/chats/one/part.ts': 'export {}',
  'src/directories/one.ts': "import '../ports.ts'",
  'src/targets/one.ts': "import 'pg'\nimport '../infra/log.ts'",
  'src/targets/two/two.ts': "import './part.ts'\nimport '../../domain/model.ts'",
  'src/targets/two/part.ts': 'export {}',
  'src/journal/journal.ts': "import '../ports.ts'\nimport 'ioredis'",
  'src/alarms/alarms.ts': "import '../infra/log.ts'",
  'src/infra/log.ts': "import 'pino'",
  'src/infra/retry.ts': "import './log.ts'",
  'src/sandbox/play.ts': "import '../app.ts'\nimport 'fast-check'",
  'src/service/handle.ts': "import '../ports.ts'\nimport '../domain/model.ts'\nimport 'node:crypto'",
  'src/ports.ts':
    "import type { Model } from './domain/model.ts'\nimport type { z } from 'zod'\nexport type Port = [Model, z.ZodType]",
  'src/domain/model.ts': "import 'node:crypto'\nexport type Model = 1",
  'src/conditions/one.ts': "import '../domain/model.ts'\nimport 'luxon'",
  'src/conditions/two.ts': "import 'zod'",
  'test/fixture.ts': 'export {}',
} as const

/** By rule: files that break it, and what each of them imports against it. */
const violations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'no-cycles': { 'src/infra/log.ts': './retry.ts' },
  resolvable: { 'src/infra/missing.ts': './nowhere.ts' },
  'domain-knows-only-domain': {
    'src/domain/ports.ts': '../ports.ts',
    'src/domain/condition.ts': '../conditions/one.ts',
    'src/domain/infra.ts': '../infra/log.ts',
  },
  'conditions-know-only-domain': {
    'src/conditions/port.ts': '../ports.ts',
    'src/conditions/other.ts': './one.ts',
    'src/conditions/infra.ts': '../infra/log.ts',
  },
  'pure-without-node': { 'src/domain/file.ts': 'node:fs', 'src/conditions/clock.ts': 'node:timers' },
  'pure-packages': { 'src/domain/log.ts': 'pino', 'src/conditions/sql.ts': 'pg' },
  'ports-know-only-domain': { 'src/ports.ts': './infra/log.ts' },
  'ports-are-types': { 'src/ports.ts': 'node:http' },
  'ports-know-no-sdk': { 'src/ports.ts': 'pg' },
  'service-knows-only-ports': {
    'src/service/sql.ts': '../targets/one.ts',
    'src/service/config.ts': '../config/read.ts',
    'src/service/registry.ts': '../registry.ts',
    'src/service/infra.ts': '../infra/log.ts',
  },
  'service-does-no-io': { 'src/service/file.ts': 'node:fs' },
  'service-packages': { 'src/service/queue.ts': 'bullmq' },
  'adapters-know-only-ports': {
    'src/chats/one/service.ts': '../../service/handle.ts',
    'src/targets/config.ts': '../config/read.ts',
    'src/journal/app.ts': '../app.ts',
    'src/infra/registry.ts': '../registry.ts',
    'src/directories/condition.ts': '../conditions/one.ts',
  },
  'plug-ins-are-strangers': {
    'src/chats/one/target.ts': '../../targets/one.ts',
    'src/directories/chat.ts': '../chats/one/one.ts',
    'src/targets/three.ts': './two/part.ts',
    'src/targets/journal.ts': '../journal/journal.ts',
  },
  'journal-and-alarms-are-strangers': {
    'src/journal/alarm.ts': '../alarms/alarms.ts',
    'src/alarms/journal.ts': '../journal/journal.ts',
    'src/infra/target.ts': '../targets/one.ts',
  },
  'config-knows-only-ports': {
    'src/config/registry.ts': '../registry.ts',
    'src/config/target.ts': '../targets/one.ts',
    'src/config/app.ts': '../app.ts',
  },
  'only-the-registry-knows-plug-ins': {
    'src/app.ts': './targets/one.ts',
    'src/cli/chat.ts': '../chats/one/one.ts',
  },
  'registry-lists-plug-ins': { 'src/registry.ts': './infra/log.ts' },
  'app-is-below-the-command-line': { 'src/app.ts': './cli/start.ts' },
  'nothing-imports-main': { 'src/cli/main.ts': '../main.ts' },
  'only-main-runs-commands': { 'src/sandbox/command.ts': '../cli/start.ts' },
  'sandbox-is-reached-from-a-command': { 'src/infra/sandbox.ts': '../sandbox/play.ts' },
  'sandbox-is-imported-when-asked-for': { 'src/cli/static.ts': '../sandbox/play.ts' },
  'no-development-packages': { 'src/infra/dev.ts': 'fast-check' },
  'no-tests-in-the-product': { 'src/sandbox/test.ts': '../../test/fixture.ts' },
}

interface Violation {
  readonly rule: Named
  readonly from: string
}

/** Runs the real rules over a folder. */
const cruise = async (folder: string): Promise<string[]> => {
  const program = path.join(root, 'node_modules', '.bin', 'depcruise')
  const args = ['src', '--config', rulesFile, '--output-type', 'json']
  const { stdout } = await promisify(execFile)(program, args, { cwd: folder, maxBuffer: 64e6 }).catch(
    (failed: { stdout: string }) => failed,
  )
  const found: Violation[] = JSON.parse(stdout).summary.violations
  return found.map(({ rule, from }) => `${rule.name}: ${from}`)
}

const write = async (folder: string, files: Readonly<Record<string, string>>) => {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
    await writeFile(path.join(folder, file), `${text}\n`)
  }
}

const build = async (planted: Readonly<Record<string, string>> = {}) => {
  const folder = await mkdtemp(path.join(tmpdir(), 'curfew-layers-'))
  for (const file of ['package.json', 'tsconfig.json'])
    await cp(path.join(root, file), path.join(folder, file))
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  await write(folder, house)
  await write(folder, planted)
  return folder
}

/** A file of the house keeps what it imports; the violations come on top. */
const planted = (): Record<string, string> => {
  const files: Record<string, string> = {}
  for (const [file, imported] of Object.values(violations).flatMap((of) => Object.entries(of))) {
    const before = files[file] ?? (house as Readonly<Record<string, string>>)[file] ?? 'export {}'
    files[file] = `${before}\nimport '${imported}'`
  }
  return files
}

describe('the floors of the house', () => {
  const folders: string[] = []
  let found: string[] = []

  beforeAll(async () => {
    const folder = await build(planted())
    folders.push(folder)
    found = await cruise(folder)
  })
  afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))))

  test('a house in order breaks no rule', async () => {
    const folder = await build()
    folders.push(folder)
    expect(await cruise(folder)).toEqual([])
  })

  test('every rule has a planted violation', () => {
    expect(Object.keys(violations).toSorted()).toEqual(forbidden.map(({ name }) => name).toSorted())
  })

  test.each(Object.entries(violations))('%s', (rule, files) => {
    for (const file of Object.keys(files)) expect(found).toContain(`${rule}: ${file}`)
  })
})
