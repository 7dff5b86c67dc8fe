/**
 * The Lua files, composed and run: flags, prelude, limits, common, body. The commit has two forms of one body:
 * ends may be written although Redis is at `maxmemory`.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { CLOCK_DOUBT_MS, DECISION_MAX_AGE_MS, GESTURE_KEPT_MS, LEASE_MS } from '../domain/limits.ts'

/** File and flags by script; flags need Redis 7. */
const SCRIPTS = {
  commit: { file: 'commit', flags: '' },
  'commit-end': { file: 'commit', flags: ' flags=allow-oom' },
  load: { file: 'load', flags: ' flags=no-writes' },
  'load-set': { file: 'load-set', flags: ' flags=no-writes' },
  'claim-due': { file: 'claim-due', flags: ' flags=allow-oom' },
  hold: { file: 'hold', flags: ' flags=allow-oom' },
  release: { file: 'release', flags: ' flags=allow-oom' },
  mend: { file: 'mend', flags: ' flags=allow-oom' },
  glance: { file: 'glance', flags: ' flags=allow-oom' },
  'count-index': { file: 'count-index', flags: ' flags=allow-oom' },
  accept: { file: 'accept', flags: ' flags=allow-oom' },
  seal: { file: 'seal', flags: ' flags=allow-oom' },
  mirrored: { file: 'mirrored', flags: ' flags=allow-oom' },
  trim: { file: 'trim', flags: ' flags=allow-oom' },
  lease: { file: 'lease', flags: ' flags=allow-oom' },
  'read-page': { file: 'read-page', flags: ' flags=no-writes' },
  'read-places': { file: 'read-places', flags: ' flags=no-writes' },
  touch: { file: 'touch', flags: ' flags=allow-oom' },
} as const

export type ScriptName = keyof typeof SCRIPTS

interface Script {
  readonly lua: string
  readonly sha: string
}

export type Scripts = Readonly<Record<ScriptName, Script>>

const LIMITS = `local LIMIT = { clock_doubt = ${CLOCK_DOUBT_MS}, decision_max_age = ${DECISION_MAX_AGE_MS}, \
gesture_kept = ${GESTURE_KEPT_MS}, lease = ${LEASE_MS} }\n`

const readLua = (name: string): string => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), 'utf8')

/** Reads and composes all scripts. `prelude` is Lua that defines `local function now()`: whole milliseconds. */
export const composeScripts = (prelude = readLua('prelude')): Scripts => {
  const common = `${prelude}\n${LIMITS}${readLua('common')}`
  const compose = ({ file, flags }: { file: string; flags: string }): Script => {
    const lua = `#!lua${flags}\n${common}${readLua(file)}`
    return { lua, sha: createHash('sha1').update(lua).digest('hex') }
  }
  const composed = Object.entries(SCRIPTS).map(([name, script]) => [name, compose(script)])
  return Object.fromEntries(composed) as Scripts
}

/** Runs a script by its digest; a Redis that does not know it (a new one, a restart) gets the text. */
export const runScript = async (
  redis: Redis,
  script: Script,
  keys: readonly string[],
  args: readonly string[],
): Promise<unknown> => {
  try {
    return await redis.evalsha(script.sha, keys.length, ...keys, ...args)
  } catch (thrown) {
    if (!(thrown instanceof Error && thrown.message.startsWith('NOSCRIPT'))) throw thrown
    return await redis.eval(script.lua, keys.length, ...keys, ...args)
  }
}
