/**
 * Ends every session of a login. Called after what it may do was taken and committed, so that whoever comes back at once
 * comes back without it.
 */
import { Fault } from '../../domain/fault.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'

/** Answers how many there were. Faults `retry` when one did not end in time. */
export const endSessions = async (session: Session, login: number): Promise<number> => {
  // Somebody made a superuser meanwhile cannot be thrown out; the read-back names that.
  const sql = `SELECT pid, pg_terminate_backend(pid, 1000) AS ended FROM pg_stat_activity
    WHERE usesysid = ${login} AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = usesysid AND rolsuper);`
  const asked = await session.write<{ pid: number; ended: boolean }>(
    session.version >= OWN_MEMBERSHIPS ? sql : `BEGIN; SET LOCAL ROLE pg_signal_backend; ${sql} COMMIT;`,
  )
  const slow = asked.filter((one) => !one.ended).map((one) => one.pid)
  if (slow.length === 0) return asked.length
  // "Not ended" is also said of a session that was gone before it could be asked.
  const [left] = await session.read<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usesysid = $1 AND pid = ANY($2::int[])',
    [login, slow],
  )
  if (left !== undefined && left.n > 0)
    throw new Fault('retry', `the role is taken away, but ${left.n} open sessions did not end in time`)
  return asked.length
}
