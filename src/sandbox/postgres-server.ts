/**
 * A private PostgreSQL server: real logins by password, reachable through a unix socket in a closed folder.
 * Called by the sandbox and by tests; it must never leave a server behind, whatever happens to this process.
 */
import { randomBytes } from 'node:crypto'
import { access, chmod, chown, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { Client } from 'pg'
import { copyForOthers, findPostgres, type PostgresSource } from './postgres-binaries.ts'
import { launch, type RunAs, type Running, run } from './postgres-process.ts'

export interface PostgresServer {
  /** The administrator's, to the database `postgres`. A secret. */
  readonly url: string
  /** The folder of the socket; another server may later stand behind the same path. */
  readonly socketDir: string
  /** Names the socket inside its folder; nothing listens on a network. */
  readonly port: number
  /** Major version. */
  readonly version: number
  readonly source: PostgresSource
  /** The server's own process now. */
  pid(): number
  urlFor(user: string, password: string, database: string): string
  /** A fresh connection with a password, as any program would make it. The caller ends it. */
  connectAs(user: string, password: string, database: string): Promise<Client>
  /** Runs statements as the administrator on a fresh connection; answers the rows of the last one. */
  admin(sql: string, database?: string): Promise<Record<string, unknown>[]>
  /** Like a crash: no connection is closed properly. */
  kill(): Promise<void>
  /** Starts again behind the same URL, whether it was killed or not. */
  restart(): Promise<void>
  /** Ends it and removes what was temporary. May be called twice. */
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** `any`: embedded if it is installed, else the newest of the system. */
  readonly version?: PostgresSource | 'any'
  /** Keeps the data here from start to start, where the server's user can reach it; else it is temporary. */
  readonly dir?: string
}

/** The unprivileged user and group that exist everywhere, also without an entry in /etc/passwd. */
const NOBODY: RunAs = { uid: 65534, gid: 65534 }
const ADMIN = 'postgres'
const PORT = 5432
const START_TRIES = 50
const START_PAUSE_MS = 100

/** Starts a server; about two seconds when new, a tenth when kept. Rejects when there are no programs for it. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresServer> => {
  const wanted = options.version ?? 'any'
  const found = await findPostgres(wanted)
  if (found === undefined) throw new Error(`No PostgreSQL (${wanted}) was found on this machine.`)
  const as = process.getuid?.() === 0 ? NOBODY : undefined
  // Sockets need a short path, so this folder is never the kept one.
  const temporary = await mkdtemp(join(tmpdir(), 'curfew-pg-'))
  try {
    const bin =
      as && found.source === 'embedded'
        ? await copyForOthers(found.bin, join(temporary, 'programs'))
        : found.bin
    const socketDir = await makeFolder(join(temporary, 'socket'), as)
    if (as) await chmod(temporary, 0o711)
    const kept = options.dir === undefined ? undefined : await keptFolder(options.dir, found.version, as)
    const { data, password } = await prepareData(bin, kept ?? join(temporary, 'kept'), as)
    const start = () => launchPatiently(bin, { data, socketDir, safe: kept !== undefined, as, temporary })
    return serve(await start(), { start, socketDir, password, temporary, ...found })
  } catch (error) {
    await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

const makeFolder = async (folder: string, as: RunAs | undefined): Promise<string> => {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  if (as) await chown(folder, as.uid, as.gid)
  return folder
}

/** One folder per version, since data of one cannot be read by another. Undefined where the user cannot go. */
const keptFolder = async (
  dir: string,
  version: number,
  as: RunAs | undefined,
): Promise<string | undefined> => {
  await mkdir(dir, { recursive: true })
  for (let above = resolve(dir); as; above = dirname(above)) {
    if (((await stat(above)).mode & 0o001) === 0) return undefined
    if (above === dirname(above)) break
  }
  return resolve(dir, `postgres-${version}`)
}

/** Makes the data folder, or takes the one that is there, with the administrator's password beside it. */
const prepareData = async (bin: string, folder: string, as: RunAs | undefined) => {
  const data = join(folder, 'data')
  const secret = join(folder, 'admin-password')
  const exists = await access(secret).then(
    () => true,
    () => false,
  )
  if (exists) return { data, password: await readFile(secret, 'utf8') }
  await rm(data, { recursive: true, force: true })
  await makeFolder(folder, as)
  const password = randomBytes(16).toString('hex')
  const asked = join(folder, 'asked-password')
  await writeFile(asked, password, { mode: 0o600 })
  if (as) await chown(asked, as.uid, as.gid)
  const auth = ['-U', ADMIN, '--auth=scram-sha-256', `--pwfile=${asked}`]
  await run(
    join(bin, 'initdb'),
    ['-D', data, ...auth, '--no-sync', '--encoding=UTF8', '--locale=C', '--no-instructions'],
    as,
  )
  await rm(asked)
  // Written last: a folder without it was never finished.
  await writeFile(secret, password, { mode: 0o600 })
  return { data, password }
}

interface Launch {
  readonly data: string
  readonly socketDir: string
  readonly safe: boolean
  readonly as: RunAs | undefined
  readonly temporary: string
}

/** After a kill, processes of the old server may need a moment until they notice. */
const launchPatiently = async (bin: string, { data, socketDir, safe, as, temporary }: Launch) => {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: String(PORT),
    fsync: safe ? 'on' : 'off',
    shared_buffers: '16MB',
  }
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]
  for (let tries = 1; ; tries += 1) {
    try {
      return await launch(join(bin, 'postgres'), args, { as, remove: [temporary] })
    } catch (error) {
      const lingers = error instanceof Error && /shared memory block|lock file/.test(error.message)
      if (!lingers || tries === START_TRIES) throw error
      await new Promise((done) => setTimeout(done, START_PAUSE_MS))
    }
  }
}

interface Serve {
  readonly start: () => Promise<Running>
  readonly socketDir: string
  readonly password: string
  readonly temporary: string
  readonly version: number
  readonly source: PostgresSource
}

const serve = (first: Running, server: Serve): PostgresServer => {
  let running: Running | undefined = first
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await running?.end(signal)
    running = undefined
  }
  const urlFor = (user: string, password: string, database: string): string =>
    `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${encodeURIComponent(server.socketDir)}:${PORT}/${encodeURIComponent(database)}`
  const connectAs = async (user: string, password: string, database: string): Promise<Client> => {
    const client = new Client({ connectionString: urlFor(user, password, database) })
    client.on('error', () => {})
    await client.connect()
    return client
  }
  return {
    url: urlFor(ADMIN, server.password, 'postgres'),
    socketDir: server.socketDir,
    port: PORT,
    version: server.version,
    source: server.source,
    pid: () => running?.pid ?? 0,
    urlFor,
    connectAs,
    admin: async (sql, database = 'postgres') => {
      const client = await connectAs(ADMIN, server.password, database)
      try {
        const results = [await client.query(sql)].flat()
        return results.at(-1)?.rows ?? []
      } finally {
        await client.end()
      }
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGINT')
      running = await server.start()
    },
    stop: async () => {
      await end('SIGINT')
      await rm(server.temporary, { recursive: true, force: true })
    },
  }
}
