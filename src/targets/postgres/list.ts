/**
 * Everything that hangs on our own roles by our hand, for orphans and reconciling, and who has the roles behind them by
 * another. It reads and never writes.
 */
import type { Account } from '../../domain/model.ts'
import type { Listed } from '../../ports.ts'
import { findStanding } from './find-standing.ts'
import { type Handle, seatKey, toJson } from './handle.ts'
import { listLogins } from './login/list.ts'
import { allMarks } from './login/mark.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'
import { adminRole, ownRoles, type Settings } from './settings.ts'

/** A role of ours, and the one it leads to. */
interface Pair {
  readonly role: number
  readonly roleName: string
  readonly memberOf: number
  readonly memberOfName: string
  /** The same as it stands in SQL. */
  readonly leadsTo: string
}

interface Held {
  readonly role: number
  readonly account: number
  readonly accountName: string
  /** As they stand in SQL, quoted where that is needed. */
  readonly path: readonly string[]
  readonly by: string
}

const PAIRS = `
SELECT r.oid AS role, r.rolname AS "roleName", t.oid AS "memberOf", t.rolname AS "memberOfName",
       t.oid::regrole::text AS "leadsTo"
  FROM unnest($1::text[], $2::text[]) AS named(own, leads)
  JOIN pg_roles r ON r.rolname = named.own JOIN pg_roles t ON t.rolname = named.leads
 ORDER BY r.rolname`

/**
 * $1 our roles and $2 where each leads, in the same order; $3 as in the read-back: one row for all grantors. What is
 * left out is the recipe's own row, the bot's right to give (a bot that gave itself access is listed), and logins of ours,
 * by $4, how their marks begin: they are listed as what they are.
 */
const OURS = `
SELECT named.own AS role, a.oid AS account, a.rolname AS "accountName",
       ARRAY[a.oid::regrole::text, named.own::regrole::text, named.leads::regrole::text] AS path,
       min(m.grantor::regrole::text) AS by
  FROM unnest($1::oid[], $2::oid[]) AS named(own, leads)
  JOIN pg_auth_members m ON m.roleid = named.own JOIN pg_roles a ON a.oid = m.member
 WHERE NOT (m.admin_option AND pg_has_role(session_user, m.member, 'MEMBER'))
   AND ($3 OR pg_has_role(session_user, m.grantor, 'MEMBER'))
   AND NOT starts_with(coalesce(shobj_description(a.oid, 'pg_authid'), ''), $4)
 GROUP BY 1, 2, 3, 4
 ORDER BY named.own, a.rolname`

/** One entry per seat that is ours, and one per account that has the same by another hand. */
export const list = async (session: Session, settings: Settings): Promise<Listed[]> => {
  const roles = ownRoles(settings)
  const own = roles.map((role) => role.own)
  // What is given to logins we make is to nobody else: where it leads does not matter then.
  const leads = roles.map((role) => (role.login ? role.own : (role.memberOf[0] ?? '')))
  const pairs = await session.read<Pair>(PAIRS, [own, leads])
  const oneRow = session.version < OWN_MEMBERSHIPS
  const ids = [pairs.map(({ role }) => role), pairs.map(({ memberOf }) => memberOf)]
  const ours = await session.read<Held>(OURS, [...ids, oneRow, allMarks(adminRole(settings))])
  const standing = await findStanding(session, pairs)
  const pairOf = new Map(pairs.map((pair) => [pair.role, pair]))
  const listedAs = (isOurs: boolean) => (held: Held) => {
    const pair = pairOf.get(held.role)
    return pair === undefined ? [] : toListed(toHandle(session, pair, held), held, isOurs)
  }
  const logins = await listLogins(session, settings)
  return [...ours.flatMap(listedAs(true)), ...standing.flatMap(listedAs(false)), ...logins]
}

const toListed = (handle: Handle, { accountName, path, by }: Held, ours: boolean): Listed => ({
  seat: seatKey(handle),
  handle: toJson(handle),
  account: accountName as Account,
  ours,
  note: `${path.join(' → ')}, given by ${by}`,
})

const toHandle = (session: Session, pair: Pair, held: Held): Handle => ({
  system: session.system,
  database: session.database,
  role: { oid: pair.role, name: pair.roleName },
  memberOf: { oid: pair.memberOf, name: pair.memberOfName },
  account: { oid: held.account, name: held.accountName },
})
