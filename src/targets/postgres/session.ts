/**
 * One fresh connection for one call, or for looks that come together, closed when they end, however they end. Called by
 * every verb of this target; it must never be kept: what is read back on an old connection proves nothing.
 */
import { Socket } from 'node:net'
import { Client, escapeIdentifier, type QueryResultRow } from 'pg'
import { Fault } from '../../domain/fault.ts'
import type { Instant } from '../../domain/model.ts'
import type { Call, Clock } from '../../ports.ts'
import { type Phase, toFault } from './pg-fault.ts'

const CONNECT_MS = 5_000
/** Longer than any statement of ours may take, including the end of many sessions. */
const ANSWER_MS = 20_000
const HANG_UP_MS = 1_000

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
}

export interface Line {
  readonly url: string
  readonly clock: Clock
  /** Ends every call when the target is closed. */
  readonly closing: AbortSignal
}

const WHO = `SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system,
  current_database()::text AS database, current_setting('server_version_num')::int AS version,
  (SELECT oid FROM pg_roles WHERE rolname = session_user) AS login,
  (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS "serverAt"`

/** Connects, asks who answers, and runs `use`. Everything thrown is a fault. */
export const withSession = async <T>(
  line: Line,
  call: Call,
  use: (session: Session) => Promise<T>,
): Promise<T> => {
  const signal = AbortSignal.any([call.signal, line.closing])
  if (signal.aborted) throw new Fault('retry', 'stopped before anything was sent')
  const socket = new Socket()
  const abort = () => socket.destroy()
  signal.addEventListener('abort', abort)
  let phase: Phase = 'connecting'
  let client: Client | undefined
  try {
    client = await connect(line.url, socket)
    phase = 'reading'
    const session = await introduce(client, (next) => {
      phase = next
    })
    return await use(session)
  } catch (thrown) {
    throw toFault(thrown, phase)
  } finally {
    signal.removeEventListener('abort', abort)
    await hangUp(client, socket, line.clock)
  }
}

const connect = async (connectionString: string, stream: Socket): Promise<Client> => {
  const client = new Client({
    connectionString,
    application_name: 'curfew',
    connectionTimeoutMillis: CONNECT_MS,
    query_timeout: ANSWER_MS,
    stream: () => stream,
  })
  // A connection that is lost between two statements says so here; the next statement fails.
  client.on('error', () => {})
  await client.connect()
  return client
}

const introduce = async (client: Client, enter: (phase: Phase) => void): Promise<Session> => {
  const who = await client.query(WHO)
  return {
    ...who.rows[0],
    read: async <R extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
      const result = await client.query<R>(sql, [...values])
      return result.rows
    },
    write: async <R extends QueryResultRow>(sql: string) => {
      enter('writing')
      const results = [await client.query<R>(sql)].flat()
      enter('reading')
      return results.flatMap((result) => result.rows)
    },
  }
}

/** Says goodbye, which rolls back what is open; cuts the line when the server does not listen. */
const hangUp = async (client: Client | undefined, socket: Socket, clock: Clock): Promise<void> => {
  const cancel = clock.after(HANG_UP_MS, () => socket.destroy())
  await client?.end().catch(() => {})
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
