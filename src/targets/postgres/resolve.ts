/**
 * Finds out what a role and an account are in this very server, as ids. Called when a request is made and again before
 * the first attempt; it reads and never writes.
 */
import type { Account, RequestId, RoleName } from '../../domain/model.ts'
import { type Refusal, refuse } from '../../domain/refusal.ts'
import type { Resolved } from '../../ports.ts'
import { fingerprintOf, type Handle, seatKey, toJson } from './handle.ts'
import { resolveLogin } from './login/resolve.ts'
import type { Session } from './session.ts'
import { ownRole, ownRoles, type Settings } from './settings.ts'

interface Found {
  readonly account: number | null
  readonly role: number | null
  readonly memberOf: number | null
  readonly login: boolean | null
  readonly super: boolean | null
  /** It stands in `roles:`, or is one of our own roles. */
  readonly listed: boolean
  /** A login of ours, or one that could give our roles as we do. */
  readonly bot: boolean
  /** The role to be given is a member of the account. */
  readonly loop: boolean
  /** Our role leads to the role that is asked for, and the bot may give it. */
  readonly wired: boolean
}

/** $1 account, $2 our role, $3 the role it leads to, $4 every role named in the settings. */
const FIND = `
SELECT a.oid AS account, r.oid AS role, t.oid AS "memberOf", a.rolcanlogin AS login, a.rolsuper AS super,
       a.rolname = ANY($4::text[]) AS listed,
       a.rolname = session_user OR EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.admin_option
         AND NOT a.rolsuper AND pg_has_role(a.oid, m.member, 'MEMBER')) AS bot,
       coalesce(NOT a.rolsuper AND pg_has_role(t.oid, a.oid, 'MEMBER'), false) AS loop,
       coalesce(EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = t.oid AND m.member = r.oid)
         AND EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.admin_option
           AND pg_has_role(session_user, m.member, 'MEMBER')), false) AS wired
  FROM (SELECT) one
  LEFT JOIN pg_roles a ON a.rolname = $1
  LEFT JOIN pg_roles r ON r.rolname = $2
  LEFT JOIN pg_roles t ON t.rolname = $3`

export interface Ask {
  readonly target: string
  readonly role: RoleName
  readonly account: Account
  readonly request: RequestId
}

/** Refuses unknown roles as `unknown-entitlement`, unknown logins as `no-account`, the rest as `target-refused`. */
export const resolve = async (
  session: Session,
  settings: Settings,
  ask: Ask,
): Promise<Resolved | Refusal> => {
  const wanted = settings.roles[ask.role]
  if (wanted === undefined) return refuse('unknown-entitlement', `${ask.target} has no role ${ask.role}.`)
  const named = ownRole(settings, ask.role, wanted)
  if (named.login) return (await resolveLogin(session, settings, named, ask)) ?? notSetUp(ask)
  const { own } = named
  const memberOf = named.memberOf[0] ?? ''
  const listed = ownRoles(settings).flatMap((one) => [one.own, ...one.memberOf])
  // PostgreSQL has no such character in any text; asking with it is an error.
  const name = ask.account.replaceAll('\0', '\ufffd')
  const [found] = await session.read<Found>(FIND, [name, own, memberOf, listed])
  const handle = found && toHandle(found, session, { own, memberOf, account: ask.account })
  if (found === undefined || handle === undefined) return refuseMissing(found, ask)
  const refusal = refuseAccount(found, ask) ?? refuseWiring(found, ask)
  if (refusal !== undefined) return refusal
  return {
    seat: seatKey(handle),
    account: ask.account,
    handle: toJson(handle),
    fingerprint: fingerprintOf(session),
  }
}

const toHandle = (
  found: Found,
  session: Session,
  names: { own: string; memberOf: string; account: string },
): Handle | undefined => {
  if (found.account === null || found.role === null || found.memberOf === null) return undefined
  return {
    system: session.system,
    database: session.database,
    role: { oid: found.role, name: names.own },
    memberOf: { oid: found.memberOf, name: names.memberOf },
    account: { oid: found.account, name: names.account },
  }
}

const refuseMissing = (found: Found | undefined, ask: Ask): Refusal =>
  found?.account === null
    ? refuse(
        'no-account',
        `${ask.target} has no login “${ask.account}”.`,
        'Ask its administrator for a login, or an operator to state yours under `people:`.',
      )
    : notSetUp(ask)

const notSetUp = (ask: Ask): Refusal =>
  refuse(
    'target-refused',
    `The role ${ask.role} is not set up in ${ask.target}.`,
    `An operator runs \`curfew doctor --setup ${ask.target}\`.`,
  )

const refuseAccount = (found: Found, ask: Ask): Refusal | undefined => {
  const never = (why: string) => refuse('target-refused', `“${ask.account}” in ${ask.target} ${why}.`)
  if (found.super) return never('is a superuser, and those are never given access')
  if (found.bot) return never('belongs to Curfew itself')
  if (found.listed) return never('is a role that Curfew gives, not a person')
  if (!found.login) return never('cannot log in, so it is not a person')
  if (found.loop) return never('is what the role itself belongs to')
  return undefined
}

const refuseWiring = (found: Found, ask: Ask): Refusal | undefined =>
  found.wired ? undefined : notSetUp(ask)
