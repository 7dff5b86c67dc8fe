/**
 * Takes our role from an account and ends its sessions. Called with a recorded access until it is seen to be gone;
 * it must succeed when everything is already gone, and it never touches what others gave.
 */
import { Fault } from '../../domain/fault.ts'
import type { Call } from '../../ports.ts'
import { checkSystem, type Handle } from './handle.ts'
import { becomeAdmin, OWN_MEMBERSHIPS, type Session } from './session.ts'

const LIMITS = `SET LOCAL lock_timeout='2s'; SET LOCAL statement_timeout='5s';`

/** No membership of ours is a WARNING to PostgreSQL, not an error: only the read-back tells. */
const revokeSql = (of: Handle, admin: string): string => `
BEGIN; ${LIMITS} ${admin}
DO $c$ DECLARE r text; a text; BEGIN
  SELECT rolname INTO r FROM pg_roles WHERE oid = ${of.role.oid};
  SELECT rolname INTO a FROM pg_roles WHERE oid = ${of.account.oid};
  IF r IS NULL OR a IS NULL THEN RETURN; END IF;
  EXECUTE format('REVOKE %I FROM %I', r, a);
END $c$; COMMIT;`

/** Asks for the end; "already gone" is success. Faults `retry` when a session did not end in time. */
export const revoke = async (session: Session, of: Handle, call: Call): Promise<void> => {
  checkSystem(session, of)
  if (call.left() <= 0) throw new Fault('retry', 'the time for this try had passed, so nothing was sent')
  const [exists] = await session.read('SELECT FROM pg_auth_members WHERE roleid = $1 AND member = $2', [
    of.role.oid,
    of.account.oid,
  ])
  if (exists !== undefined) await takeAway(session, of)
  await endSessions(session, of)
}

const takeAway = async (session: Session, of: Handle): Promise<void> => {
  const admin = await becomeAdmin(session, of.role.oid)
  if (admin === undefined)
    throw new Fault('permanent', 'the bot may not take this role; the recipe was undone')
  await session.write(revokeSql(of, admin))
}

/** After the commit, so that whoever comes back at once comes back without the access. */
const endSessions = async (session: Session, of: Handle): Promise<void> => {
  // Somebody made a superuser meanwhile cannot be thrown out; the read-back names that.
  const sql = `SELECT pid, pg_terminate_backend(pid, 1000) AS ended FROM pg_stat_activity
    WHERE usesysid = ${of.account.oid} AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = usesysid AND rolsuper);`
  const asked = await session.write<{ pid: number; ended: boolean }>(
    session.version >= OWN_MEMBERSHIPS ? sql : `BEGIN; SET LOCAL ROLE pg_signal_backend; ${sql} COMMIT;`,
  )
  const slow = asked.filter((one) => !one.ended).map((one) => one.pid)
  if (slow.length === 0) return
  // "Not ended" is also said of a session that was gone before it could be asked.
  const [left] = await session.read<{ n: number }>(
    'SELECT count(*)::int AS n FROM pg_stat_activity WHERE usesysid = $1 AND pid = ANY($2::int[])',
    [of.account.oid, slow],
  )
  if (left !== undefined && left.n > 0)
    throw new Fault('retry', `the role is taken away, but ${left.n} open sessions did not end in time`)
}
