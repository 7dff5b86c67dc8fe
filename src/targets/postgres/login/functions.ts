/**
 * The functions that make, change and remove logins, as SQL for the recipe; `doctor` compares them with what is there. They
 * run with the rights of the administrator who installs them, so that the bot needs no right to make roles: each touches
 * only logins that carry our mark, and the first is the only one that gives it.
 */
import { escapeLiteral } from 'pg'
import { CLOSED, NOT_OURS, TOO_LATE } from '../pg-fault.ts'
import { allMarks } from './mark.ts'

/** A request's id as it is typed into marks and names. */
const REQUEST = '^R-[0-9A-Z]{6,10}$'
const VERIFIER = String.raw`^SCRAM-SHA-256\$4096:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/]{43}=:[A-Za-z0-9+/]{43}=$`

export interface Naming {
  /** The role without login that bots belong to; the schema of the functions has its name. */
  readonly admin: string
  readonly prefix: string
  readonly heir: string
}

export interface SqlFunction {
  readonly name: string
  /** As `pg_get_function_identity_arguments` shows them. */
  readonly args: string
  readonly body: string
  /** The statement that makes it. */
  readonly sql: string
}

type Draft = Omit<SqlFunction, 'sql'> & {
  readonly returns: string
  readonly settings?: string
}

/** In the order in which they can be made. */
export const functionsOf = (naming: Naming, quote: (name: string) => string): readonly SqlFunction[] =>
  [
    find(naming),
    make(naming, quote),
    keep(quote(naming.admin)),
    password(quote(naming.admin)),
    close(quote(naming.admin)),
    clean(naming, quote),
  ].map(({ name, args, returns, body, settings = '' }) => ({
    name,
    args,
    body,
    sql: `CREATE OR REPLACE FUNCTION ${quote(naming.admin)}.${name}(${args}) RETURNS ${returns}
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp${settings} AS $curfew$${body}$curfew$;`,
  }))

const literal = (text: string): string => escapeLiteral(text)

const find = ({ admin }: Naming): Draft => ({
  name: 'find_login',
  args: 'request text',
  returns: 'oid',
  body: `
BEGIN
  IF request !~ '${REQUEST}' THEN RAISE EXCEPTION USING errcode = '${NOT_OURS}', message = 'not a request'; END IF;
  RETURN (SELECT r.oid FROM pg_roles r
           WHERE starts_with(shobj_description(r.oid, 'pg_authid'), ${literal(allMarks(admin))} || request || ': '));
END
`,
})

const make = ({ admin, prefix }: Naming, quote: (name: string) => string): Draft => ({
  name: 'make_login',
  args: 'request text, login text, account text, until timestamp with time zone, deadline timestamp with time zone',
  returns: 'void',
  body: `
DECLARE known oid := ${quote(admin)}.find_login(request);
BEGIN
  IF clock_timestamp() >= deadline THEN RAISE EXCEPTION USING errcode = '${TOO_LATE}', message = 'too late'; END IF;
  IF login !~ ${literal(`^${prefix}[a-z0-9_]+$`)} OR octet_length(login) > 63 OR until IS NULL THEN
    RAISE EXCEPTION USING errcode = '${NOT_OURS}', message = 'not a login of ours';
  END IF;
  IF known IS NULL THEN
    EXECUTE format('CREATE ROLE %I LOGIN PASSWORD NULL VALID UNTIL %L', login, until);
    EXECUTE format('COMMENT ON ROLE %I IS %L', login, ${literal(allMarks(admin))} || request || ': ' || account);
  ELSE
    PERFORM ${quote(admin)}.keep_login(request, until);
  END IF;
END
`,
})

const OPEN = (schema: string): string => `
DECLARE me text;
BEGIN
  SELECT rolname INTO me FROM pg_roles WHERE oid = ${schema}.find_login(request) AND rolcanlogin AND NOT rolsuper;
  IF me IS NULL THEN RAISE EXCEPTION USING errcode = '${CLOSED}', message = 'there is no open login'; END IF;`

const keep = (schema: string): Draft => ({
  name: 'keep_login',
  args: 'request text, until timestamp with time zone',
  returns: 'void',
  body: `${OPEN(schema)}
  EXECUTE format('ALTER ROLE %I VALID UNTIL %L', me,
                 (SELECT greatest(rolvaliduntil, until) FROM pg_roles WHERE rolname = me));
END
`,
})

const password = (schema: string): Draft => ({
  name: 'set_verifier',
  args: 'request text, verifier text, deadline timestamp with time zone',
  returns: 'text',
  body: `${OPEN(schema)}
  IF verifier !~ '${VERIFIER}' THEN
    RAISE EXCEPTION USING errcode = '${NOT_OURS}', message = 'not a verifier';
  END IF;
  IF clock_timestamp() >= deadline THEN RAISE EXCEPTION USING errcode = '${TOO_LATE}', message = 'too late'; END IF;
  EXECUTE format('ALTER ROLE %I PASSWORD %L', me, verifier);
  IF clock_timestamp() >= deadline THEN RAISE EXCEPTION USING errcode = '${TOO_LATE}', message = 'too late'; END IF;
  RETURN me;
END
`,
})

/**
 * A person may change their own role, and hold it that way: what it may do is taken first, and that it was not closed is
 * answered, so that the caller can end the sessions and come again.
 */
const close = (schema: string): Draft => ({
  name: 'close_login',
  args: 'request text',
  returns: 'boolean',
  settings: ` SET lock_timeout = '200ms'`,
  body: `
DECLARE me text; has record;
BEGIN
  SELECT rolname INTO me FROM pg_roles WHERE oid = ${schema}.find_login(request);
  IF me IS NULL THEN RETURN true; END IF;
  FOR has IN SELECT m.roleid::regrole AS role, m.grantor::regrole AS giver FROM pg_auth_members m
              WHERE m.member = (SELECT oid FROM pg_roles WHERE rolname = me) LOOP
    EXECUTE format('REVOKE %s FROM %I GRANTED BY %s CASCADE', has.role, me, has.giver);
  END LOOP;
  BEGIN
    EXECUTE format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD NULL', me);
  EXCEPTION WHEN lock_not_available OR internal_error THEN
    RETURN false;
  END;
  RETURN true;
END
`,
})

/**
 * What was left in this database goes to a role that may do nothing, and runs with its caller's rights from then on. The
 * role itself goes with the last of it; answered is where there is more.
 */
const clean = ({ admin, heir }: Naming, quote: (name: string) => string): Draft => ({
  name: 'clean_login',
  args: 'request text',
  returns: 'text[]',
  body: `
DECLARE who oid := ${quote(admin)}.find_login(request); me text; can_login boolean; todo text; more text[];
BEGIN
  SELECT rolname, rolcanlogin INTO me, can_login FROM pg_roles WHERE oid = who;
  IF me IS NULL THEN RETURN ARRAY[]::text[]; END IF;
  IF can_login THEN RAISE EXCEPTION USING errcode = '${CLOSED}', message = 'the login is still open'; END IF;
  FOR todo IN
    SELECT format('ALTER ROUTINE %s SECURITY INVOKER', p.oid::regprocedure) FROM pg_proc p WHERE p.proowner = who AND p.prosecdef
    UNION ALL
    SELECT format('ALTER VIEW %s SET (security_invoker = true)', c.oid::regclass) FROM pg_class c WHERE c.relowner = who AND c.relkind = 'v'
  LOOP EXECUTE todo; END LOOP;
  EXECUTE format('REASSIGN OWNED BY %I TO %I', me, ${literal(heir)});
  EXECUTE format('DROP OWNED BY %I', me);
  more := ARRAY(SELECT DISTINCT d.datname::text FROM pg_shdepend s JOIN pg_database d ON d.oid = s.dbid
                 WHERE s.refclassid = 'pg_authid'::regclass AND s.refobjid = who ORDER BY 1);
  IF more = ARRAY[]::text[] THEN EXECUTE format('DROP ROLE %I', me); END IF;
  RETURN more;
END
`,
})
