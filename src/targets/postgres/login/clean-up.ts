/**
 * After the end: what a login left behind goes to a role that may do nothing, in every database, and the login itself goes
 * with it. Called until nothing is left, however long that takes; it never touches an open login.
 */
import { escapeIdentifier, escapeLiteral } from 'pg'
import { asFault } from '../../../domain/fault.ts'
import type { LoginHandle } from '../handle.ts'
import { checkSystem } from '../handle.ts'
import { becomeRole, type Session } from '../session.ts'
import { markOf } from './mark.ts'

const LIMITS = `SET LOCAL lock_timeout='2s'; SET LOCAL statement_timeout='10s';`

/** Other databases first: the role is dropped together with the last of its things. */
const DATABASES = `
SELECT DISTINCT d.datname::text AS name FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
 WHERE s.refclassid = 'pg_authid'::regclass AND d.datname <> current_database()
   AND s.refobjid = (SELECT oid FROM pg_roles WHERE starts_with(shobj_description(oid, 'pg_authid'), $1))
 ORDER BY 1`

/** A fresh connection to the bot's own database, or to another one of the same server. */
export type Ask = <T>(use: (session: Session) => Promise<T>, database?: string) => Promise<T>

/** Answers what is left and why; undefined: nothing. Rejects with a fault when the server does not answer. */
export const cleanUpLogin = async (ask: Ask, of: LoginHandle): Promise<string | undefined> => {
  const databases = await ask(async (session) => {
    checkSystem(session, of)
    return session.read<{ name: string }>(DATABASES, [markOf(of.admin, of.request)])
  })
  const troubles: string[] = []
  for (const { name } of databases) {
    await ask((session) => cleanHere(session, of), name).catch((thrown: unknown) => {
      troubles.push(`in ${name}: ${asFault(thrown).message}`)
    })
  }
  const left = await ask((session) => cleanHere(session, of))
  if (left.length === 0) return undefined
  return `${of.login} still has something in ${left.join(', ')}${troubles.length === 0 ? '' : ` (${troubles.join('; ')})`}`
}

const cleanHere = async (session: Session, of: LoginHandle): Promise<readonly string[]> => {
  checkSystem(session, of)
  const [answer] = await session.write<{ left: readonly string[] }>(
    `BEGIN; ${LIMITS} ${becomeRole(session, of.admin)}
     SELECT ${escapeIdentifier(of.admin)}.clean_login(${escapeLiteral(of.request)}) AS left; COMMIT;`,
  )
  return answer?.left ?? []
}
