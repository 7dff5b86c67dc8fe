/**
 * Closes the login of a grant: what it may do is taken, it cannot log in, its password is gone, its sessions end. Called
 * until it is seen to be so; what it left behind is cleaned up later, so that no end waits for that.
 */
import { escapeIdentifier, escapeLiteral } from 'pg'
import { Fault } from '../../../domain/fault.ts'
import type { Call } from '../../../ports.ts'
import { endSessions } from '../end-sessions.ts'
import { checkSystem, type LoginHandle } from '../handle.ts'
import { takeRole } from '../revoke.ts'
import { becomeRole, LIMITS, type Session } from '../session.ts'
import { markOf, sayUnmarked } from './mark.ts'

/**
 * People may change their own role, and so keep its row locked; ending their sessions in between frees it. Each round is
 * at most a fraction of a second.
 */
const ROUNDS = 10

const FIND = `SELECT oid FROM pg_roles WHERE starts_with(shobj_description(oid, 'pg_authid'), $1)`

/** Asks for the end; "already gone" is success. Faults `retry` when it did not close, or a session did not end, in time. */
export const revokeLogin = async (session: Session, of: LoginHandle, call: Call): Promise<void> => {
  checkSystem(session, of)
  const [found] = await session.read<{ oid: number }>(FIND, [markOf(of.admin, of.request)])
  if (found === undefined) return revokeUnmarked(session, of)
  for (let round = 0; round < ROUNDS; round++) {
    if (call.left() <= 0) break
    const closed = await close(session, of)
    const ended = await endSessions(session, found.oid)
    // Until it ended, a session may have given its role another password.
    if (closed && ended === 0) return
  }
  throw new Fault('retry', 'the login may do nothing any more, but something keeps it from being closed')
}

/** Whoever took our mark from it has made it theirs: our role goes, the login is not ours to close, and that is said. */
const revokeUnmarked = async (session: Session, of: LoginHandle): Promise<void> => {
  const [found] = await session.read<{ oid: number }>('SELECT oid FROM pg_roles WHERE rolname = $1', [
    of.login,
  ])
  if (found === undefined) return
  await takeRole(session, { role: of.role, account: found })
  throw new Fault('permanent', sayUnmarked(of))
}

const close = async (session: Session, of: LoginHandle): Promise<boolean> => {
  const [answer] = await session.write<{ closed: boolean }>(
    `BEGIN; ${LIMITS} ${becomeRole(session, of.admin)}
     SELECT ${escapeIdentifier(of.admin)}.close_login(${escapeLiteral(of.request)}) AS closed; COMMIT;`,
  )
  return answer?.closed === true
}
