/**
 * Takes our role from an account and ends its sessions. Called with a recorded access until it is seen to be gone;
 * it must succeed when everything is already gone, and it never touches what others gave.
 */
import { Fault } from '../../domain/fault.ts'
import type { Call } from '../../ports.ts'
import { askToEnd, untilEnded } from './end-sessions.ts'
import { checkSystem, type Handle } from './handle.ts'
import { becomeAdmin, LIMITS, type Session } from './session.ts'

/** What is not there is not asked for: it would take a lock. */
const revokeSql = (of: Given, admin: string): string => `
BEGIN; ${LIMITS} ${admin}
DO $c$ DECLARE r text; a text; BEGIN
  PERFORM FROM pg_auth_members WHERE roleid = ${of.role.oid} AND member = ${of.account.oid};
  IF NOT FOUND THEN RETURN; END IF;
  SELECT rolname INTO r FROM pg_roles WHERE oid = ${of.role.oid};
  SELECT rolname INTO a FROM pg_roles WHERE oid = ${of.account.oid};
  IF r IS NULL OR a IS NULL THEN RETURN; END IF;
  EXECUTE format('REVOKE %I FROM %I', r, a);
END $c$; COMMIT;`

/** Asks for the end; "already gone" is success. Faults `retry` when a session did not end in time. */
export const revoke = async (session: Session, of: Handle, call: Call): Promise<void> => {
  checkSystem(session, of)
  if (call.left() <= 0) throw new Fault('retry', 'the time for this try had passed, so nothing was sent')
  await takeRole(session, of)
}

/** Which of our roles, and who has it. */
export type Given = {
  readonly role: Pick<Handle['role'], 'oid'>
  readonly account: Pick<Handle['account'], 'oid'>
}

/** Takes our role, and ends the sessions once that is committed: each trip to the server costs more than what it is for. */
export const takeRole = async (session: Session, of: Given): Promise<void> => {
  const { oid } = of.account
  const admin = await becomeAdmin(session, of.role.oid)
  const taking = admin === undefined ? await unlessThere(session, of) : revokeSql(of, admin)
  const asked = await session.write<{ pid: number }>(`${taking} ${askToEnd(session, oid)}`)
  await untilEnded(session, oid, asked)
}

/** Where the bot may not take it: nothing to say, or a fault. */
const unlessThere = async (session: Session, { role, account }: Given): Promise<string> => {
  const [there] = await session.read('SELECT FROM pg_auth_members WHERE roleid = $1 AND member = $2', [
    role.oid,
    account.oid,
  ])
  if (there !== undefined)
    throw new Fault('permanent', 'the bot may not take this role; the recipe was undone')
  return ''
}
