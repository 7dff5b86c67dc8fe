/**
 * The least-privilege recipe as text, for an operator to read and to run once in psql. Called by `setup.ts`; the
 * sandbox and the tests run this very text. It never contains a password.
 */
import { escapeIdentifier, escapeLiteral } from 'pg'
import { functionsOf, type Naming } from './login/functions.ts'
import { type Grant, showGrant } from './login/grants.ts'
import { OWN_MEMBERSHIPS } from './session.ts'
import type { OwnRole } from './settings.ts'

/** psql fills it in after `\prompt`; left as it is, it is a syntax error and never a password. */
const PASSWORD_PLACEHOLDER = ":'bot_password'"

export interface Recipe {
  /** `server_version_num`; absent: not known. */
  readonly version?: number | undefined
  /** The role without login, e.g. `curfew`. */
  readonly admin: string
  readonly bot: string
  /** Our role for each role that can be had. */
  readonly roles: readonly OwnRole[]
  /** Where logins are made. */
  readonly logins: Naming & { readonly database: string }
  /** Roles that exist already and are not created again. */
  readonly existing: ReadonlySet<string>
}

/** Plain names; one with `_` in it is no keyword, but for a few that name the session. */
const PLAIN = /^(?!(?:current|session|system)_)(?:curfew|[a-z][a-z0-9]*_[a-z0-9_]*)$/
export const quote = (name: string): string => (PLAIN.test(name) ? name : escapeIdentifier(name))

const ONLY_OURS = 'WITH INHERIT TRUE, SET FALSE'

/** Statements and comments, ready for psql. */
export const writeRecipe = (recipe: Recipe): string => {
  const modern = recipe.version === undefined || recipe.version >= OWN_MEMBERSHIPS
  const create = (name: string, how: string): string =>
    recipe.existing.has(name) ? `-- ${quote(name)} is there already` : `CREATE ROLE ${quote(name)} ${how};`
  const parts = modern ? writeModern(recipe, create) : writeOld(recipe, create)
  const asks = recipe.existing.has(recipe.bot)
    ? []
    : [`\\prompt 'A new password for ${recipe.bot}: ' bot_password`]
  const logins = recipe.roles.some(({ login }) => login) ? writeLogins(recipe, create) : []
  return `${[...writeHead(recipe, modern), ...asks, ...parts, ...logins].join('\n')}\n`
}

type Create = (name: string, how: string) => string

const writeHead = (recipe: Recipe, modern: boolean): string[] => [
  `-- Curfew's roles, for PostgreSQL ${modern ? '16 and newer' : '15'}. Run once in psql as a superuser.`,
  ...(recipe.version === undefined
    ? [
        '-- The server could not be asked for its version. For PostgreSQL 15 print this again with an',
        '-- administrator’s URL: there the recipe is another one.',
      ]
    : []),
]

const writeModern = ({ admin, bot, roles }: Recipe, create: Create): string[] => [
  create(admin, 'NOLOGIN'),
  create(bot, `LOGIN PASSWORD ${PASSWORD_PLACEHOLDER}`),
  `GRANT ${quote(admin)} TO ${quote(bot)} ${ONLY_OURS};`,
  `GRANT pg_signal_backend TO ${quote(admin)} ${ONLY_OURS};`,
  ...roles.flatMap(({ own, memberOf, grants }) => [
    '',
    '-- The bot can give it and cannot use it.',
    create(own, 'NOLOGIN'),
    ...memberOf.map((role) => `GRANT ${quote(role)} TO ${quote(own)} ${ONLY_OURS};`),
    ...writeGrants(own, grants),
    `GRANT ${quote(own)} TO ${quote(admin)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE;`,
  ]),
]

const writeOld = ({ admin, bot, roles, existing }: Recipe, create: Create): string[] => [
  create(admin, 'NOLOGIN NOINHERIT'),
  create(bot, `LOGIN NOINHERIT PASSWORD ${PASSWORD_PLACEHOLDER} IN ROLE ${quote(admin)}`),
  ...(existing.has(bot) ? [`GRANT ${quote(admin)} TO ${quote(bot)};`] : []),
  `GRANT pg_signal_backend TO ${quote(admin)};`,
  ...roles.flatMap(({ own, memberOf, grants }) => [
    '',
    '-- On 15 ADMIN includes SET ROLE: whoever has the bot’s password could use it too.',
    create(own, 'NOLOGIN'),
    ...memberOf.map((role) => `GRANT ${quote(role)} TO ${quote(own)};`),
    ...writeGrants(own, grants),
    `GRANT ${quote(own)} TO ${quote(admin)} WITH ADMIN OPTION;`,
  ]),
]

const writeGrants = (own: string, grants: readonly Grant[]): string[] =>
  grants.map((one) => `GRANT ${showGrant(one, quote)} TO ${quote(own)};`)

const writeLogins = ({ logins }: Recipe, create: Create): string[] => [
  '',
  `-- What people leave behind belongs to a role that may do nothing.`,
  create(logins.heir, 'NOLOGIN'),
  '',
  '-- The bot makes a login for each grant, and no other role: these functions do it for it, as who runs this. From here on',
  `-- run it in ${quote(logins.database)}, and in every other database in which such a login may come to own something.`,
  'BEGIN;',
  `CREATE SCHEMA IF NOT EXISTS ${quote(logins.admin)};`,
  `GRANT USAGE ON SCHEMA ${quote(logins.admin)} TO ${quote(logins.admin)};`,
  ...functionsOf(logins, quote).map(({ sql }) => sql),
  `REVOKE ALL ON ALL FUNCTIONS IN SCHEMA ${quote(logins.admin)} FROM PUBLIC;`,
  `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${quote(logins.admin)} TO ${quote(logins.admin)};`,
  'COMMIT;',
]

/** The recipe as statements that run without psql, with the bot's password in its place. */
export const fillIn = (recipe: string, password: string): string =>
  recipe.replace(/^\\.*\n/gm, '').replaceAll(PASSWORD_PLACEHOLDER, () => escapeLiteral(password))
