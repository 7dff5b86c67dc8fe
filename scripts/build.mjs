/**
 * Compiles src/ into dist/, with the files beside the code (Lua scripts) that the compiler leaves out.
 * `--if-needed` does nothing while dist/ is newer than everything in src/, or when there is no src/ (an image).
 */
import { cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { at, run, say, seconds, stop } from './lib/run.mjs'

const startedMs = performance.now()
const built = at('dist', 'main.js')

const isFresh = () => {
  if (!existsSync(at('src'))) return true
  if (!existsSync(built)) return false
  const builtMs = statSync(built).mtimeMs
  return readdirSync(at('src'), { recursive: true }).every(
    (file) => statSync(at('src', file)).mtimeMs <= builtMs,
  )
}

/** The page of the sandbox, for which a browser needs one file. */
const bundlePage = () => {
  const { ok, output } = run(at('node_modules', '.bin', 'esbuild'), [
    at('src', 'sandbox', 'page', 'main.tsx'),
    `--outfile=${at('dist', 'sandbox', 'page', 'page.js')}`,
    ...['--bundle', '--minify', '--format=esm', '--target=es2022', '--jsx=automatic'],
    '--jsx-import-source=preact',
  ])
  if (!ok) stop(output, 'The page of the sandbox was not built.')
}

const build = () => {
  rmSync(at('dist'), { recursive: true, force: true })
  const { ok, output } = run(process.execPath, [
    at('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
  ])
  if (!ok) stop(output, 'Nothing was built.')
  const isAsset = (file) => statSync(file).isDirectory() || !/\.tsx?$|tsconfig/.test(file)
  cpSync(at('src'), at('dist'), { recursive: true, filter: isAsset })
  bundlePage()
  say(`built dist/ (${seconds(startedMs)})`)
}

if (!process.argv.includes('--if-needed') || !isFresh()) build()
