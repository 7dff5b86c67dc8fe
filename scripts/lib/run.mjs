/** Small helpers for the scripts here. They run before node_modules exists: nothing but Node's own modules. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** An absolute path below the project's root. */
export const at = (...parts) => path.join(root, ...parts)

export const say = (line) => process.stdout.write(`${line}\n`)

/** Tells what is wrong and what would mend it, and ends the process. */
export const stop = (...lines) => {
  process.stderr.write(`${lines.join('\n')}\n`)
  process.exit(1)
}

/**
 * Runs a program to its end in the project's root, quietly.
 * @returns {{ ok: boolean, output: string }} what it printed on both streams.
 */
export const run = (program, args, options = {}) => {
  const done = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  })
  const output = `${done.stdout ?? ''}${done.stderr ?? ''}`
  return { ok: done.status === 0, output: done.error ? `${output}${done.error.message}` : output }
}

/** Where a program stands on the PATH, if it does. */
export const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter(Boolean)
    .map((folder) => path.join(folder, name))
    .find(existsSync)

export const seconds = (startedMs) => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
