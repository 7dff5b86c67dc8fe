/**
 * Makes the login of a grant, without a password, and gives it our role, in one transaction. The server checks the
 * deadline by its own clock before and after; a login that was closed is never opened again.
 */
import { escapeIdentifier, escapeLiteral } from 'pg'
import { Fault } from '../../../domain/fault.ts'
import type { Call } from '../../../ports.ts'
import { checkSystem, type LoginHandle } from '../handle.ts'
import { TOO_LATE } from '../pg-fault.ts'
import { becomeRole, GIVING_LIMITS, OWN_MEMBERSHIPS, type Session } from '../session.ts'
import { netAt, serverTime } from './server-time.ts'

const grantSql = (of: LoginHandle, how: { version: number; deadline: string; until: string }): string => {
  const schema = escapeIdentifier(of.admin)
  const [request, deadline] = [escapeLiteral(of.request), escapeLiteral(how.deadline)]
  const values = [
    request,
    escapeLiteral(of.login),
    escapeLiteral(of.account),
    escapeLiteral(how.until),
    deadline,
  ]
  return `
SELECT ${schema}.make_login(${values.join(', ')});
DO $c$ DECLARE r text; a text; BEGIN
  SELECT rolname INTO STRICT r FROM pg_roles WHERE oid = ${of.role.oid};
  SELECT rolname INTO STRICT a FROM pg_roles WHERE oid = ${schema}.find_login(${request});
  EXECUTE format('GRANT %I TO %I${how.version >= OWN_MEMBERSHIPS ? ' WITH INHERIT TRUE, SET FALSE' : ''}', r, a);
  IF clock_timestamp() >= ${deadline} THEN RAISE EXCEPTION USING errcode='${TOO_LATE}', message='too late'; END IF;
END $c$;`
}

/** Asks for the access; confirms nothing. Faults: `retry` and `permanent` mean that it did not land. */
export const grantLogin = async (session: Session, of: LoginHandle, call: Call): Promise<void> => {
  checkSystem(session, of)
  const { left, deadline } = serverTime(session, call)
  if (left <= 0) throw new Fault('retry', 'the time for this try had passed, so nothing was sent')
  const how = { version: session.version, deadline, until: netAt(session, call) }
  await session.write(`BEGIN; ${GIVING_LIMITS} ${becomeRole(session, of.admin)} ${grantSql(of, how)} COMMIT;`)
}
