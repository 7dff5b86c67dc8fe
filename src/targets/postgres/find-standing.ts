/**
 * Who has the roles that Curfew gives by another hand than its own: by whichever chain of memberships, and without an end.
 * Superusers need no membership and are not looked for.
 */
import { Fault } from '../../domain/fault.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'

/** More memberships than this below the roles are not looked through. */
const EDGES_MAX = 100_000

/** One membership. */
interface Edge {
  readonly role: number
  readonly member: number
  /** As it stands in SQL, quoted where that is needed. */
  readonly memberName: string
  readonly rolname: string
  readonly by: string
  /** The member is somebody: it logs in, and is no superuser. */
  readonly logsIn: boolean
}

interface Standing {
  /** Ours, beside which it is held. */
  readonly role: number
  readonly account: number
  readonly accountName: string
  readonly path: readonly string[]
  readonly by: string
}

interface Leads {
  readonly role: number
  readonly memberOf: number
  /** The latter, as it stands in SQL. */
  readonly leadsTo: string
}

/**
 * $1 our roles, $2 where they lead, $3 as in the read-back. Left out: what we gave, the bot's right to give, and on 16 and
 * newer what gives nothing but the right to give.
 */
const EDGES = (options: boolean): string => `
WITH RECURSIVE below(role) AS (
  SELECT unnest($2::oid[])
  UNION SELECT m.member FROM pg_auth_members m JOIN below b ON m.roleid = b.role)
SELECT m.roleid AS role, m.member, m.member::regrole::text AS "memberName", a.rolname,
       m.grantor::regrole::text AS by, a.rolcanlogin AND NOT a.rolsuper AS "logsIn"
  FROM pg_auth_members m JOIN below b ON m.roleid = b.role JOIN pg_roles a ON a.oid = m.member
 WHERE NOT (m.roleid = ANY($1::oid[]) AND ($3 OR pg_has_role(session_user, m.grantor, 'MEMBER')
            OR m.admin_option AND pg_has_role(session_user, m.member, 'MEMBER')))
       ${options ? 'AND (m.inherit_option OR m.set_option)' : ''}
 ORDER BY a.rolname, by
 LIMIT ${EDGES_MAX}`

/** Each account once per role, by the shortest path. Faults as `permanent` where there is too much to look through. */
export const findStanding = async (session: Session, pairs: readonly Leads[]): Promise<Standing[]> => {
  const modern = session.version >= OWN_MEMBERSHIPS
  const edges = await session.read<Edge>(EDGES(modern), [
    pairs.map(({ role }) => role),
    pairs.map(({ memberOf }) => memberOf),
    !modern,
  ])
  if (edges.length === EDGES_MAX)
    throw new Fault('permanent', `more than ${EDGES_MAX} memberships are too many to look through`)
  const byRole = new Map<number, Edge[]>()
  for (const edge of edges) {
    const others = byRole.get(edge.role)
    if (others === undefined) byRole.set(edge.role, [edge])
    else others.push(edge)
  }
  return pairs.flatMap((pair) => walkDown(pair, byRole))
}

/** From the role down to everybody below it, the nearest first. */
const walkDown = (pair: Leads, byRole: ReadonlyMap<number, readonly Edge[]>): Standing[] => {
  const paths = new Map<number, readonly string[]>([[pair.memberOf, [pair.leadsTo]]])
  const found: Standing[] = []
  // What is put into a map while it is walked is walked as well, in that order.
  for (const [role, path] of paths) {
    for (const { member, memberName, rolname, by, logsIn } of byRole.get(role) ?? []) {
      if (paths.has(member)) continue
      const longer = [memberName, ...path]
      paths.set(member, longer)
      if (logsIn) found.push({ role: pair.role, account: member, accountName: rolname, path: longer, by })
    }
  }
  return found
}
