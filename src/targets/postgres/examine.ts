/**
 * What `doctor` finds about the bot's login and each role's wiring; each line says what to do. It reads and never
 * mends anything.
 */
import { OWN_MEMBERSHIPS, type Session } from './session.ts'
import { adminRole, ownRole, type Settings } from './settings.ts'

/** The oldest version that was tried. */
const OLDEST = 150_000

interface Login {
  readonly name: string
  readonly super: boolean
  readonly creates: boolean
  readonly signals: boolean
  readonly standby: boolean
}

const LOGIN = `
SELECT rolname AS name, rolsuper AS super, rolcreaterole AS creates, pg_is_in_recovery() AS standby,
       pg_has_role(session_user, 'pg_signal_backend', 'MEMBER') AS signals
  FROM pg_roles WHERE rolname = session_user`

interface Wiring {
  readonly memberOf: string
  readonly own: string
  readonly leads: boolean
  readonly exists: boolean
  readonly logsIn: boolean
  readonly edge: boolean
  readonly admin: boolean
  /** Other roles that ours leads to. */
  readonly more: readonly string[]
  /** 16+: options of our edges as the recipe wants them, and no way for the bot to use the access. */
  readonly closed: boolean
  readonly creates: readonly string[]
}

/** $1 our roles and $2 where each leads, in the same order. Only 16 and newer have the options to look at. */
const WIRING = (options: boolean): string => `
SELECT named.own, named.leads AS "memberOf", t.oid IS NOT NULL AS leads, r.oid IS NOT NULL AS exists,
       coalesce(r.rolcanlogin, false) AS "logsIn",
       EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = t.oid AND m.member = r.oid) AS edge,
       EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.admin_option
               AND pg_has_role(session_user, m.member, 'MEMBER')) AS admin,
       ARRAY(SELECT DISTINCT m.roleid::regrole::text FROM pg_auth_members m
              WHERE m.member = r.oid AND m.roleid <> t.oid) AS more,
       ${options ? CLOSED : 'true'} AS closed,
       ARRAY(SELECT n.nspname::text FROM pg_namespace n
              WHERE t.oid IS NOT NULL AND n.nspname !~ '^pg_' AND has_schema_privilege(t.oid, n.oid, 'CREATE')) AS creates
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS named(own, leads, n)
  LEFT JOIN pg_roles r ON r.rolname = named.own LEFT JOIN pg_roles t ON t.rolname = named.leads
 ORDER BY named.n`

const CLOSED = `NOT EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = t.oid AND m.member = r.oid
         AND (m.set_option OR NOT m.inherit_option))
       AND (r.oid IS NULL OR NOT pg_has_role(session_user, r.oid, 'USAGE') AND NOT pg_has_role(session_user, r.oid, 'SET'))`

/** Findings in sentences; empty when all is well. */
export const examine = async (session: Session, target: string, settings: Settings): Promise<string[]> => {
  const roles = [...new Set(Object.values(settings.roles).map((role) => role.memberOf))]
  const own = roles.map((memberOf) => ownRole(settings, memberOf))
  const modern = session.version >= OWN_MEMBERSHIPS
  const [login] = await session.read<Login>(LOGIN)
  const wiring = await session.read<Wiring>(WIRING(modern), [own, roles])
  const broken = wiring.flatMap((one) => examineRole(one, modern))
  return [
    ...(session.version < OLDEST
      ? ['This version was never tried with Curfew; use PostgreSQL 15 or newer.']
      : []),
    ...(login === undefined ? [] : examineLogin(login, adminRole(settings))),
    ...broken,
    ...(broken.length === 0 ? [] : [`\`curfew doctor --setup ${target}\` prints the recipe.`]),
  ]
}

const examineLogin = ({ name, ...login }: Login, admin: string): string[] => {
  const findings: string[] = []
  if (login.standby)
    findings.push('The server is a standby and takes no changes: use the primary in the URL.')
  if (login.super)
    findings.push(
      `${name} is a superuser, so every membership looks like Curfew's own: use a login from the recipe.`,
    )
  if (login.creates) findings.push(`${name} may create roles and must not: ALTER ROLE ${name} NOCREATEROLE.`)
  if (!login.signals)
    findings.push(`${name} cannot end sessions: GRANT pg_signal_backend TO ${admin}, as in the recipe.`)
  return findings
}

const examineRole = (one: Wiring, modern: boolean): string[] => {
  if (!one.leads) return [`There is no role ${one.memberOf}: create it, or name another in \`memberOf\`.`]
  if (!one.exists) return [`There is no role ${one.own}, through which ${one.memberOf} is given.`]
  const findings: string[] = []
  if (one.logsIn) findings.push(`${one.own} can log in and must not: ALTER ROLE ${one.own} NOLOGIN.`)
  if (!one.edge) findings.push(`${one.own} is not a member of ${one.memberOf}, so it gives nothing.`)
  if (!one.admin) findings.push(`The bot may not give ${one.own}.`)
  if (one.more.length > 0)
    findings.push(`${one.own} gives more than it says: REVOKE ${one.more.join(', ')} FROM ${one.own}.`)
  if (!one.closed)
    findings.push(`${one.own} is open to SET ROLE or to the bot itself: repeat its GRANTs with the options.`)
  if (!modern && one.creates.length > 0)
    findings.push(
      `${one.memberOf} may CREATE in ${one.creates.join(', ')}: on 15 a person can leave a function there that ` +
        `reads after the end. Take CREATE from ${one.memberOf} (and from PUBLIC), or upgrade to 16.`,
    )
  return findings
}
