/**
 * Finds a Redis to start as a private child: one on the PATH, else one that the preparation unpacked. The sandbox
 * and the tests ask; it never starts or installs anything.
 */
import { existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** How to start it: the program, and the environment it needs. */
export interface RedisServer {
  readonly command: string
  readonly env: NodeJS.ProcessEnv
}

/** The program's name picks its mode, so it is started by exactly one of these. */
const NAMES = ['redis-server', 'valkey-server']
/** Where the preparation unpacks Debian packages, below the working folder. */
const UNPACKED = join('.curfew', 'redis', 'root', 'usr')

const firstIn = (folders: readonly string[]): string | undefined =>
  NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file))

/** The library folders of an unpacked Debian package: `lib` and its one per architecture. */
const libraryFolders = (lib: string): readonly string[] => {
  if (!existsSync(lib)) return []
  const nested = readdirSync(lib, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  return [lib, ...nested.map((entry) => join(lib, entry.name))]
}

/** `undefined`: there is none. `root`: the checkout, where the preparation may have unpacked one. */
export const findRedisServer = (
  env: NodeJS.ProcessEnv = process.env,
  root = process.cwd(),
): RedisServer | undefined => {
  const installed = firstIn((env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''))
  if (installed) return { command: installed, env }
  const unpacked = firstIn([join(root, UNPACKED, 'bin')])
  if (!unpacked) return undefined
  const libraries = [...libraryFolders(join(root, UNPACKED, 'lib')), env.LD_LIBRARY_PATH ?? '']
  return {
    command: unpacked,
    env: { ...env, LD_LIBRARY_PATH: libraries.filter((folder) => folder !== '').join(delimiter) },
  }
}
