/** What the documents show, for tests that hold it against the product: fenced blocks, and commands as words. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const readFile = (file: string): string => readFileSync(path.join(root, file), 'utf8')

/** Every page, by its path below the root. */
export const documents: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll(path.sep, '/')}`)
    .sort(),
]

export interface Block {
  readonly document: string
  readonly language: string
  readonly text: string
}

/** All fenced blocks, also those within lists, without their indentation. */
export const blocksOf = (document: string): readonly Block[] =>
  [...readFile(document).matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)].map(
    ([, indent = '', language = '', text = '']) => ({
      document,
      language,
      text: text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  )

export interface Command {
  readonly document: string
  readonly line: string
  /** Without `sudo`, as a shell would split them. */
  readonly words: readonly string[]
}

const WORD = /"([^"]*)"|'([^']*)'|[^\s"']+/g

const readCommand = (document: string, line: string): Command => {
  const words = [...line.matchAll(WORD)].map(([all, double, single]) => double ?? single ?? all)
  return { document, line, words: words[0] === 'sudo' ? words.slice(1) : words }
}

/** One line may hold several, joined by pipes or `&&`; comments and redirections are left out. */
const readLine = (document: string, line: string): readonly Command[] =>
  line
    .replace(/(^|\s)#.*$/, '')
    .split(/\s(?:&&|\|)\s/)
    .map((part) => part.replace(/\s>\s*\S+/, '').trim())
    .filter((part) => part !== '')
    .map((part) => readCommand(document, part))

/** What stands in blocks of shell. */
export const shownCommands = (document: string): readonly Command[] =>
  blocksOf(document)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, ' ').split('\n'))
    .flatMap((line) => readLine(document, line))

/** What stands between backticks and begins with this word. */
export const mentioned = (document: string, word: string): readonly Command[] =>
  [...readFile(document).matchAll(/`([^`\n]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => text.startsWith(`${word} `))
    .map((text) => readCommand(document, text))

const MAIN = readFile('src/main.ts')

/** Every command of `curfew`, by the file in `cli/` that runs it. */
export const commandFiles: ReadonlyMap<string, string> = new Map(
  [...MAIN.matchAll(/^ {2}'?([\w-]+)'?: \(\) => import\('\.\/cli\/([\w-]+\.ts)'\)/gm)].map(
    ([, name = '', file = '']) => [name, file],
  ),
)

const HELP = MAIN.slice(MAIN.indexOf('Usage:'))

/** What the help says of a command: its line, and those that go on with it. */
const helpOf = (name: string): string =>
  new RegExp(`^ {2}${name}\\b.*(?:\\n {6,}.*)*`, 'm').exec(HELP)?.[0] ?? ''

/** What the first line of the help allows everywhere, and what all do that an operator does on the host. */
const COMMON = [...(HELP.split('\n', 1)[0] ?? '').matchAll(/--[\w-]+/g)]
  .map(([flag]) => flag)
  .concat('--json')

/** Why this cannot be typed; undefined: it can. */
export const wrongWith = ({ words: [, name = '', ...rest] }: Command): string | undefined => {
  if (!commandFiles.has(name)) return `there is no curfew ${name}`
  const help = helpOf(name)
  const flags = rest.flatMap((word) => /^\[?(--[\w-]+)/.exec(word)?.[1] ?? [])
  const unknown = flags.filter((flag) => !COMMON.includes(flag) && !help.includes(flag))
  return unknown.length === 0 ? undefined : `curfew ${name} does not know ${unknown.join(', ')}`
}
