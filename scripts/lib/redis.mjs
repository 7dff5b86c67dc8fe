/**
 * A Redis or Valkey server for the tests and the sandbox: found, installed, or unpacked into the project's cache.
 * `src/sandbox/find-redis.ts` looks on the PATH and in that cache too.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { isDisposable, isRoot } from './machine.mjs'
import { installPackage } from './packages.mjs'
import { at, onPath, run, say } from './run.mjs'

const cache = at('.curfew', 'redis')
const unpacked = path.join(cache, 'root')
const unpackedServer = path.join(unpacked, 'usr', 'bin', 'redis-server')

/** Scripts with flags came with 7.0. */
const OLDEST_MAJOR = 7

/** `redis-server` and what it needs beyond a minimal Debian or Ubuntu. */
const debs = [
  'redis-server',
  'redis-tools',
  'liblua5.1-0',
  'lua-cjson',
  'lua-bitop',
  'liblzf1',
  'libjemalloc2',
]

/**
 * Makes sure that there is a server; says what it does.
 * @param {{ install: boolean }} asked whether a person asked for system packages
 * @returns {string[] | undefined} what a person can do about it, if there is none
 */
export const prepareRedis = ({ install }) => {
  if (isThere()) return undefined
  const problems = [...(isRoot && (isDisposable || install) ? installed() : ['not installed']), ...fetched()]
  return isThere() ? undefined : explain(problems)
}

const isThere = () =>
  [onPath('redis-server'), onPath('valkey-server'), unpackedServer].some(
    (server) => server && existsSync(server) && isRecent(versionOf(server)),
  )

/** What it says about itself; if its libraries are missing, that. */
const versionOf = (server) => run(server, ['--version'], { env: environment(server) }).output

const isRecent = (version) => Number(/ v=(\d+)\./.exec(version)?.[1]) >= OLDEST_MAJOR

/** An unpacked server finds its libraries beside itself. */
const environment = (server) => {
  if (server !== unpackedServer) return process.env
  const lib = path.join(unpacked, 'usr', 'lib')
  const folders = readdirSync(lib).map((name) => path.join(lib, name))
  return { ...process.env, LD_LIBRARY_PATH: folders.join(':') }
}

const installed = () => {
  say('redis: installing the system package')
  const problem = installPackage({ 'apt-get': 'redis-server', apk: 'redis', dnf: 'valkey' })
  return problem === undefined ? [] : [problem]
}

/** Debian's packages, without root and without touching the system. */
const fetched = () => {
  if (isThere()) return []
  if (!onPath('apt-get') || !onPath('dpkg')) return ['no apt-get and dpkg to unpack it with']
  say('redis: unpacking the distribution’s packages into .curfew/redis')
  mkdirSync(cache, { recursive: true })
  const work = mkdtempSync(path.join(cache, 'unpack-'))
  try {
    return unpack(work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Moved into place at the end: what is there is whole. */
const unpack = (work) => {
  const download = run('apt-get', ['download', '-qq', ...debs], { cwd: work })
  if (!download.ok) return [download.output]
  const folder = path.join(work, 'root')
  for (const deb of readdirSync(work).filter((name) => name.endsWith('.deb'))) {
    const { ok, output } = run('dpkg', ['-x', deb, folder], { cwd: work })
    if (!ok) return [output]
  }
  rmSync(unpacked, { recursive: true, force: true })
  renameSync(folder, unpacked)
  return isThere() ? [] : [versionOf(unpackedServer)]
}

const explain = (problems) => [
  'redis: there is no redis-server or valkey-server (7.0 or newer) for the tests and the sandbox.',
  ...problems.map((problem) => `  ${problem.trim().split('\n').slice(-3).join('\n  ')}`),
  'Any of these mends it:',
  '  sudo apt-get install redis-server      Debian, Ubuntu',
  '  sudo dnf install valkey                Fedora',
  '  brew install redis                     macOS',
  '  npm run prepare-machine -- --install   as root: installs the package itself',
]
