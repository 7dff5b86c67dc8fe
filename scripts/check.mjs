/**
 * Everything that must hold before a commit, one line per step; a step that fails shows its whole output.
 * `npm run check -- --no-test` leaves the tests out.
 */
import { at, run, say, seconds } from './lib/run.mjs'

/** By step: a program of node_modules with its arguments. */
const steps = {
  lint: ['biome', 'check', '--error-on-warnings', '.'],
  types: ['tsc', '--noEmit'],
  'page types': ['tsc', '-p', 'src/sandbox/page/tsconfig.json'],
  layers: ['depcruise', 'src', '--config', '.dependency-cruiser.cjs'],
  'dead code': ['knip'],
  ...(process.argv.includes('--no-test') ? {} : { tests: ['vitest', 'run'] }),
}

const failed = Object.entries(steps).filter(([name, [program, ...args]]) => {
  const startedMs = performance.now()
  const { ok, output } = run(at('node_modules', '.bin', program), args)
  say(`${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${seconds(startedMs)}`)
  if (!ok) say(output)
  return !ok
})

if (failed.length > 0) {
  say(`failed: ${failed.map(([name]) => name).join(', ')}`)
  process.exitCode = 1
}
