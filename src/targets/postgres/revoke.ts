/**
 * Takes our role from an account and ends its sessions. Called with a recorded access until it is seen to be gone;
 * it must succeed when everything is already gone, and it never touches what others gave.
 */
import { Fault } from '../../domain/fault.ts'
import type { Call } from '../../ports.ts'
import { endSessions } from './end-sessions.ts'
import { checkSystem, type Handle } from './handle.ts'
import { becomeAdmin, type Session } from './session.ts'

const LIMITS = `SET LOCAL lock_timeout='2s'; SET LOCAL statement_timeout='5s';`

/** No membership of ours is a WARNING to PostgreSQL, not an error: only the read-back tells. */
const revokeSql = (of: Given, admin: string): string => `
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
  if (exists !== undefined) await takeRole(session, of)
  await endSessions(session, of.account.oid)
}

/** Which of our roles, and who has it. */
type Given = {
  readonly role: Pick<Handle['role'], 'oid'>
  readonly account: Pick<Handle['account'], 'oid'>
}

/** Takes our role and ends no session. */
export const takeRole = async (session: Session, of: Given): Promise<void> => {
  const admin = await becomeAdmin(session, of.role.oid)
  if (admin === undefined)
    throw new Fault('permanent', 'the bot may not take this role; the recipe was undone')
  await session.write(revokeSql(of, admin))
}
