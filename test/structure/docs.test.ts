/** What the documents say can be done can be done: their commands exist, their links lead somewhere, their YAML is read. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { registry } from '../../src/registry.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md']

const read = (file: string) => readFileSync(path.join(root, file), 'utf8')
const findAll = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

const env = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  CURFEW_KEY: '0123456789abcdef0123456789abcdef',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret',
  ORDERS_DB_URL: 'postgresql://curfew_bot:secret@db.acme.test/orders',
}

describe.each(documents)('%s', (document) => {
  const text = read(document)

  test('names only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = findAll(text, /npm (?:run )?([a-z:-]*[a-z])/g).filter((name) => name !== 'ci')
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })

  test('links only to files that exist', () => {
    const links = findAll(text, /\]\((?!https?:)([^)#]+)/g)
    const paths = findAll(text, /`((?:src|test|scripts|manifests)\/[\w./-]+\.\w+)`/g)
    expect(
      [...links, ...paths].filter((file) => !file.includes('NAME') && !existsSync(path.join(root, file))),
    ).toEqual([])
  })

  test('shows only configs that are read without a problem', () => {
    for (const example of findAll(text, /```yaml\n([\s\S]*?)```/g)) {
      const result = readConfig({ text: example, env, kinds: registry })
      expect(result.ok ? [] : result.problems).toEqual([])
    }
  })
})

test('docs/evidence.md shows settings that fit into the README’s config, and commands with options that there are', () => {
  const [base = ''] = findAll(read('README.md'), /```yaml\n([\s\S]*?)```/g)
  const text = read('docs/evidence.md')
  const settings = [
    ...findAll(text, /```yaml\n([\s\S]*?)```/g),
    ...findAll(text, /`(mirror: \{.*?\} \})`/g),
    ...findAll(text, /`(keep: \w+)`/g),
  ]
  expect(settings).toHaveLength(3)
  for (const one of settings) {
    const more = { MIRROR_URL: 'postgresql://curfew:secret@db.acme.test/audit' }
    const result = readConfig({ text: `${one}\n${base}`, env: { ...env, ...more }, kinds: registry })
    expect(result.ok ? [] : result.problems).toEqual([])
  }
  const main = read('src/main.ts')
  const commands = findAll(text, /curfew ([a-z-]+)/g).filter((name) => name !== 'mirrors')
  expect(commands.filter((name) => !main.includes(`import('./cli/${name}.ts')`))).toEqual([])
  for (const option of new Set(findAll(text, /(?:^| |`)--([a-z-]+)/gm)))
    expect(['verify', 'export', 'restore'].some((name) => read(`src/cli/${name}.ts`).includes(option))).toBe(
      true,
    )
})

const HOST = [
  'requests',
  'status',
  'who',
  'approve',
  'deny',
  'revoke',
  'revoke-all',
  'retry',
  'freeze',
  'thaw',
]

test('the README shows a config, and every command of curfew', () => {
  const readme = read('README.md')
  expect(findAll(readme, /```(yaml)\n/g)).toHaveLength(1)
  for (const command of [
    'init',
    'start',
    'check',
    'check --print',
    'schema',
    'doctor',
    'doctor --setup',
    'doctor --apply',
    'journal',
    'export',
    'verify',
    ...HOST,
  ])
    expect(readme).toContain(`curfew ${command}`)
})
