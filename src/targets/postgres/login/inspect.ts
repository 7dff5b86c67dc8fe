/**
 * Reads back the login of a grant, on its own fresh connection: alone it confirms. Gone is one that cannot log in, may do
 * nothing and has no session; whether it still exists does not matter.
 */
import type { Seen } from '../../../domain/model.ts'
import { checkSystem, type LoginHandle } from '../handle.ts'
import type { Session } from '../session.ts'
import { markOf, sayUnmarked } from './mark.ts'

interface Found {
  readonly name: string
  readonly open: boolean
  readonly super: boolean
  /** It is a member of our role. */
  readonly given: boolean
  /** It is a member of anything. */
  readonly held: boolean
  readonly sessions: number
  /** Our role still leads where it did. */
  readonly edge: boolean
  /** The same access by other hands. */
  readonly others: readonly { readonly role: string; readonly by: string }[] | null
}

/** $1 how our mark begins, $2 our role, $3 the roles it leads to. */
const FIND = `
SELECT a.rolname AS name, a.rolcanlogin AS open, a.rolsuper AS super,
       EXISTS (SELECT FROM pg_auth_members WHERE member = a.oid AND roleid = $2) AS given,
       EXISTS (SELECT FROM pg_auth_members WHERE member = a.oid) AS held,
       (SELECT count(*)::int FROM pg_stat_activity WHERE usesysid = a.oid) AS sessions,
       (SELECT count(*) FROM pg_auth_members WHERE member = $2 AND roleid = ANY($3)) >= cardinality($3::oid[])
         AND EXISTS (SELECT FROM pg_roles WHERE oid = $2) AS edge,
       (SELECT jsonb_agg(DISTINCT jsonb_build_object('role', roleid::regrole::text, 'by', grantor::regrole::text))
          FROM pg_auth_members WHERE member = a.oid AND roleid = ANY($3)) AS others
  FROM pg_roles a WHERE starts_with(shobj_description(a.oid, 'pg_authid'), $1)`

/** Somebody took our mark from a login that has the name of ours. */
const UNMARKED = 'SELECT FROM pg_roles WHERE rolname = $1'

export const inspectLogin = async (
  session: Session,
  of: LoginHandle,
): Promise<{ ours: Seen; others: Seen; note?: string }> => {
  checkSystem(session, of)
  const mark = markOf(of.admin, of.request)
  const leads = of.memberOf.map(({ oid }) => oid)
  const [found] = await session.read<Found>(FIND, [mark, of.role.oid, leads])
  if (found === undefined) return inspectUnmarked(session, of)
  const notes = noteAll(found, of)
  const others: Seen = found.super || (found.others ?? []).length > 0 ? 'present' : 'absent'
  const seen = { ours: seeOurs(found), others }
  return notes.length === 0 ? seen : { ...seen, note: notes.join('; ') }
}

const inspectUnmarked = async (session: Session, of: LoginHandle): ReturnType<typeof inspectLogin> => {
  const [unmarked] = await session.read(UNMARKED, [of.login])
  if (unmarked === undefined) return { ours: 'absent', others: 'absent' }
  return { ours: 'unknown', others: 'unknown', note: sayUnmarked(of) }
}

const seeOurs = ({ open, given, held, sessions, edge }: Found): Seen => {
  if (!open && !held && sessions === 0) return 'absent'
  return open && given && !edge ? 'unknown' : 'present'
}

const noteAll = (found: Found, of: LoginHandle): string[] => [
  ...(found.given && !found.edge ? [`${of.role.name} leads to less than it did: the recipe was undone`] : []),
  ...(found.super ? [`${found.name} is a superuser now`] : []),
  ...(found.others ?? []).map(({ role, by }) => `${found.name} → ${role}, given by ${by}`),
]
