/**
 * Adding a target, a directory or a condition is one file and one line in the registry. The product is copied, the
 * file and the line are added there, and a config that uses it is read in a process of its own.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What somebody writes in one file, and its one line: which list it joins, under which name. */
const additions = {
  target: {
    list: 'targets',
    name: 'lamp',
    file: 'src/targets/lamp.ts',
    text: `
      import { z } from 'zod'
      import type { TargetKind } from '../ports.ts'
      const settings = z.strictObject({
        kind: z.literal('lamp'),
        bulbs: z.number(),
        account: z.string().optional(),
        roles: z.record(z.string(), z.strictObject({ colour: z.string(), actions: z.array(z.string()).optional() })),
      })
      export const lamp: TargetKind<z.infer<typeof settings>> = {
        kind: 'lamp',
        settings,
        seatHints: ({ roles }) => Object.fromEntries(Object.keys(roles).map((role) => [role, 'lamp/' + role])),
        connect: () => { throw new Error('the config connects nothing') },
      }`,
  },
  directory: {
    list: 'directories',
    name: 'almanac',
    file: 'src/directories/almanac.ts',
    text: `
      import type { DirectoryKind } from '../ports.ts'
      export const almanac: DirectoryKind<{ edition: string }> = {
        kind: 'almanac',
        fromEnv: ({ ALMANAC }) => (ALMANAC === undefined ? undefined : { settings: { edition: ALMANAC } }),
        classify: (id) => (id.startsWith('page-') ? 'group' : undefined),
        connect: () => { throw new Error('the config connects nothing') },
      }`,
  },
  condition: {
    list: 'conditions',
    name: 'moon',
    file: 'src/conditions/moon.ts',
    text: `
      import { z } from 'zod'
      import type { Condition } from '../domain/condition.ts'
      export const moon: Condition<'full' | 'new'> = {
        kind: 'moon',
        params: z.enum(['full', 'new']),
        check: (phase) => ({ result: 'unsatisfied', says: 'The moon is not ' + phase + '.' }),
      }`,
  },
} as const

type Addition = (typeof additions)[keyof typeof additions]

const config = `
operators: [ana@acme.test]
emailDomains: [acme.test]
audit: { channels: [slack:C0AUDIT000] }
targets:
  desk: { kind: lamp, bulbs: 2, account: "{email.local}", roles: { on: { colour: red } } }
policies:
  - entitlements: [desk/on]
    requesters: [almanac:page-7]
    approvers: [bob@acme.test]
    channels: [slack:C0DBAS0000]
    require: [{ moon: full }]
`

/** Reads the config by the copied product's own registry; prints its problems, or what it made of the three. */
const probe = `
import { registry } from './src/registry.ts'
import { readConfig } from './src/config/read-config.ts'
const env = {
  REDIS_URL: 'redis://127.0.0.1:1', CURFEW_KEY: '0123456789abcdef0123456789abcdef', ALMANAC: '1871',
  SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 'secret',
}
const read = readConfig({ text: process.argv[2], env, kinds: registry })
const seen = read.ok
  ? [read.config.targets.desk, read.config.directories.find(({ kind }) => kind === 'almanac'), read.config.policies[0].require[0]]
  : read.problems.map(({ message }) => message)
process.stdout.write(JSON.stringify(seen))
`

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'curfew-plug-in-'))
  await cp(path.join(root, 'src'), path.join(folder, 'src'), {
    recursive: true,
    filter: (file) => !file.includes('sandbox'),
  })
  for (const file of ['package.json', 'tsconfig.json'])
    await cp(path.join(root, file), path.join(folder, file))
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  await writeFile(path.join(folder, 'probe.ts'), probe)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const add = async ({ list, name, file, text }: Addition) => {
  await mkdir(path.dirname(path.join(folder, file)), { recursive: true })
  await writeFile(path.join(folder, file), text)
  const registry = path.join(folder, 'src/registry.ts')
  const before = await readFile(registry, 'utf8')
  const after = before.replace(`${list}: [`, `${list}: [${name}, `)
  expect(after).not.toBe(before)
  await writeFile(registry, `import { ${name} } from './${file.slice('src/'.length)}'\n${after}`)
}

const readIt = async (text = config): Promise<unknown[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', 'probe.ts', text], {
    cwd: folder,
  })
  return JSON.parse(stdout)
}

test('without them the config is refused, and each is missed', async () => {
  const problems = (await readIt()).join('\n')
  for (const place of ['targets.desk.kind', 'almanac', 'moon']) expect(problems).toContain(place)
})

test('one file and one line each, and the config has them', async () => {
  for (const addition of Object.values(additions)) await add(addition)
  expect(await readIt()).toEqual([
    {
      kind: 'lamp',
      settings: { kind: 'lamp', bulbs: 2, account: '{email.local}', roles: { on: { colour: 'red' } } },
    },
    { kind: 'almanac', settings: { edition: '1871' } },
    { kind: 'moon', params: 'full' },
  ])
})

test('their own schemas speak: each wrong setting is one problem', async () => {
  for (const addition of Object.values(additions)) await add(addition)
  const wrong = config
    .replace('bulbs: 2', 'bulbs: two')
    .replace('moon: full', 'moon: blue')
    .replace('almanac:page-7', 'almanac:shelf-7')
  expect(await readIt(wrong)).toHaveLength(3)
})
