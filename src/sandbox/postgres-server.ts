/**
 * A private PostgreSQL server: real logins by password, reachable through a unix socket in a closed folder.
 * Called by the sandbox and by tests; it must never leave a server behind, whatever happens to this process.
 */
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { copyForOthers, findPostgres, type PostgresSource } from './postgres-binaries.ts'
import { ADMIN, keptFolder, makeFolder, prepareData } from './postgres-data.ts'
import { launch, type RunAs, type Running, startWatchdog, type Watchdog } from './postgres-process.ts'

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
  /** The server's own process now. Throws while it is down: signals to "no process" would reach us. */
  pid(): number
  /** The last lines of its log since it was started. */
  lines(): readonly string[]
  urlFor(user: string, password: string, database: string): string
  /** A fresh connection with a password, as any program would make it. The caller ends it. */
  connectAs(user: string, password: string, database: string): Promise<Client>
  /** Runs statements as the administrator on a fresh connection; answers the rows of the last one. */
  admin(sql: string, database?: string): Promise<Record<string, unknown>[]>
  /** Like a crash: every connection is cut, nothing is put in order, and the next start has to recover. */
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
const PORT = 5432

const serverUser = (): RunAs | undefined => (process.getuid?.() === 0 ? NOBODY : undefined)

/** Whether data that is kept in this folder is found again: root's server runs as somebody who may not get there. */
export const canKeepData = async (dir: string): Promise<boolean> =>
  (await keptFolder(dir, 0, serverUser())) !== undefined

/** Starts a server; about two seconds when new, a tenth when kept. Rejects when there are no programs for it. */
export const startPostgres = async (options: PostgresOptions = {}): Promise<PostgresServer> => {
  const wanted = options.version ?? 'any'
  const found = await findPostgres(wanted)
  if (found === undefined) throw new Error(`No PostgreSQL (${wanted}) was found on this machine.`)
  const as = serverUser()
  // Sockets need a short path, so this folder is never the kept one.
  const temporary = await mkdtemp(join(tmpdir(), 'curfew-pg-'))
  const watchdog = startWatchdog(temporary)
  const clear = async (): Promise<void> => {
    await rm(temporary, { recursive: true, force: true })
    watchdog.release()
  }
  try {
    const bin =
      as && found.source === 'embedded'
        ? await copyForOthers(found.bin, join(temporary, 'programs'))
        : found.bin
    const socketDir = await makeFolder(join(temporary, 'socket'), as)
    if (as) await chmod(temporary, 0o711)
    const kept = options.dir === undefined ? undefined : await keptFolder(options.dir, found.version, as)
    const { data, password } = await prepareData(bin, kept ?? join(temporary, 'kept'), as)
    const start = () => launchServer(bin, { data, socketDir, safe: kept !== undefined, as, watchdog })
    return serve(await start(), { start, socketDir, password, clear, ...found })
  } catch (error) {
    await clear()
    throw error
  }
}

interface Launch {
  readonly data: string
  readonly socketDir: string
  readonly safe: boolean
  readonly as: RunAs | undefined
  readonly watchdog: Watchdog
}

const launchServer = (bin: string, { data, socketDir, safe, as, watchdog }: Launch): Promise<Running> => {
  const settings = {
    listen_addresses: '',
    max_connections: 200,
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
  return launch(join(bin, 'postgres'), args, { as, watchdog })
}

interface Serve {
  readonly start: () => Promise<Running>
  readonly socketDir: string
  readonly password: string
  /** Removes what was temporary. */
  clear(): Promise<void>
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
    pid: () => {
      if (running === undefined) throw new Error('the server is down')
      return running.pid
    },
    lines: () => running?.lines() ?? [],
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
    // Its own children would outlive a SIGKILL for a moment and go on answering.
    kill: () => end('SIGQUIT'),
    restart: async () => {
      await end('SIGINT')
      running = await server.start()
    },
    stop: async () => {
      await end('SIGINT')
      await server.clear()
    },
  }
}
