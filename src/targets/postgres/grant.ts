/**
 * Gives our role to an account. Called with a recorded access; the deadline is checked by the server's own clock before
 * and after the GRANT, since a GRANT can wait for a lock in between.
 */
import { escapeLiteral } from 'pg'
import { Fault } from '../../domain/fault.ts'
import type { Call } from '../../ports.ts'
import { checkSystem, type Handle } from './handle.ts'
import { TOO_LATE } from './pg-fault.ts'
import { becomeAdmin, GIVING_LIMITS, OWN_MEMBERSHIPS, type Session } from './session.ts'

/** DO takes no parameters: numbers and one literal; the names are looked up by oid where they are used. */
const grantSql = (of: Handle, how: { version: number; deadline: string; admin: string }): string => `
BEGIN; ${GIVING_LIMITS} ${how.admin}
DO $c$ DECLARE r text; a text; d timestamptz := ${escapeLiteral(how.deadline)}; BEGIN
  SELECT rolname INTO STRICT r FROM pg_roles WHERE oid = ${of.role.oid};
  SELECT rolname INTO STRICT a FROM pg_roles WHERE oid = ${of.account.oid} AND NOT rolsuper;
  IF clock_timestamp() >= d THEN RAISE EXCEPTION USING errcode='${TOO_LATE}', message='too late'; END IF;
  EXECUTE format('GRANT %I TO %I${how.version >= OWN_MEMBERSHIPS ? ' WITH INHERIT TRUE, SET FALSE' : ''}', r, a);
  IF clock_timestamp() >= d THEN RAISE EXCEPTION USING errcode='${TOO_LATE}', message='too late'; END IF;
END $c$; COMMIT;`

/** Asks for the access; confirms nothing. Faults: `retry` and `permanent` mean that it did not land. */
export const grant = async (session: Session, of: Handle, call: Call): Promise<void> => {
  checkSystem(session, of)
  const admin = await becomeAdmin(session, of.role.oid)
  if (admin === undefined)
    throw new Fault('permanent', 'the bot may not give this role; the recipe is incomplete or was undone')
  const left = call.left()
  if (left <= 0) throw new Fault('retry', 'the time for this try had passed, so nothing was sent')
  // The server's clock was read before what is left was measured, so the deadline can only be early.
  const deadline = new Date(session.serverAt + left).toISOString()
  await session.write(grantSql(of, { version: session.version, deadline, admin }))
}
