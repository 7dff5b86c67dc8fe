/**
 * What `doctor` finds about the bot's login and each role's wiring; each line says what to do. It reads and never
 * mends anything.
 */
import { examineLeft, examineLogins } from './login/examine.ts'
import { OWN_MEMBERSHIPS, type Session } from './session.ts'
import { adminRole, ownRoles, type Settings } from './settings.ts'

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
  readonly n: number
  readonly own: string
  readonly exists: boolean
  readonly logsIn: boolean
  readonly admin: boolean
  /** Roles it is to lead to that do not exist. */
  readonly missing: readonly string[]
  /** Roles that exist and it does not lead to. */
  readonly cut: readonly string[]
  /** Other roles that ours leads to. */
  readonly more: readonly string[]
  /** 16+: options of our edges as the recipe wants them, and no way for the bot to use the access. */
  readonly closed: boolean
  /** Roles it leads to that may create in schemas, and in which. */
  readonly creators: readonly string[]
  readonly creates: readonly string[]
}

/** $1 our roles and where each leads, as JSON. Only 16 and newer have the options to look at. */
const WIRING = (options: boolean): string => `
SELECT named.n, named.own, r.oid IS NOT NULL AS exists, coalesce(r.rolcanlogin, false) AS "logsIn",
       EXISTS (SELECT FROM pg_auth_members m WHERE m.roleid = r.oid AND m.admin_option
               AND pg_has_role(session_user, m.member, 'MEMBER')) AS admin,
       ARRAY(SELECT l FROM unnest(named.leads) l WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = l)) AS missing,
       ARRAY(SELECT t.rolname::text FROM pg_roles t WHERE t.rolname = ANY(named.leads) AND NOT EXISTS
              (SELECT FROM pg_auth_members m WHERE m.roleid = t.oid AND m.member = r.oid)) AS cut,
       ARRAY(SELECT DISTINCT t.oid::regrole::text FROM pg_auth_members m JOIN pg_roles t ON t.oid = m.roleid
              WHERE m.member = r.oid AND t.rolname <> ALL(named.leads)) AS more,
       ${options ? CLOSED : 'true'} AS closed,
       ARRAY(SELECT DISTINCT t.rolname::text ${CREATES}) AS creators,
       ARRAY(SELECT DISTINCT n.nspname::text ${CREATES}) AS creates
  FROM jsonb_to_recordset($1::jsonb) AS named(n int, own text, leads text[])
  LEFT JOIN pg_roles r ON r.rolname = named.own
 ORDER BY named.n`

const CREATES = `FROM pg_namespace n, pg_roles t WHERE t.rolname = ANY(named.leads)
         AND n.nspname !~ '^pg_' AND has_schema_privilege(t.oid, n.oid, 'CREATE')`

const CLOSED = `NOT EXISTS (SELECT FROM pg_auth_members m JOIN pg_roles t ON t.oid = m.roleid
         WHERE t.rolname = ANY(named.leads) AND m.member = r.oid AND (m.set_option OR NOT m.inherit_option))
       AND (r.oid IS NULL OR NOT pg_has_role(session_user, r.oid, 'USAGE') AND NOT pg_has_role(session_user, r.oid, 'SET'))`

/** Findings in sentences; empty when all is well. */
export const examine = async (session: Session, target: string, settings: Settings): Promise<string[]> => {
  const roles = ownRoles(settings)
  const modern = session.version >= OWN_MEMBERSHIPS
  const [login] = await session.read<Login>(LOGIN)
  const named = roles.map(({ own, memberOf }, n) => ({ n, own, leads: memberOf }))
  const wiring = await session.read<Wiring>(WIRING(modern), [JSON.stringify(named)])
  const broken = [
    ...wiring.flatMap((one) => examineRole(one, named[one.n]?.leads ?? [], modern)),
    ...(await examineLogins(session, settings)),
  ]
  return [
    ...(session.version < OLDEST
      ? ['This version was never tried with Curfew; use PostgreSQL 15 or newer.']
      : []),
    ...(login === undefined ? [] : examineLogin(login, adminRole(settings))),
    ...broken,
    ...(broken.length === 0 ? [] : [`\`curfew doctor --setup ${target}\` prints the recipe.`]),
    ...(await examineLeft(session, settings)),
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

const examineRole = (one: Wiring, leads: readonly string[], modern: boolean): string[] => {
  if (one.missing.length > 0)
    return one.missing.map((role) => `There is no role ${role}: create it, or name another in \`memberOf\`.`)
  if (!one.exists)
    return [
      `There is no role ${one.own}${leads.length === 0 ? '' : `, through which ${leads.join(', ')} is given`}.`,
    ]
  const findings: string[] = []
  if (one.logsIn) findings.push(`${one.own} can log in and must not: ALTER ROLE ${one.own} NOLOGIN.`)
  for (const role of one.cut) findings.push(`${one.own} is not a member of ${role}, so it gives nothing.`)
  if (!one.admin) findings.push(`The bot may not give ${one.own}.`)
  if (one.more.length > 0)
    findings.push(`${one.own} gives more than it says: REVOKE ${one.more.join(', ')} FROM ${one.own}.`)
  if (!one.closed)
    findings.push(`${one.own} is open to SET ROLE or to the bot itself: repeat its GRANTs with the options.`)
  if (!modern && one.creates.length > 0) {
    const who = one.creators.join(', ')
    findings.push(
      `${who} may CREATE in ${one.creates.join(', ')}: on 15 a person can leave a function there that ` +
        `reads after the end. Take CREATE from ${who} (and from PUBLIC), or upgrade to 16.`,
    )
  }
  return findings
}
