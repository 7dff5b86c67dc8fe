/**
 * Reads back what an account has of a role, on its own fresh connection: alone it confirms. It tells our membership
 * from what others gave, by every path that leads to the same role.
 */
import type { Seen } from '../../domain/model.ts'
import { checkSystem, type Handle } from './handle.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'

interface Found {
  /** Null: the login is gone. */
  readonly super: boolean | null
  readonly ours: boolean
  readonly edge: boolean
  readonly others: readonly { readonly path: readonly string[]; readonly by: string }[] | null
}

/**
 * $1 account, $2 our role, $3 the role it leads to, $4 whether every row under our role counts as ours: on 15 there is
 * one row for all grantors, and our REVOKE takes it.
 */
const FIND = `
WITH RECURSIVE paths(roleid, via, ours, trail) AS (
  SELECT m.roleid, m.grantor, m.roleid = $2 AND ($4 OR pg_has_role(session_user, m.grantor, 'MEMBER')), ARRAY[m.member, m.roleid]
    FROM pg_auth_members m WHERE m.member = $1
  UNION ALL SELECT m.roleid, p.via, p.ours, p.trail || m.roleid
    FROM paths p JOIN pg_auth_members m ON m.member = p.roleid WHERE m.roleid <> ALL (p.trail))
SELECT (SELECT rolsuper FROM pg_roles WHERE oid = $1) AS super,
       EXISTS (SELECT FROM pg_auth_members WHERE roleid = $2 AND member = $1
               AND ($4 OR pg_has_role(session_user, grantor, 'MEMBER'))) AS ours,
       EXISTS (SELECT FROM pg_auth_members WHERE roleid = $3 AND member = $2) AS edge,
       (SELECT jsonb_agg(DISTINCT jsonb_build_object('path', ARRAY(SELECT x::regrole::text FROM unnest(trail) x), 'by', via::regrole::text))
          FROM paths WHERE roleid = $3 AND NOT ours) AS others`

/** `ours` is `unknown` while our membership stands but leads nowhere: the recipe was undone. */
export const inspect = async (
  session: Session,
  of: Handle,
): Promise<{ ours: Seen; others: Seen; note?: string }> => {
  checkSystem(session, of)
  const oneRow = session.version < OWN_MEMBERSHIPS
  const [found] = await session.read<Found>(FIND, [of.account.oid, of.role.oid, of.memberOf.oid, oneRow])
  if (found === undefined || found.super === null) return { ours: 'absent', others: 'absent' }
  const notes = noteAll(found, of)
  const others: Seen = found.super || (found.others ?? []).length > 0 ? 'present' : 'absent'
  const seen = { ours: seeOurs(found), others }
  return notes.length === 0 ? seen : { ...seen, note: notes.join('; ') }
}

const seeOurs = ({ ours, edge }: Found): Seen => {
  if (!ours) return 'absent'
  return edge ? 'present' : 'unknown'
}

const noteAll = (found: Found, of: Handle): string[] => [
  ...(found.ours && !found.edge
    ? [`${of.role.name} is no longer a member of ${of.memberOf.name}: the recipe was undone`]
    : []),
  ...(found.super ? [`${of.account.name} is a superuser now`] : []),
  ...(found.others ?? []).map(({ path, by }) => `${path.join(' → ')}, given by ${by}`),
]
