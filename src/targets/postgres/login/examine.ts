/**
 * What `doctor` finds about logins that are made for grants: whether the functions are the ones of this version and open to
 * the bot alone, whether our roles have the privileges they stand for, and what is still to be cleaned up. It only reads.
 */

import { quote } from '../recipe.ts'
import type { Session } from '../session.ts'
import { adminRole, databaseOf, heirRole, ownRoles, type Settings } from '../settings.ts'
import { functionsOf } from './functions.ts'
import { type Grant, type Kind, showGrant } from './grants.ts'
import { allMarks } from './mark.ts'

interface Made {
  readonly name: string
  readonly body: string | null
  /** It runs as a superuser, from a schema that nobody else may change, and only members of ours may call it. */
  readonly safe: boolean
  readonly callable: boolean
}

/** $1 names and arguments as JSON, $2 schema and role. */
const MADE = `
SELECT named.name, p.prosrc AS body,
       coalesce(p.prosecdef AND o.rolsuper AND s.rolsuper AND NOT has_schema_privilege('public', n.oid, 'CREATE')
         AND p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp']
         AND NOT EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0), false) AS safe,
       coalesce((SELECT has_function_privilege(r.oid, p.oid, 'EXECUTE') AND has_schema_privilege(r.oid, n.oid, 'USAGE')
                   FROM pg_roles r WHERE r.rolname = $2), false) AS callable
  FROM jsonb_to_recordset($1::jsonb) AS named(i int, name text, takes text)
  LEFT JOIN pg_namespace n ON n.nspname = $2
  LEFT JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = named.name
        AND pg_get_function_identity_arguments(p.oid) = named.takes
  LEFT JOIN pg_roles o ON o.oid = p.proowner LEFT JOIN pg_roles s ON s.oid = n.nspowner
 ORDER BY named.i`

/** What keeps such logins from being made or ended as they should; each line is mended by the recipe. */
export const examineLogins = async (session: Session, settings: Settings): Promise<string[]> => {
  const roles = ownRoles(settings).filter(({ login }) => login)
  if (roles.length === 0) return []
  const admin = adminRole(settings)
  const heir = heirRole(settings)
  const wanted = functionsOf({ admin, heir, prefix: settings.handlePrefix }, quote)
  const named = wanted.map(({ name, args }, i) => ({ i, name, takes: args }))
  const made = await session.read<Made>(MADE, [JSON.stringify(named), admin])
  const functions = wanted.flatMap(({ name, body }, i) => examineFunction(`${admin}.${name}`, body, made[i]))
  const [left] = await session.read<{ logsIn: boolean }>(
    'SELECT rolcanlogin OR rolsuper AS "logsIn" FROM pg_roles WHERE rolname = $1',
    [heir],
  )
  const findings = [...new Set(functions)]
  if (left === undefined) findings.push(`There is no role ${heir}, for what people leave behind.`)
  if (left?.logsIn === true)
    findings.push(`${heir} must be able to do nothing: ALTER ROLE ${heir} NOLOGIN NOSUPERUSER.`)
  for (const { own, grants } of roles)
    for (const grant of grants)
      findings.push(...(await examineGrant(session, own, grant, settings.handlePrefix)))
  return findings
}

const examineFunction = (name: string, body: string, made: Made | undefined): string[] => {
  if (made === undefined || made.body === null)
    return [`There is no function ${name}, by which logins are made and ended.`]
  if (made.body !== body) return [`The function ${name} is not the one of this version: repeat the recipe.`]
  if (!made.safe)
    return [`The function ${name} can be called or changed by others: repeat the recipe as a superuser.`]
  return made.callable ? [] : [`The bot may not call ${name}.`]
}

/** What a privilege is asked about: $2 schema or database, $3 what stands in the schema; not what logins of ours made, by the prefix $5. */
const OBJECTS: Readonly<Record<Kind, string>> = {
  TABLE: `SELECT c.oid, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = $2 AND c.relkind IN ('r', 'v', 'm', 'f', 'p') AND NOT starts_with(pg_get_userbyid(c.relowner), $5) AND ($3::text IS NULL OR c.relname = $3)`,
  SEQUENCE: `SELECT c.oid, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname = $2 AND c.relkind = 'S' AND NOT starts_with(pg_get_userbyid(c.relowner), $5) AND ($3::text IS NULL OR c.relname = $3)`,
  FUNCTION: `SELECT p.oid, p.proname AS name FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = $2 AND p.prokind <> 'p' AND NOT starts_with(pg_get_userbyid(p.proowner), $5) AND $3::text IS NULL`,
  SCHEMA:
    'SELECT n.oid, n.nspname AS name FROM pg_namespace n WHERE n.nspname = $2 AND $3::text IS NULL AND $5::text IS NOT NULL',
  DATABASE:
    'SELECT d.oid, d.datname AS name FROM pg_database d WHERE d.datname = $2 AND $3::text IS NULL AND $5::text IS NOT NULL',
}

const examineGrant = async (
  session: Session,
  own: string,
  grant: Grant,
  prefix: string,
): Promise<string[]> => {
  const [first, second = null] = grant.names
  const [found] = await session.read<{ all: number; lacks: readonly string[] }>(
    `SELECT count(*)::int AS all, coalesce(array_agg(o.name::text ORDER BY o.name) FILTER (WHERE EXISTS
            (SELECT FROM unnest($4::text[]) p
              WHERE NOT has_${grant.kind.toLowerCase()}_privilege(r.oid, o.oid, p))), '{}') AS lacks
       FROM (${OBJECTS[grant.kind]}) o LEFT JOIN pg_roles r ON r.rolname = $1`,
    [own, first, second, grant.privileges, prefix],
  )
  const said = showGrant(grant, quote)
  if (found === undefined || (found.all === 0 && !grant.all))
    return [`${own}: there is nothing to give by “${said}”.`]
  if (found.lacks.length === 0) return []
  const some = found.lacks.slice(0, 5).join(', ')
  return [`${own} lacks “${said}” for ${some}${found.lacks.length > 5 ? ' …' : ''}: GRANT ${said} TO ${own}.`]
}

/** Closed logins that still own something: each is tried again by itself, and this is what may stand in the way. */
export const examineLeft = async (session: Session, settings: Settings): Promise<string[]> => {
  const left = await session.read<{ name: string; databases: readonly string[] }>(
    `SELECT a.rolname AS name, array_agg(DISTINCT d.datname::text ORDER BY d.datname::text) AS databases
       FROM pg_roles a JOIN pg_shdepend s ON s.refclassid = 'pg_authid'::regclass AND s.refobjid = a.oid
       JOIN pg_database d ON d.oid = s.dbid
      WHERE NOT a.rolcanlogin AND starts_with(shobj_description(a.oid, 'pg_authid'), $1) GROUP BY 1 ORDER BY 1`,
    [allMarks(adminRole(settings))],
  )
  return left.map(({ name, databases }) => {
    const elsewhere = databases.some((database) => database !== databaseOf(settings))
    const mend = elsewhere
      ? 'run the recipe there, too, and let the bot connect'
      : 'Curfew tries again by itself'
    return `${name} is closed, and still has something in ${databases.join(', ')}: ${mend}.`
  })
}
