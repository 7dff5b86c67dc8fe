/**
 * What would be made for a request: a login with a name of its own, by a role of ours that is there already. Called when a
 * request is made and again before the first attempt; it reads and never writes.
 */
import type { Account, RequestId } from '../../../domain/model.ts'
import type { Resolved } from '../../../ports.ts'
import { fingerprintOf, type LoginHandle, loginSeatKey } from '../handle.ts'
import type { Session } from '../session.ts'
import { adminRole, type OwnRole, type Settings } from '../settings.ts'
import { loginTraits } from '../traits.ts'
import { nameLogin } from './name.ts'

interface Found {
  readonly oid: number
  readonly memberOf: readonly { readonly oid: number; readonly name: string }[] | null
  /** The bot may give it, and the functions of the recipe are there for it. */
  readonly ready: boolean
  /** A role has the name of the login to be made. */
  readonly taken: boolean
}

/** $1 our role, $2 the role without login that bots belong to, $3 the name of the login. */
const FIND = `
SELECT r.oid, (SELECT jsonb_agg(DISTINCT jsonb_build_object('oid', t.oid::int8, 'name', t.rolname))
                 FROM pg_auth_members m JOIN pg_roles t ON t.oid = m.roleid WHERE m.member = r.oid) AS "memberOf",
       EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles a ON a.oid = m.member
                WHERE m.roleid = r.oid AND m.admin_option AND a.rolname = $2 AND pg_has_role(session_user, a.oid, 'MEMBER'))
         AND EXISTS (SELECT FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
                      WHERE n.nspname = $2 AND p.proname = 'make_login') AS ready,
       EXISTS (SELECT FROM pg_roles WHERE rolname = $3) AS taken
  FROM pg_roles r WHERE r.rolname = $1`

/** Undefined: the recipe is not there, or not whole. */
export const resolveLogin = async (
  session: Session,
  settings: Settings,
  { own, memberOf }: OwnRole,
  ask: { account: Account; request: RequestId },
): Promise<Resolved | undefined> => {
  const admin = adminRole(settings)
  // PostgreSQL has no such character in any text.
  const account = ask.account.replaceAll('\0', '\ufffd')
  const login = nameLogin(settings.handlePrefix, account, ask.request)
  const [found] = await session.read<Found>(FIND, [own, admin, login])
  const leads = found?.memberOf ?? []
  if (found === undefined || !found.ready || found.taken) return undefined
  if (!memberOf.every((wanted) => leads.some(({ name }) => name === wanted))) return undefined
  const { system, database } = session
  const role = { oid: found.oid, name: own }
  const handle: LoginHandle = {
    system,
    database,
    admin,
    request: ask.request,
    login,
    account,
    role,
    memberOf: [...leads],
  }
  return {
    seat: loginSeatKey(handle),
    account: ask.account,
    made: login,
    handle,
    fingerprint: fingerprintOf(session),
    traits: loginTraits(settings),
  }
}
