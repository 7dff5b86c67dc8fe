/**
 * A small `orders` database with roles and people, made ready for Curfew by the very recipe that its target prints.
 * Called by the sandbox and by tests; running it again on the same server only makes new passwords.
 */
import { randomBytes } from 'node:crypto'
import { type Client, escapeIdentifier, escapeLiteral } from 'pg'
import { systemClock } from '../infra/clock.ts'
import { makeLog } from '../infra/log.ts'
import type { Call, Tools } from '../ports.ts'
import { postgres } from '../targets/postgres/index.ts'
import { fillIn } from '../targets/postgres/recipe.ts'
import type { PostgresServer } from './postgres-server.ts'

const ORDERS = 'orders'
const BOT = 'curfew_bot'

export interface OrdersDatabase {
  /** The bot's URL, for a target of kind `postgres`. A secret. */
  readonly url: string
  /** Another login's, a person's or a second bot's. A secret. */
  urlOf(login: string): string
  /** As a person with their own password, on a fresh connection. The caller ends it. */
  connectAs(person: string): Promise<Client>
  /** Whether the person can read the orders right now, tried for real. Rejects when they cannot even log in. */
  canRead(person: string): Promise<boolean>
  /** A login for one more person. */
  addPerson(person: string): Promise<void>
  /** Runs statements as the administrator; answers the rows of the last one. */
  admin(sql: string): Promise<Record<string, unknown>[]>
}

const TABLES = `
CREATE TABLE orders (id int PRIMARY KEY, customer text NOT NULL, item text NOT NULL, cents int NOT NULL);
INSERT INTO orders VALUES
  (1, 'Hopper', 'Compiler, linen cover', 4200), (2, 'Lovelace', 'Punch cards, box of 500', 1750),
  (3, 'Hamilton', 'Checklist, laminated', 900), (4, 'Noether', 'Symmetry, framed', 12900);
CREATE ROLE orders_reader NOLOGIN;
GRANT SELECT ON orders TO orders_reader;
CREATE ROLE orders_writer NOLOGIN;
GRANT SELECT, INSERT, UPDATE, DELETE ON orders TO orders_writer;`

const PEOPLE = ['ana', 'bob', 'cy']
const ROLES = { readonly: { memberOf: 'orders_reader' }, writer: { memberOf: 'orders_writer' } }

const INSUFFICIENT_PRIVILEGE = '42501'
const RECIPE_MS = 10_000

/** Makes what is missing: database, tables, roles, logins, and the operator's recipe. */
export const makeOrdersDatabase = async (
  server: PostgresServer,
  people: readonly string[] = PEOPLE,
): Promise<OrdersDatabase> => {
  const admin = (sql: string) => server.admin(sql, ORDERS)
  const [exists] = await server.admin(`SELECT FROM pg_database WHERE datname = '${ORDERS}'`)
  if (exists === undefined) {
    await server.admin(`CREATE DATABASE ${ORDERS}`)
    await admin(TABLES)
  }
  const passwords = new Map<string, string>()
  const setPassword = async (login: string): Promise<void> => {
    const password = randomBytes(12).toString('hex')
    await admin(`ALTER ROLE ${escapeIdentifier(login)} LOGIN PASSWORD ${escapeLiteral(password)}`)
    passwords.set(login, password)
  }
  const addPerson = async (person: string): Promise<void> => {
    const [known] = await admin(`SELECT FROM pg_roles WHERE rolname = ${escapeLiteral(person)}`)
    if (known === undefined) await admin(`CREATE ROLE ${escapeIdentifier(person)}`)
    await setPassword(person)
  }
  for (const person of people) await addPerson(person)
  await admin(fillIn(await printRecipe(server), randomBytes(12).toString('hex')))
  await setPassword(BOT)
  const connectAs = (login: string) => server.connectAs(login, passwords.get(login) ?? '', ORDERS)
  const urlOf = (login: string) => server.urlFor(login, passwords.get(login) ?? '', ORDERS)
  return {
    url: urlOf(BOT),
    urlOf,
    connectAs,
    canRead: async (person) => tryReading(await connectAs(person)),
    addPerson,
    admin,
  }
}

/** What `curfew doctor --setup` prints with an administrator's URL. */
const printRecipe = async (server: PostgresServer): Promise<string> => {
  const url = new URL(server.url)
  url.pathname = `/${ORDERS}`
  const settings = postgres.settings.parse({ kind: 'postgres', url: url.href, roles: ROLES })
  const target = postgres.connect('orders-db', settings, quietTools)
  try {
    return await target.setup(briefCall())
  } finally {
    await target.close()
  }
}

const briefCall = (): Call => ({
  signal: AbortSignal.timeout(RECIPE_MS),
  notAfter: Number.MAX_SAFE_INTEGER,
  left: () => RECIPE_MS,
  key: 'recipe',
})

const quietTools: Tools = { log: makeLog({ level: 'silent' }), clock: systemClock }

/** Whether whoever is connected can read the orders; ends the connection. */
export const tryReading = async (client: Client): Promise<boolean> => {
  try {
    const { rowCount } = await client.query('SELECT * FROM orders')
    return rowCount !== null && rowCount > 0
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === INSUFFICIENT_PRIVILEGE) return false
    throw error
  } finally {
    await client.end()
  }
}
