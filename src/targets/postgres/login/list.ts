/** Logins of ours that are not closed, whoever they were made for: those without a grant behind them are orphans. */
import type { Account } from '../../../domain/model.ts'
import type { Listed } from '../../../ports.ts'
import { type LoginHandle, loginSeatKey } from '../handle.ts'
import type { Session } from '../session.ts'
import { adminRole, ownRoles, type Settings } from '../settings.ts'
import { loginTraits } from '../traits.ts'
import { allMarks, readMark } from './mark.ts'

interface Row {
  readonly name: string
  readonly mark: string
  /** Which of our roles it is a member of. */
  readonly role: { readonly oid: number; readonly name: string } | null
  readonly memberOf: readonly { readonly oid: number; readonly name: string }[] | null
}

/** $1 how all our marks begin, $2 our roles for such logins. */
const FIND = `
SELECT a.rolname AS name, shobj_description(a.oid, 'pg_authid') AS mark,
       (SELECT jsonb_build_object('oid', r.oid::int8, 'name', r.rolname) FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.roleid
         WHERE m.member = a.oid AND r.rolname = ANY($2::text[]) ORDER BY r.oid LIMIT 1) AS role,
       (SELECT jsonb_agg(DISTINCT jsonb_build_object('oid', t.oid::int8, 'name', t.rolname)) FROM pg_auth_members m
          JOIN pg_auth_members n ON n.member = m.roleid JOIN pg_roles t ON t.oid = n.roleid
          JOIN pg_roles r ON r.oid = m.roleid
         WHERE m.member = a.oid AND r.rolname = ANY($2::text[])) AS "memberOf"
  FROM pg_roles a
 WHERE starts_with(shobj_description(a.oid, 'pg_authid'), $1)
   AND (a.rolcanlogin OR EXISTS (SELECT FROM pg_auth_members WHERE member = a.oid))
 ORDER BY a.rolname`

const NOWHERE = { oid: 1, name: '' }

export const listLogins = async (session: Session, settings: Settings): Promise<Listed[]> => {
  const roles = ownRoles(settings).filter(({ login }) => login)
  if (roles.length === 0) return []
  const admin = adminRole(settings)
  const rows = await session.read<Row>(FIND, [allMarks(admin), roles.map(({ own }) => own)])
  return rows.flatMap((row) => {
    const known = readMark(admin, row.mark)
    if (known === undefined) return []
    const handle: LoginHandle = {
      system: session.system,
      database: session.database,
      admin,
      request: known.request,
      login: row.name,
      account: known.account,
      role: row.role ?? NOWHERE,
      memberOf: [...(row.memberOf ?? [])],
    }
    const seat = loginSeatKey(handle)
    return [{ seat, handle, account: known.account as Account, ours: true, traits: loginTraits(settings) }]
  })
}
