/** The product's own files as texts and as words, for tests that look at how the code is written. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const src = fileURLToPath(new URL('../../src/', import.meta.url))

/** Every file of src/ by its path below it. */
export const readProduct = (): Map<string, string> =>
  new Map(
    readdirSync(src, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .map((file) => [path.relative(src, file).replaceAll(path.sep, '/'), readFileSync(file, 'utf8')]),
  )

export interface Words {
  readonly names: readonly string[]
  /** Keys of object literals; they are among the names as well. */
  readonly keys: readonly string[]
  readonly strings: readonly string[]
}

/** What code says without its comments. Any other file is one string. */
export const wordsOf = (file: string, text: string): Words => {
  if (!file.endsWith('.ts')) return { names: [], keys: [], strings: [text] }
  const names: string[] = []
  const keys: string[] = []
  const strings: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) names.push(node.text)
    if (ts.isPropertyAssignment(node)) keys.push(node.name.getText(source))
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node))
      strings.push(node.text)
    ts.forEachChild(node, visit)
  }
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext)
  visit(source)
  return { names, keys, strings }
}
