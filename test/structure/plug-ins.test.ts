/** A plug-in is named in its own file or folder and in the registry, and nowhere else in the product. */
import { describe, expect, test } from 'vitest'
import { registry } from '../../src/registry.ts'
import { readProduct, wordsOf } from './product.ts'

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
const isNamed = (kind: string, file: string, text: string): boolean => {
  const { names, strings } = wordsOf(file, text)
  return (
    strings.includes(kind) ||
    (systems.includes(kind) && [...names, ...strings].some((word) => word.toLowerCase().includes(kind)))
  )
}

const findStrays = (files: ReadonlyMap<string, string>): string[] =>
  [...files].flatMap(([file, text]) =>
    [...new Set([...systems, ...conditions])]
      .filter((kind) => !mayName(file, kind) && isNamed(kind, file, text))
      .map((kind) => `${file} names ${kind}`),
  )

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
