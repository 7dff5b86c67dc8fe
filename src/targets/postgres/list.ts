/**
 * Everything that hangs on our own roles, for orphans and reconciling. What other hands put there is named as not
 * ours; it reads and never writes.
 */
import type { Account } from '../../domain/model.ts'
import { type Handle, type Listed, seatKey, toJson } from './handle.ts'
import { listLogins } from './login/list.ts'
import { allMarks } from './login/mark.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'
import { adminRole, ownRoles, type Settings } from './settings.ts'

interface Row {
  readonly role: number
  readonly roleName: string
  readonly memberOf: number
  readonly memberOfName: string
  readonly account: number
  readonly accountName: string
  readonly ours: boolean
}

/**
 * $1 our roles and $2 where each leads, in the same order; $3 as in the read-back: one row for all grantors. What is
 * left out is the recipe's own row, the bot's right to give (a bot that gave itself access is listed), and logins of ours,
 * by $4, how their marks begin: they are listed as what they are.
 */
const FIND = `
SELECT r.oid AS role, r.rolname AS "roleName", t.oid AS "memberOf", t.rolname AS "memberOfName",
       a.oid AS account, a.rolname AS "accountName",
       bool_or($3 OR pg_has_role(session_user, m.grantor, 'MEMBER')) AS ours
  FROM unnest($1::text[], $2::text[]) AS named(own, leads)
  JOIN pg_roles r ON r.rolname = named.own JOIN pg_roles t ON t.rolname = named.leads
  JOIN pg_auth_members m ON m.roleid = r.oid JOIN pg_roles a ON a.oid = m.member
 WHERE NOT (m.admin_option AND pg_has_role(session_user, m.member, 'MEMBER'))
   AND NOT starts_with(coalesce(shobj_description(a.oid, 'pg_authid'), ''), $4)
 GROUP BY r.oid, r.rolname, t.oid, t.rolname, a.oid, a.rolname
 ORDER BY r.rolname, a.rolname`

/** One entry per seat: `ours` when at least one membership of it is. */
export const list = async (session: Session, settings: Settings): Promise<Listed[]> => {
  const roles = ownRoles(settings)
  const own = roles.map((role) => role.own)
  // What is given to logins we make is to nobody else: where it leads does not matter then.
  const leads = roles.map((role) => (role.login ? role.own : (role.memberOf[0] ?? '')))
  const oneRow = session.version < OWN_MEMBERSHIPS
  const rows = await session.read<Row>(FIND, [own, leads, oneRow, allMarks(adminRole(settings))])
  const given = rows.map((row) => {
    const handle = toHandle(row, session)
    return {
      seat: seatKey(handle),
      handle: toJson(handle),
      account: row.accountName as Account,
      ours: row.ours,
    }
  })
  return [...given, ...(await listLogins(session, settings))]
}

const toHandle = (row: Row, session: Session): Handle => ({
  system: session.system,
  database: session.database,
  role: { oid: row.role, name: row.roleName },
  memberOf: { oid: row.memberOf, name: row.memberOfName },
  account: { oid: row.account, name: row.accountName },
})
