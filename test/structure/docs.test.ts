/** What the documents say can be done can be done: commands and scripts exist, links lead somewhere, YAML and JSON are read. */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { readConfig } from '../../src/config/read-config.ts'
import { registry } from '../../src/registry.ts'
import { readProduct } from './product.ts'
import {
  blocksOf,
  type Command,
  commandFiles,
  documents,
  mentioned,
  readFile,
  root,
  shownCommands,
  wrongWith,
} from './read-docs.ts'

const findAll = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')
const isThere = (file: string): boolean => existsSync(path.join(root, file))

const ENV = {
  REDIS_URL: 'redis://127.0.0.1:6379',
  CURFEW_KEY: '0123456789abcdef0123456789abcdef',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret',
  MicrosoftAppId: '6f0e2c1a-0000-4000-8000-000000000001',
  MicrosoftAppPassword: 'secret',
  MicrosoftAppTenantId: '6f0e2c1a-0000-4000-8000-000000000002',
}
/** What a page leaves out of its example. */
const BASE = parse(readFile('deploy/kubernetes/curfew.yaml')) as Record<string, unknown>

/** Anchors as GitHub makes them. */
const anchorsOf = (file: string): readonly string[] =>
  findAll(readFile(file), /^#+ (.+)$/gm).map((title) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )

const product = [...readProduct().values()].join('\n')
const { scripts } = JSON.parse(readFile('package.json')) as { scripts: Record<string, string> }
const { services } = parse(readFile('compose.yaml')) as { services: Record<string, unknown> }
/** Which the operator writes, beside compose.yaml. */
const OWN = ['./curfew.yaml', 'curfew.env', 'curfew-orders-db.sql']

/** Files that a command names and nobody has. */
const missing = (words: readonly string[]): readonly string[] =>
  words
    .flatMap((word) => word.split(':')[0] ?? [])
    .filter((word) => /^(\.\/|deploy\/|manifests\/)/.test(word) && !OWN.includes(word) && !isThere(word))

const hasService = (words: readonly string[]): boolean => words.some((word) => Object.hasOwn(services, word))

/** What can be said of a command without running it; each answers whether it is right. */
const PROGRAMS: Readonly<Record<string, (words: readonly string[]) => boolean>> = {
  curfew: () => true,
  npm: ([, verb = '', name = '']) =>
    ['ci', 'prune'].includes(verb) || scripts[verb === 'run' ? name : verb] !== undefined,
  npx: ([, name = '']) => isThere(`node_modules/.bin/${name}`),
  docker: ([, verb = '', ...rest]) =>
    verb === 'compose' ? rest[0] === 'up' || hasService(rest) : ['build', 'run'].includes(verb),
  kubectl: (words) => words.includes('-k') || words.includes('-f') || words.includes('deployment/curfew'),
  systemctl: ([, verb = '', ...rest]) =>
    ['status', 'reload', 'restart', 'enable', 'stop'].includes(verb) && rest.at(-1) === 'curfew',
  journalctl: (words) => words[1] === '--unit' && words[2] === 'curfew',
  cp: ([, from]) => from === '.env.example',
  install: (words) => words.some((word) => word.startsWith('deploy/')),
  'redis-cli': (words) => words.length > 1,
  psql: (words) => words.length > 1,
  openssl: (words) => words[1] === 'rand',
  curl: ([, ...words]) => {
    const url = words.find((word) => word.startsWith('http'))
    return url !== undefined && product.includes(`route('${new URL(url).pathname}'`)
  },
}

const problemWith = (command: Command): string | undefined => {
  const [program = ''] = command.words
  const judge = PROGRAMS[program]
  if (judge === undefined) return `nobody knows ${program}`
  if (!judge(command.words)) return 'this cannot be typed'
  const gone = missing(command.words)
  if (gone.length > 0) return `no such file: ${gone.join(', ')}`
  return program === 'curfew' ? wrongWith(command) : undefined
}

const problemsOf = (commands: readonly Command[]): readonly string[] =>
  commands.flatMap((command) => {
    const problem = problemWith(command)
    return problem === undefined ? [] : [`${command.line}: ${problem}`]
  })

/** What the parser says to an example of a config, with what it leaves out; other YAML is only parsed. */
const problemsIn = (example: string): readonly object[] => {
  const shown = parse(example) as Record<string, unknown>
  if (['apiVersion', 'services', 'scrape_configs'].some((key) => key in shown)) return []
  const url = 'postgresql://curfew_bot:secret@db.acme.test/orders'
  const named = findAll(example + stringify(BASE), /\$\{(\w+)\}/g).map((name) => [name, url])
  const text = 'policies' in shown ? example : stringify({ ...BASE, ...shown })
  const result = readConfig({ text, env: { ...ENV, ...Object.fromEntries(named) }, kinds: registry })
  return result.ok ? [] : result.problems
}

describe.each(documents)('%s', (document) => {
  const text = readFile(document)

  test('shows and names only commands that exist', () => {
    expect(problemsOf([...shownCommands(document), ...mentioned(document, 'curfew')])).toEqual([])
    for (const program of ['npm run', 'kubectl', 'docker', 'systemctl', 'redis-cli'])
      expect(problemsOf(mentioned(document, program))).toEqual([])
  })

  test('links only to what exists', () => {
    const from = (link: string): string => path.join(path.dirname(document), link)
    const links = findAll(text, /\]\((?!https?:)([^)]+)/g).map((link) => link.split('#', 2))
    const broken = links.filter(([file = '', anchor]) => {
      const page = file === '' ? document : from(file)
      return !isThere(page) || (anchor !== undefined && !anchorsOf(page).includes(anchor))
    })
    expect(broken).toEqual([])
    const paths = findAll(text, /`((?:src|test|scripts|manifests|deploy|docs)\/[\w./-]+\.\w+)`/g)
    expect(paths.filter((file) => !file.includes('NAME') && !isThere(file))).toEqual([])
  })

  test('shows only configs that are read without a problem, and JSON that is JSON', () => {
    for (const { language, text: example } of blocksOf(document)) {
      if (language === 'json') JSON.parse(example)
      if (language === 'yaml') expect(problemsIn(example)).toEqual([])
    }
  })

  test('fences only in languages that something here looks at', () => {
    const known = ['', 'yaml', 'json', 'sh', 'sql', 'text', 'ts']
    expect(blocksOf(document).filter(({ language }) => !known.includes(language))).toEqual([])
  })
})

test('settings that docs/evidence.md names in passing are read, too', () => {
  const text = readFile('docs/evidence.md')
  const settings = [...findAll(text, /`(mirror: \{.*?\} \})`/g), ...findAll(text, /`(keep: \w+)`/g)]
  expect(settings.length).toBeGreaterThan(1)
  for (const one of settings) expect(problemsIn(one)).toEqual([])
})

test('the README shows a config, and names every command of curfew', () => {
  const readme = readFile('README.md')
  expect(blocksOf('README.md').filter(({ language }) => language === 'yaml').length).toBeGreaterThan(0)
  for (const command of [...commandFiles.keys()].filter((name) => name !== 'sandbox'))
    expect(readme).toContain(`curfew ${command}`)
})

test('a command or a flag that does not exist is found', () => {
  const typed = (line: string) => problemsOf([{ document: '', line, words: line.split(' ') }])
  expect(commandFiles.size).toBeGreaterThan(10)
  expect(typed('curfew verify')).toEqual([])
  expect(typed('curfew verfiy')).toEqual(['curfew verfiy: there is no curfew verfiy'])
  expect(typed('curfew export --cvs')).toEqual(['curfew export --cvs: curfew export does not know --cvs'])
  expect(typed('npm run nothing')).toEqual(['npm run nothing: this cannot be typed'])
  expect(typed('docker compose logs nobody')).toEqual(['docker compose logs nobody: this cannot be typed'])
  expect(typed('kubectl apply -k deploy/nowhere')).toEqual([
    'kubectl apply -k deploy/nowhere: no such file: deploy/nowhere',
  ])
  expect(typed('curl http://h/nowhere')).toEqual(['curl http://h/nowhere: this cannot be typed'])
})

const ANCHORS = 'bot-down redis-down redis-full redis-lost target-down late-revocation chat-down stolen-token'

test('the runbook has a chapter for everything that alerts lead to', () => {
  expect(anchorsOf('docs/runbook.md')).toEqual(expect.arrayContaining(ANCHORS.split(' ')))
})
