/** The page's files: what the build left beside this code, or, from source, bundled at the start. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

export interface PageFiles {
  readonly html: string
  readonly script: string
  readonly style: string
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export const bundlePage = async (): Promise<PageFiles> => {
  const html = await readFile(here('../page/index.html'), 'utf8')
  const style = await readFile(here('../page/style.css'), 'utf8')
  const built = here('../page/page.js')
  if (existsSync(built)) return { html, style, script: await readFile(built, 'utf8') }
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [here('../page/main.tsx')],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  })
  return { html, style, script: outputFiles[0]?.text ?? '' }
}
