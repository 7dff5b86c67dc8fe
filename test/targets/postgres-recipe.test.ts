/** The recipe makes a bot that can do its work and nothing else, and a recipe undone is noticed. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Account, RequestId } from '../../src/domain/model.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { fillIn, type Recipe, writeRecipe } from '../../src/targets/postgres/recipe.ts'
import { faultOf, makeCall, quietTools } from '../contract/target.ts'
import { describeOnEach, findVersions, ordersSettings, READONLY } from '../fixtures/postgres.ts'

describeOnEach('the recipe', await findVersions(), (at) => {
  it('makes a bot that may do nothing else', async () => {
    const account = await at().orders.newAccount()
    const forbidden = [
      `GRANT orders_reader TO "${account}"`,
      `GRANT pg_execute_server_program TO "${account}"`,
      'CREATE ROLE mallory',
      `DROP ROLE "${account}"`,
      'DROP ROLE curfew_orders_reader',
      `ALTER ROLE "${account}" SUPERUSER`,
      `ALTER ROLE "${account}" PASSWORD 'x'`,
      'SELECT * FROM orders',
      'CREATE TABLE mine ()',
      ...(at().modern ? ['SET ROLE curfew_orders_reader', 'SET ROLE orders_reader', 'SET ROLE curfew'] : []),
    ]
    const bot = await at().orders.connectAs('curfew_bot')
    for (const sql of forbidden) {
      const error = await bot.query(sql).catch((thrown: unknown) => thrown)
      expect(error, sql).toMatchObject({ code: '42501' })
    }
    await bot.end()
  })

  it('prints only what is missing, and never a password', async () => {
    const text = await at().target.setup(makeCall())
    expect(text).toContain(`for PostgreSQL ${at().modern ? '16 and newer' : '15'}.`)
    expect(text).toContain('-- curfew_orders_writer is there already')
    expect(text).not.toMatch(/^CREATE ROLE/m)
    expect(text).not.toContain(new URL(at().orders.url).password)
    await at().orders.admin(fillIn(text, 'unused'))
    expect(await at().target.examine(makeCall())).toEqual([])
  })

  it('is noticed when the second step of a role was undone: nothing is confirmed, nothing is given', async () => {
    const access = await at().give(await at().orders.newAccount())
    await at().orders.admin('REVOKE orders_reader FROM curfew_orders_reader')
    expect(await at().look(access)).toEqual({
      ours: 'unknown',
      others: 'absent',
      note: 'curfew_orders_reader is no longer a member of orders_reader: the recipe was undone',
    })
    expect(await refusalOf(access.account)).toMatchObject({
      refused: 'target-refused',
      hint: 'An operator runs `curfew doctor --setup orders-db`.',
    })
    expect(await at().target.examine(makeCall())).toEqual([
      'curfew_orders_reader is not a member of orders_reader, so it gives nothing.',
      '`curfew doctor --setup orders-db` prints the recipe.',
    ])
    await at().target.revoke(access, makeCall())
    expect(await at().look(access)).toEqual({ ours: 'absent', others: 'absent' })
    await at().orders.admin(fillIn(await at().target.setup(makeCall()), 'unused'))
    expect(await at().target.examine(makeCall())).toEqual([])
  })

  it('is noticed when the bot may not give any more', async () => {
    const access = await at().give(await at().orders.newAccount())
    await at().orders.admin('REVOKE curfew_orders_reader FROM curfew CASCADE')
    expect(await at().target.examine(makeCall())).toContain('The bot may not give curfew_orders_reader.')
    expect((await faultOf(at().target.grant(access, makeCall()))).kind).toBe('permanent')
    // From 16 on, what the bot gave goes with its right to give; on 15 it stays, and is said to.
    if (at().modern) await at().target.revoke(access, makeCall())
    else expect((await faultOf(at().target.revoke(access, makeCall()))).kind).toBe('permanent')
    expect((await at().look(access)).ours).toBe(at().modern ? 'absent' : 'present')
    await at().orders.admin(fillIn(await at().target.setup(makeCall()), 'unused'))
    await at().target.revoke(access, makeCall())
    expect(await at().orders.canRead(access.account)).toBe(false)
  })

  it('refuses everybody who is not a person', async () => {
    await at().orders.admin('CREATE ROLE owner LOGIN; GRANT owner TO orders_reader; CREATE ROLE "no login"')
    const never = {
      postgres: /superuser/,
      curfew_bot: /belongs to Curfew/,
      curfew: /belongs to Curfew/,
      orders_reader: /is a role that Curfew gives/,
      curfew_orders_writer: /is a role that Curfew gives/,
      pg_monitor: /cannot log in/,
      'no login': /cannot log in/,
      owner: /is what the role itself belongs to/,
    }
    for (const [account, says] of Object.entries(never))
      expect(await refusalOf(account), account).toMatchObject({
        refused: 'target-refused',
        says: expect.stringMatching(says),
      })
  })

  it('leaves findings that say what to do', async () => {
    await at().orders.admin(
      `REVOKE pg_signal_backend FROM curfew; ALTER ROLE curfew_bot CREATEROLE; ALTER ROLE curfew_orders_reader LOGIN;
       GRANT pg_monitor TO curfew_orders_reader; GRANT CREATE ON SCHEMA public TO orders_reader;
       GRANT orders_writer TO curfew_orders_writer${at().modern ? ' WITH SET TRUE' : ''}`,
    )
    const found = (await at().target.examine(makeCall())).join('\n')
    expect(found).toContain('ALTER ROLE curfew_bot NOCREATEROLE')
    expect(found).toContain('GRANT pg_signal_backend TO curfew')
    expect(found).toContain('ALTER ROLE curfew_orders_reader NOLOGIN')
    expect(found).toContain('REVOKE pg_monitor FROM curfew_orders_reader')
    if (at().modern) expect(found).toContain('curfew_orders_writer is open to SET ROLE')
    else expect(found).toContain('orders_reader may CREATE in public')
    const lost = postgres.settings.parse({
      ...ordersSettings(at().orders.url),
      roles: { a: { memberOf: 'nonesuch' }, b: { memberOf: 'pg_read_all_data' } },
    })
    const other = postgres.connect('other', lost, quietTools)
    expect((await other.examine(makeCall())).join('\n')).toMatch(
      /no role nonesuch[\s\S]*no role curfew_pg_read_all_data[\s\S]*doctor --setup other/,
    )
  })

  const refusalOf = (account: string) =>
    at().target.resolve(
      { role: READONLY, account: account as Account, request: 'R-TEST00' as RequestId },
      makeCall(),
    )
})

describe('the recipe as text', () => {
  const orders: Recipe = {
    admin: 'curfew',
    bot: 'curfew_bot',
    roles: [{ own: 'curfew_orders_reader', memberOf: ['orders_reader'], grants: [], login: false }],
    logins: { admin: 'curfew', prefix: 'curfew_', heir: 'curfew_left', database: 'orders' },
    existing: new Set<string>(),
  }

  it('stands in the documentation as it is printed', async () => {
    const page = await readFile(new URL('../../docs/targets/postgres.md', import.meta.url), 'utf8')
    for (const version of [150_000, 160_000]) expect(page).toContain(writeRecipe({ ...orders, version }))
  })

  it('says when the server could not be asked for its version', async () => {
    const settings = postgres.settings.parse(
      ordersSettings('postgresql://curfew_bot:secret@127.0.0.1:1/orders'),
    )
    const text = await postgres.connect('orders-db', settings, quietTools).setup(makeCall())
    expect(text).toContain('for PostgreSQL 16 and newer.')
    expect(text).toContain('could not be asked')
    expect(text).not.toContain('secret')
  })

  it('quotes whatever could be read as something else', () => {
    const roles = [{ grants: [], login: false, own: 'curfew_Ops"; DROP', memberOf: ['Ops"; DROP'] }]
    const text = writeRecipe({ ...orders, roles, bot: 'user' })
    expect(text).toContain('GRANT "Ops""; DROP" TO "curfew_Ops""; DROP"')
    expect(text).toContain(`CREATE ROLE "user" LOGIN PASSWORD :'bot_password';`)
  })

  it('cannot be run with the password left out, and takes any password', () => {
    expect(fillIn(writeRecipe(orders), `it's $& "this"`)).toContain(`PASSWORD 'it''s $& "this"';`)
    expect(fillIn(writeRecipe(orders), 'x')).not.toMatch(/prompt|:'/)
  })
})
