/** A plug-in is named in its own file or folder and in the registry, and nowhere else in the product. */
import { describe, expect, test } from 'vitest'
import { registry } from '../../src/registry.ts'
import { readProduct, type Words, wordsOf } from './product.ts'

const systems = [...registry.targets, ...registry.chats, ...registry.directories].map(({ kind }) => kind)
const conditions = registry.conditions.map(({ kind }) => kind)

/** The journal's copy may stand in a database of the operator's, whatever there is to give access in. */
const MIRROR = ['journal/table-mirror.ts', 'config/mirror-shape.ts', 'cli/with-mirror.ts', 'cli/restore.ts']

/** The sandbox plays one chat and one target by name: it is an example, not the product. */
const mayName = (file: string, kind: string) =>
  file === 'registry.ts' ||
  MIRROR.includes(file) ||
  file.startsWith('sandbox/') ||
  new RegExp(`^(targets|chats|directories|conditions)/${kind}[/.]`).test(file)

/** Conditions have everyday names: theirs count where they stand as a whole string. */
const isNamed = (kind: string, { names, strings }: Words): boolean =>
  strings.includes(kind) ||
  (systems.includes(kind) && [...names, ...strings].some((word) => word.toLowerCase().includes(kind)))

const findStrays = (files: ReadonlyMap<string, string>): string[] =>
  [...files].flatMap(([file, text]) => {
    const words = wordsOf(file, text)
    return [...new Set([...systems, ...conditions])]
      .filter((kind) => !mayName(file, kind) && isNamed(kind, words))
      .map((kind) => `${file} names ${kind}`)
  })

describe('the names of plug-ins', () => {
  test('stand in their own place and in the registry only', () => {
    expect(findStrays(readProduct())).toEqual([])
  })

  test.each([...new Set(systems)])('%s is found wherever it is planted', (kind) => {
    const planted = new Map([
      ['service/name.ts', `export const ${kind}Thing = 1`],
      ['domain/string.ts', `export const it = 'a ${kind.toUpperCase()} server'`],
      ['infra/template.ts', `export const it = (x: string) => \`\${x} of ${kind}\``],
      ['journal/lua/key.lua', `return "${kind}"`],
      ['conditions/comment.ts', `// ${kind} in a comment is not code\nexport {}`],
    ])
    expect(findStrays(planted)).toEqual(
      ['service/name.ts', 'domain/string.ts', 'infra/template.ts', 'journal/lua/key.lua'].map(
        (file) => `${file} names ${kind}`,
      ),
    )
  })

  test.each(conditions)('%s is found where it stands as a string', (kind) => {
    const planted = new Map([
      ['service/switch.ts', `export const is = (it: string) => it === '${kind}'`],
      ['service/word.ts', `export const it = (${kind}: string) => 'a ${kind}'`],
    ])
    expect(findStrays(planted)).toEqual([`service/switch.ts names ${kind}`])
  })
})

describe('the SDK of a chat', () => {
  /** What every floor calculates with. */
  const COMMON = ['zod', 'luxon']
  const packagesIn = (text: string): readonly string[] =>
    [...text.matchAll(/(?:from |import\()'((?:@[\w-]+\/)?[a-z][\w.-]*)(?:\/[^']*)?'/g)].flatMap(([, name]) =>
      name === undefined || COMMON.includes(name) ? [] : [name],
    )
  const ownerOf = (file: string): string | undefined => /^chats\/[^/]+/.exec(file)?.[0]

  const findEscaped = (files: ReadonlyMap<string, string>): string[] => {
    const owners = new Map<string, string>()
    for (const [file, text] of files) {
      const owner = ownerOf(file)
      if (owner !== undefined)
        for (const name of packagesIn(text)) owners.set(name, owners.get(name) ?? owner)
    }
    return [...files].flatMap(([file, text]) =>
      packagesIn(text)
        .filter((name) => owners.has(name) && owners.get(name) !== ownerOf(file))
        .map((name) => `${file} imports ${name}`),
    )
  }

  test('is imported in its own folder only', () => {
    expect(findEscaped(readProduct())).toEqual([])
  })

  test('is found wherever it escapes to', () => {
    const own = ['chats/one/a.ts', `import { App } from 'robot'\nimport { z } from 'zod'`] as const
    const files = ['app.ts', 'chats/two/b.ts', 'infra/c.ts'] as const
    const planted = files.map((file) => [file, `const it = await import('robot/lib/x.js')`] as const)
    expect(findEscaped(new Map([own, ...planted]))).toEqual(files.map((file) => `${file} imports robot`))
  })
})
