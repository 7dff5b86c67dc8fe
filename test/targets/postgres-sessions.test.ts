/** The end of access is the end of its sessions: what is open goes on reading otherwise. */
import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { makeCall } from '../contract/target.ts'
import { describeOnEach, findVersions } from '../fixtures/postgres.ts'

const READ = 'SELECT * FROM orders'

const isCut = async (client: Client, sql: string): Promise<void> => {
  await expect(client.query(sql)).rejects.toThrow()
  // A refusal leaves a connection usable; a cut one is not.
  await expect(client.query('SELECT 1')).rejects.toThrow(/not queryable|terminat|closed/i)
}

describeOnEach('sessions', await findVersions(), (at) => {
  it('are ended with the access, whatever they are in the middle of', async () => {
    const access = await at().give(await at().orders.newAccount())
    const connect = () => at().orders.connectAs(access.account)
    const [idle, cursor, busy] = [await connect(), await connect(), await connect()]
    expect((await idle.query(READ)).rowCount).toBe(4)
    await cursor.query(`BEGIN; DECLARE c CURSOR FOR ${READ}; FETCH 1 FROM c`)
    const sleeping = expect(busy.query(`SELECT pg_sleep(60)`)).rejects.toThrow()
    await at().target.revoke(access, makeCall())
    await isCut(idle, READ)
    await isCut(cursor, 'FETCH 1 FROM c')
    await sleeping
    expect(await at().orders.canRead(access.account)).toBe(false)
  })

  it('cannot take the role itself on 16 and newer; on 15 they can, and are ended too', async () => {
    const access = await at().give(await at().orders.newAccount())
    const session = await at().orders.connectAs(access.account)
    for (const role of ['orders_reader', 'curfew_orders_reader']) {
      const taking = session.query(`SET ROLE ${role}`)
      if (at().modern) await expect(taking).rejects.toThrow('permission denied to set role')
      else await taking
    }
    expect((await session.query(READ)).rowCount).toBe(4)
    await at().target.revoke(access, makeCall())
    await isCut(session, READ)
  })

  it('of others go on', async () => {
    const [mine, theirs] = [
      await at().give(await at().orders.newAccount()),
      await at().give(await at().orders.newAccount()),
    ]
    const session = await at().orders.connectAs(theirs.account)
    await at().target.revoke(mine, makeCall())
    expect((await session.query(READ)).rowCount).toBe(4)
    await session.end()
  })

  it('are ended also when somebody else took the role away first', async () => {
    const access = await at().give(await at().orders.newAccount())
    const session = await at().orders.connectAs(access.account)
    await at().orders.admin(
      `REVOKE curfew_orders_reader FROM "${access.account}"${at().modern ? ' GRANTED BY curfew' : ''}`,
    )
    await at().target.revoke(access, makeCall())
    await isCut(session, READ)
  })
})
