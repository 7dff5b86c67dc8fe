/** Moves the second net of an open login to after a later end, never to an earlier one. */
import { escapeIdentifier, escapeLiteral } from 'pg'
import type { Call } from '../../../ports.ts'
import { checkSystem, type LoginHandle } from '../handle.ts'
import { becomeRole, LIMITS, type Session } from '../session.ts'
import { netAt } from './server-time.ts'

/** Faults `permanent` when the login is closed. */
export const keepLogin = async (session: Session, of: LoginHandle, call: Call): Promise<void> => {
  checkSystem(session, of)
  const values = [of.request, netAt(session, call)].map(escapeLiteral).join(', ')
  await session.write(
    `BEGIN; ${LIMITS} ${becomeRole(session, of.admin)} SELECT ${escapeIdentifier(of.admin)}.keep_login(${values}); COMMIT;`,
  )
}
