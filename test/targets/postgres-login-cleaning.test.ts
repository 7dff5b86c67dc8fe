/** What a login left behind goes to a role that may do nothing, wherever it is; until then it is tried again, and said. */
import { expect, it } from 'vitest'
import { makeCall } from '../contract/target.ts'
import { findVersions } from '../fixtures/postgres.ts'
import { comeWith, describeLoginsOnEach } from '../fixtures/postgres-login.ts'

describeLoginsOnEach('cleaning up', await findVersions(), (at) => {
  it('hands over what was made in two databases, and drops the login', async () => {
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
})
