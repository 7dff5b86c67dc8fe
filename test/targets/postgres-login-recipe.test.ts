/**
 * The functions of the recipe do what the bot needs, for logins of ours alone: they clean up what was left, wherever it is,
 * and a recipe undone or outdated is noticed.
 */
import { expect, it } from 'vitest'
import type { Account, RequestId, RoleName } from '../../src/domain/model.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { makeCall, quietTools } from '../contract/target.ts'
import { findVersions } from '../fixtures/postgres.ts'
import { comeWith, describeLoginsOnEach, loginSettings } from '../fixtures/postgres-login.ts'

const SOON = `now() + interval '1 minute'`

describeLoginsOnEach('the recipe for logins', await findVersions(), (at) => {
  const examine = () => at().target.examine(makeCall())

  it('lets a bot, also a stolen one, do nothing to roles that are not its own', async () => {
    const access = await at().give()
    const bot = await at().orders.connectAs('curfew_bot')
    if (!at().modern) await bot.query('SET ROLE curfew')
    const codeOf = async (sql: string): Promise<unknown> =>
      bot.query(sql).then(
        () => 'done',
        ({ code }: { code: string }) => code,
      )
    const verifier = `SCRAM-SHA-256$4096:c2FsdA==$${'A'.repeat(43)}=:${'A'.repeat(43)}=`
    const tries: Readonly<Record<string, string>> = {
      'CREATE ROLE mallory': '42501',
      [`ALTER ROLE "${access.made}" PASSWORD 'x'`]: '42501',
      [`DROP ROLE "${access.made}"`]: '42501',
      'SET ROLE curfew_left': '42501',
      'CREATE TABLE curfew.mine ()': '42501',
      [`SELECT curfew.make_login('R-AAAAAA', 'postgres', 'x', ${SOON}, ${SOON})`]: 'CF003',
      [`SELECT curfew.make_login('R-AAAAAA', 'curfew_x"; --', 'x', ${SOON}, ${SOON})`]: 'CF003',
      [`SELECT curfew.make_login('R-%', 'curfew_x_aaaaaa', 'x', ${SOON}, ${SOON})`]: 'CF003',
      [`SELECT curfew.make_login('R-AAAAAA', 'curfew_x_aaaaaa', 'x', NULL, ${SOON})`]: 'CF003',
      [`SELECT curfew.make_login('R-AAAAAA', 'curfew_bot', 'x', ${SOON}, ${SOON})`]: '42710',
      [`SELECT curfew.make_login('R-AAAAAA', 'curfew_x_aaaaaa', 'x', ${SOON}, now())`]: 'CF001',
      [`SELECT curfew.set_verifier('R-AAAAAA', '${verifier}', ${SOON})`]: 'CF002',
      [`SELECT curfew.set_verifier('R-000001', 'plain text', ${SOON})`]: 'CF003',
      [`SELECT curfew.set_verifier('R-000001', '${verifier}', now())`]: 'CF001',
      "SELECT curfew.close_login('postgres')": 'CF003',
      "SELECT curfew.close_login('R-AAAAAA')": 'done',
      "SELECT curfew.clean_login('R-000001')": 'CF002',
    }
    for (const [sql, code] of Object.entries(tries)) expect([sql, await codeOf(sql)]).toEqual([sql, code])
    await bot.end()
    await at().target.revoke(access, makeCall())
    await at().target.cleanUp?.(access, makeCall())
  })

  it('is whole when it was run, and prints only what is missing', async () => {
    expect(await examine()).toEqual([])
    const text = await at().target.setup(makeCall())
    expect(text).toContain('-- curfew_left is there already')
    expect(text).toContain('GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO curfew_orders_maker;')
    expect(text).not.toMatch(/^CREATE ROLE/m)
  })

  it('hands over what a login made in two databases, and drops it', async () => {
    const { orders, target } = at()
    await orders.server.admin('CREATE DATABASE billing')
    await orders.server.admin('GRANT CREATE ON SCHEMA public TO curfew_orders_maker', 'billing')
    const access = await at().give('maker')
    const secret = await at().reveal(access)
    const ana = await comeWith(secret)
    await ana.query(`CREATE TABLE "Ana's" AS SELECT * FROM orders; GRANT SELECT ON "Ana's" TO PUBLIC;
      CREATE FUNCTION peek() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT count(*) FROM orders';
      CREATE VIEW seen AS SELECT * FROM orders; GRANT SELECT ON seen TO PUBLIC; SELECT lo_create(0)`)
    const there = await comeWith(secret, 'billing')
    await there.query('CREATE TABLE left_there (n int)')
    await orders.addPerson('bystander')
    const bystander = await orders.connectAs('bystander')
    expect((await bystander.query('SELECT peek()')).rows).toEqual([{ peek: '4' }])

    expect(await target.cleanUp?.(access, makeCall()).catch((error: Error) => error.message)).toContain(
      'closed',
    )
    await target.revoke(access, makeCall())
    for (const sql of ['SELECT peek()', 'SELECT * FROM seen'])
      await expect(bystander.query(sql)).rejects.toThrow('permission denied')
    expect(await target.cleanUp?.(access, makeCall())).toBe(
      `${access.made} still has something in billing (in billing: Curfew's functions are not in this database; run the recipe here)`,
    )
    expect(await target.examine(makeCall())).toEqual([
      `${access.made} is closed, and still has something in billing: run the recipe there, too, and let the bot connect.`,
    ])
    await at().install('billing')
    expect(await target.cleanUp?.(access, makeCall())).toBeUndefined()
    expect(await target.cleanUp?.(access, makeCall())).toBeUndefined()
    expect(await at().roles()).not.toContain(access.made)
    expect(await target.examine(makeCall())).toEqual([])

    const ownerOf = (name: string, database: string) =>
      orders.server.admin(
        `SELECT relowner::regrole::text AS owner FROM pg_class WHERE relname = '${name}'`,
        database,
      )
    expect([await ownerOf("Ana''s", 'orders'), await ownerOf('left_there', 'billing')]).toEqual([
      [{ owner: 'curfew_left' }],
      [{ owner: 'curfew_left' }],
    ])
    // An administrator may lift the rights of the heir later; what was left must not become a way in by that.
    await orders.admin('GRANT SELECT ON orders TO curfew_left')
    for (const sql of ['SELECT peek()', 'SELECT * FROM seen'])
      await expect(bystander.query(sql)).rejects.toThrow('permission denied')
    expect((await bystander.query(`SELECT FROM "Ana's"`)).rowCount).toBe(4)
    await bystander.end()
  })

  it('waits for whoever holds a lock, and has not dropped anything by then', async () => {
    const access = await at().give('maker')
    const ana = await comeWith(await at().reveal(access))
    await ana.query('CREATE TABLE busy (n int)')
    await at().target.revoke(access, makeCall())
    const admin = await at().orders.server.connectAs(
      'postgres',
      new URL(at().orders.server.url).password,
      'orders',
    )
    await admin.query('BEGIN; LOCK TABLE busy')
    const trying = at()
      .target.cleanUp?.(access, makeCall())
      .then(
        () => 'cleaned',
        (error: Error) => error.message,
      )
    expect(await trying).toBe('another transaction held the lock for too long')
    await admin.query('ROLLBACK')
    await admin.end()
    expect(await at().target.cleanUp?.(access, makeCall())).toBeUndefined()
  })

  it('is noticed when it was undone, and the recipe mends it', async () => {
    await at().orders.admin(`CREATE TABLE later (n int);
      REVOKE USAGE ON SCHEMA public FROM curfew_orders_maker, PUBLIC; GRANT EXECUTE ON FUNCTION curfew.close_login TO PUBLIC;
      DROP FUNCTION curfew.keep_login; REVOKE EXECUTE ON FUNCTION curfew.clean_login FROM curfew; ALTER ROLE curfew_left LOGIN;
      CREATE OR REPLACE FUNCTION curfew.find_login(request text) RETURNS oid LANGUAGE sql AS 'SELECT NULL::oid'`)
    expect(await examine()).toEqual([
      'The function curfew.find_login is not the one of this version: repeat the recipe.',
      'There is no function curfew.keep_login, by which logins are made and ended.',
      'The function curfew.close_login can be called or changed by others: repeat the recipe as a superuser.',
      'The bot may not call curfew.clean_login.',
      'curfew_left must be able to do nothing: ALTER ROLE curfew_left NOLOGIN NOSUPERUSER.',
      'curfew_orders_maker lacks “SELECT ON ALL TABLES IN SCHEMA "public"” for later: GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO curfew_orders_maker.',
      'curfew_orders_maker lacks “USAGE, CREATE ON SCHEMA "public"” for public: GRANT USAGE, CREATE ON SCHEMA "public" TO curfew_orders_maker.',
      '`curfew doctor --setup orders-db` prints the recipe.',
    ])
    await at().install()
    await at().orders.admin('ALTER ROLE curfew_left NOLOGIN; GRANT USAGE ON SCHEMA public TO PUBLIC')
    expect(await examine()).toEqual([])
  })

  it('is missed by a request, which is refused with who can help', async () => {
    await at().orders.admin('DROP SCHEMA curfew CASCADE')
    const ask = { role: 'readonly' as RoleName, account: 'ana' as Account, request: 'R-AAAAAA' as RequestId }
    expect(await at().target.resolve(ask, makeCall())).toMatchObject({
      refused: 'target-refused',
      hint: 'An operator runs `curfew doctor --setup orders-db`.',
    })
    expect((await examine()).join('\n')).toContain('There is no function curfew.make_login')
    await at().install()
  })

  it('says what there is not', async () => {
    const roles = {
      a: { login: { grants: ['SELECT ON TABLE public.nonesuch', 'CONNECT ON DATABASE orders'] } },
      b: { login: { memberOf: ['nonesuch'] } },
    }
    const parsed = postgres.settings.parse({ ...loginSettings(at().url), roles })
    const other = postgres.connect('other', parsed, quietTools)
    expect(await other.examine(makeCall())).toEqual([
      'There is no role curfew_orders_a.',
      'There is no role nonesuch: create it, or name another in `memberOf`.',
      'curfew_orders_a: there is nothing to give by “SELECT ON TABLE "public"."nonesuch"”.',
      '`curfew doctor --setup other` prints the recipe.',
    ])
    await other.close()
  })
})
