/**
 * Connections to the server that a target names. A fresh one for one call, or for looks that come together, is closed when
 * they end, however they end: what is read back on an old connection proves nothing. Only `spare-link.ts` keeps one.
 */
import { Socket } from 'node:net'
import { Client, escapeIdentifier, type QueryResultRow } from 'pg'
import { Fault } from '../../domain/fault.ts'
import type { Instant } from '../../domain/model.ts'
import type { Call, Clock } from '../../ports.ts'
import { toFault } from './pg-fault.ts'

const CONNECT_MS = 5_000
/** Longer than any statement of ours may take, including the end of many sessions. */
const ANSWER_MS = 20_000
const HANG_UP_MS = 1_000

/** Of every statement that gives or takes: nobody's locks keep it, and nothing of it goes on when nobody waits any more. */
export const LIMITS = `SET LOCAL lock_timeout='2s'; SET LOCAL statement_timeout='5s';`

/** Waiting for a standby has no limit and comes after every check of ours: a commit that hung there would land whenever it likes. */
export const GIVING_LIMITS = `${LIMITS} SET LOCAL synchronous_commit='local';`

/** The first version in which each grantor has a membership of its own, with INHERIT and SET as options. */
export const OWN_MEMBERSHIPS = 160_000

/** A connection that knows who answers. */
export interface Session {
  /** The system identifier, in decimal. */
  readonly system: string
  readonly database: string
  /** `server_version_num`. */
  readonly version: number
  /** The login's oid. */
  readonly login: number
  /** The server's clock when it answered: earlier than now. */
  readonly serverAt: Instant
  /** Runs what changes nothing. */
  read<R extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<R[]>
  /** Sends one message of several statements; what fails afterwards may have landed. */
  write<R extends QueryResultRow>(sql: string): Promise<R[]>
  /** Between two questions. */
  pause(ms: number): Promise<void>
  /** Ends the transaction that a statement which failed left open; cuts a server off that does not say so at once. Never rejects. */
  undo(): Promise<void>
}

export interface Line {
  readonly url: string
  readonly clock: Clock
  /** Ends every call when the target is closed. */
  readonly closing: AbortSignal
}

const WHO = `SELECT pg_is_in_recovery() AS standby, (SELECT system_identifier::text FROM pg_control_system()) AS system,
  current_database()::text AS database, current_setting('server_version_num')::int AS version,
  (SELECT oid FROM pg_roles WHERE rolname = session_user) AS login,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "serverAt"`

/** An open connection. */
export interface Link {
  /** By the clock of the line, ms. */
  readonly openedAt: number
  isBroken(): boolean
  /** Asks who answers, and runs `use`; cut when the call is stopped. Everything thrown is a fault. */
  run<T>(call: Pick<Call, 'signal'>, use: (session: Session) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Connects, asks who answers, and runs `use`. Everything thrown is a fault. */
export const withSession = async <T>(
  line: Line,
  call: Call,
  use: (session: Session) => Promise<T>,
): Promise<T> => {
  const link = await openLink(line, call)
  try {
    return await link.run(call, use)
  } finally {
    await link.close()
  }
}

/** Everything thrown is a fault; then nothing is left open. */
export const openLink = async (line: Line, call: Pick<Call, 'signal'>): Promise<Link> => {
  const socket = new Socket()
  const client = makeClient(line.url, socket)
  const close = (): Promise<void> => hangUp(client, socket, line.clock)
  const openedAt = line.clock.monotonicMs()
  try {
    await untilStopped(line, call, socket, () => client.connect())
  } catch (thrown) {
    await close()
    throw toFault(thrown, 'connecting')
  }
  const undo = async (): Promise<void> => {
    const cancel = line.clock.after(HANG_UP_MS, () => socket.destroy())
    await client.query('ROLLBACK').catch(() => socket.destroy())
    cancel()
  }
  const run = async <T>(by: Pick<Call, 'signal'>, use: (session: Session) => Promise<T>): Promise<T> => {
    try {
      const ask = async () => use({ ...(await introduce(client, line.clock)), undo })
      return await untilStopped(line, by, socket, ask)
    } catch (thrown) {
      throw toFault(thrown, 'reading')
    }
  }
  return { openedAt, isBroken: () => !socket.writable, run, close }
}

/** Cuts the line as soon as the call is stopped or the target closed. */
const untilStopped = async <T>(
  { closing }: Line,
  call: Pick<Call, 'signal'>,
  socket: Socket,
  work: () => Promise<T>,
): Promise<T> => {
  const signal = AbortSignal.any([call.signal, closing])
  if (signal.aborted) throw new Fault('retry', 'stopped before anything was sent')
  const abort = () => socket.destroy()
  signal.addEventListener('abort', abort)
  try {
    return await work()
  } finally {
    signal.removeEventListener('abort', abort)
  }
}

const makeClient = (connectionString: string, stream: Socket): Client => {
  const client = new Client({
    connectionString,
    application_name: 'curfew',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    stream: () => stream,
  })
  // A connection that is lost between two statements says so here; the next statement fails.
  client.on('error', () => {})
  return client
}

const introduce = async (client: Client, clock: Clock): Promise<Omit<Session, 'undo'>> => {
  const { rows } = await client.query(WHO)
  const { standby, ...who } = rows[0]
  // It may be behind: what is there may not be seen, and what is to be taken away not be found.
  if (standby) throw new Fault('retry', 'a standby answers, which takes no changes')
  return {
    ...who,
    read: async <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
      const result = await client.query<R>(sql, [...values])
      return result.rows
    },
    write: async <R extends QueryResultRow>(sql: string) => {
      const answer = await client.query<R>(sql).catch((thrown: unknown) => {
        throw toFault(thrown, 'writing')
      })
      return [answer].flat().flatMap((result) => result.rows)
    },
    pause: (ms) => new Promise<void>((resolve) => clock.after(ms, resolve)),
  }
}

/** Says goodbye, which rolls back what is open; cuts the line when the server does not listen. */
const hangUp = async (client: Client, socket: Socket, clock: Clock): Promise<void> => {
  const cancel = clock.after(HANG_UP_MS, () => socket.destroy())
  await client.end().catch(() => {})
  cancel()
  socket.destroy()
}

/** On 15, where the bot does not inherit it, the line that gets into a role by its name. */
export const becomeRole = (session: Session, name: string): string =>
  session.version >= OWN_MEMBERSHIPS ? '' : `SET LOCAL ROLE ${escapeIdentifier(name)};`

/**
 * On 15 only a session that is in a role with ADMIN may give and take: the line that gets into it, for names that may
 * have changed since. Newer versions inherit it: nothing. Undefined: the bot is in no such role.
 */
export const becomeAdmin = async (session: Session, role: number): Promise<string | undefined> => {
  if (session.version >= OWN_MEMBERSHIPS) return ''
  const [found] = await session.read<{ name: string }>(
    `SELECT a.rolname AS name FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member
      WHERE m.roleid = $1 AND m.admin_option AND pg_has_role(session_user, m.member, 'MEMBER')
      ORDER BY a.oid LIMIT 1`,
    [role],
  )
  return found && `SET LOCAL ROLE ${escapeIdentifier(found.name)};`
}
