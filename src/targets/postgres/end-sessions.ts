/**
 * Ends every session of a login. Called after what it may do was taken and committed, so that whoever comes back at once
 * comes back without it.
 */
import { Fault } from '../../domain/fault.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'

/** How long to wait before each look at what is left: most are gone by the first, and a second in all is enough. */
const WAITS_MS = [3, 6, 12, 25, 50, 100, 200, 300, 300]

/** Asks for their end and answers whom it asked, as rows with a `pid`: to be sent behind what takes the access. */
export const askToEnd = (session: Session, login: number): string => {
  // Somebody made a superuser meanwhile cannot be thrown out; the read-back names that.
  const sql = `SELECT pid, pg_terminate_backend(pid) FROM pg_stat_get_activity(NULL)
    WHERE usesysid = ${login} AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = usesysid AND rolsuper);`
  return session.version >= OWN_MEMBERSHIPS ? sql : `BEGIN; SET LOCAL ROLE pg_signal_backend; ${sql} COMMIT;`
}

/**
 * Waits for the end of those that were asked. Faults `retry` when one did not end in time. The server's own way of waiting
 * would look only every 100 ms.
 */
export const untilEnded = async (
  session: Session,
  login: number,
  asked: readonly { readonly pid: number }[],
): Promise<void> => {
  let left = asked.map(({ pid }) => pid)
  for (const ms of WAITS_MS) {
    if (left.length === 0) return
    await session.pause(ms)
    const found = await session.read<{ pid: number }>(
      'SELECT pid FROM pg_stat_get_activity(NULL) WHERE usesysid = $1 AND pid = ANY($2::int[])',
      [login, left],
    )
    left = found.map(({ pid }) => pid)
  }
  if (left.length > 0)
    throw new Fault('retry', `the role is taken away, but ${left.length} open sessions did not end in time`)
}

/** Both. Answers how many there were. */
export const endSessions = async (session: Session, login: number): Promise<number> => {
  const asked = await session.write<{ pid: number }>(askToEnd(session, login))
  await untilEnded(session, login, asked)
  return asked.length
}
