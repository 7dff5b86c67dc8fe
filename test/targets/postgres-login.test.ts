/** A login made for a grant: it works as shown while the grant lasts, and is gone with it, also for whoever resists. */
import { expect, it } from 'vitest'
import type { Access } from '../../src/domain/model.ts'
import { NET_MS } from '../../src/targets/postgres/login/server-time.ts'
import { faultOf, listAll, makeCall } from '../contract/target.ts'
import { findVersions } from '../fixtures/postgres.ts'
import { comeWith, describeLoginsOnEach, isRefused, valueIn } from '../fixtures/postgres-login.ts'

const WRONG_PASSWORD = '28P01'
const NO_LOGIN = '28000'
const HOUR_MS = 3_600_000
const READ = 'SELECT * FROM orders'
const GONE = { ours: 'absent', others: 'absent' }

describeLoginsOnEach('logins', await findVersions(), (at) => {
  const look = (access: Access) => at().target.inspect(access, makeCall())
  const netOf = async ({ made }: Access): Promise<number> => {
    const [found] = await at().orders.admin(
      `SELECT extract(epoch FROM rolvaliduntil) * 1000 AS net FROM pg_roles WHERE rolname = '${made}'`,
    )
    return Number(found?.net) - Date.now()
  }

  it('open with the password as shown, by TCP, for what the role allows and nothing else', async () => {
    const access = await at().give()
    expect(access.made).toMatch(/^curfew_ana_0000\d\d$/)
    const secret = await at().reveal(access)
    expect(secret.map(({ label }) => label)).toEqual(['User', 'Password', 'Host', 'Port', 'Database', 'psql'])
    expect(valueIn(secret, 'User')).toBe(access.made)
    expect(valueIn(secret, 'psql')).toBe(
      `psql 'postgresql://${access.made}@127.0.0.1:${valueIn(secret, 'Port')}/orders'`,
    )
    const ana = await comeWith(secret)
    expect((await ana.query(READ)).rowCount).toBe(4)
    for (const sql of [
      'DELETE FROM orders',
      'CREATE TABLE mine ()',
      'CREATE ROLE mallory',
      `SELECT curfew.make_login('R-AAAAAA', 'curfew_x_aaaaaa', 'x', now(), now())`,
      `SELECT curfew.close_login('R-AAAAAA')`,
      ...(at().modern ? ['SET ROLE orders_reader', 'SET ROLE curfew_orders_readonly'] : []),
    ])
      expect(await ana.query(sql).catch((error: unknown) => error), sql).toMatchObject({ code: '42501' })
    await ana.end()
    await at().target.revoke(access, makeCall())
    expect(await look(access)).toEqual(GONE)
  })

  it('have a new password at each press, and the one before is good for nothing', async () => {
    const access = await at().give()
    expect(
      (
        await at().orders.admin(
          `SELECT FROM pg_authid WHERE rolname = '${access.made}' AND rolpassword IS NULL`,
        )
      ).length,
    ).toBe(1)
    const [first, second] = [await at().reveal(access), await at().reveal(access)]
    expect(valueIn(second, 'Password')).not.toBe(valueIn(first, 'Password'))
    expect(valueIn(first, 'Password')).toMatch(/^[0-9a-hjkmnp-tv-z]{28}$/)
    expect([await isRefused(first), await isRefused(second)]).toEqual([WRONG_PASSWORD, ''])
    await at().target.revoke(access, makeCall())
    expect(await isRefused(second)).not.toBe('')
  })

  it('end at once: sessions are cut, nobody comes in, and nothing opens them again', async () => {
    const access = await at().give()
    const secret = await at().reveal(access)
    const session = await comeWith(secret)
    await at().target.revoke(access, makeCall())
    await expect(session.query(READ)).rejects.toThrow()
    expect(await isRefused(secret)).toBe(WRONG_PASSWORD)
    await at().orders.admin(`ALTER ROLE "${access.made}" PASSWORD '${valueIn(secret, 'Password')}'`)
    expect(await isRefused(secret)).toBe(NO_LOGIN)
    await at().orders.admin(`ALTER ROLE "${access.made}" LOGIN`)
    const between = await comeWith(secret)
    await at().orders.admin(`ALTER ROLE "${access.made}" NOLOGIN`)
    expect((await look(access)).ours).toBe('present')
    await at().target.revoke(access, makeCall())
    await expect(between.query('SELECT 1')).rejects.toThrow()
    expect(await look(access)).toEqual(GONE)
    const { grant, reveal, keepUntil } = at().target
    for (const does of [grant, reveal, keepUntil])
      expect((await faultOf(Promise.resolve(does?.(access, makeCall())))).kind).toBe('permanent')
    expect([await isRefused(secret), await look(access)]).toEqual([WRONG_PASSWORD, GONE])
    expect(await at().target.cleanUp?.(access, makeCall())).toBeUndefined()
    expect(await isRefused(secret)).toBe(WRONG_PASSWORD)
    for (const call of [makeCall(0), makeCall(-60_000)]) {
      expect((await faultOf(at().target.grant(access, call))).kind).toBe('retry')
      expect((await faultOf(Promise.resolve(at().target.reveal?.(access, call)))).kind).toBe('retry')
    }
    expect(await at().roles()).not.toContain(access.made)
  })

  it('are not made when the server was held up until it was too late', async () => {
    const { orders, target } = at()
    const access = await at().resolve()
    const admin = await orders.server.connectAs('postgres', new URL(orders.server.url).password, 'orders')
    await admin.query('BEGIN; LOCK TABLE pg_auth_members IN SHARE MODE')
    const fault = faultOf(target.grant(access, makeCall(500)))
    await admin.query('SELECT pg_sleep(0.6)')
    await admin.query('ROLLBACK')
    await admin.end()
    expect(await fault).toMatchObject({ kind: 'retry', message: expect.stringContaining('had passed') })
    expect([await look(access), (await at().roles()).includes(access.made ?? '')]).toEqual([GONE, false])
  })

  it('end also for whoever holds on to their own role, and keeps coming back', async () => {
    const access = await at().give()
    const secret = await at().reveal(access)
    const [holding, ...hammering] = await Promise.all([1, 2, 3, 4].map(() => comeWith(secret)))
    // The same again: what matters is that the row of the role is taken.
    const change = `ALTER ROLE "${access.made}" PASSWORD '${valueIn(secret, 'Password')}'`
    await holding?.query(`BEGIN; ${change}`)
    const hammer = async (n: number): Promise<void> => {
      // Until it is cut, and then as long as the password lets them in.
      let session = hammering[n]
      while (session !== undefined) {
        await session.query(change).catch(() => undefined)
        const usable = await session.query('SELECT 1').then(
          () => true,
          () => false,
        )
        if (!usable) session = await comeWith(secret).catch(() => undefined)
      }
    }
    const resisting = hammering.map((_, n) => hammer(n))
    const began = performance.now()
    await at().target.revoke(access, makeCall())
    const tookMs = performance.now() - began
    expect(await look(access)).toEqual(GONE)
    await Promise.all(resisting)
    expect(await isRefused(secret)).toBe(WRONG_PASSWORD)
    expect(await look(access)).toEqual(GONE)
    expect(tookMs).toBeLessThan(5_000)
  })

  it('have a second net after the end, which only moves later and is the server’s own', async () => {
    const access = await at().give()
    expect(await netOf(access)).toBeGreaterThan(HOUR_MS + NET_MS - 5_000)
    expect(await netOf(access)).toBeLessThan(HOUR_MS + NET_MS + 5_000)
    for (const inMs of [2 * HOUR_MS, HOUR_MS])
      await at().target.keepUntil?.(access, { ...makeCall(), endsAt: Date.now() + inMs })
    expect(await netOf(access)).toBeGreaterThan(2 * HOUR_MS + NET_MS - 5_000)
    const secret = await at().reveal(access)
    await at().orders.admin(`ALTER ROLE "${access.made}" VALID UNTIL 'yesterday'`)
    expect(await isRefused(secret)).toBe(WRONG_PASSWORD)
    await at().target.revoke(access, makeCall())
  })

  it('are known by their mark: a new name hides none, and a lost mark is loud', async () => {
    const access = await at().give()
    const secret = await at().reveal(access)
    await at().orders.admin(`ALTER ROLE "${access.made}" RENAME TO "somebody"`)
    expect((await look(access)).ours).toBe('present')
    expect((await listAll(at().target)).find(({ seat }) => seat === access.seat)?.ours).toBe(true)
    await at().target.revoke(access, makeCall())
    expect([await look(access), await isRefused(secret)]).toEqual([GONE, WRONG_PASSWORD])
    expect(await at().target.cleanUp?.(access, makeCall())).toBeUndefined()
    const other = await at().give()
    const still = await comeWith(await at().reveal(other))
    await at().orders.admin(`COMMENT ON ROLE "${other.made}" IS NULL`)
    expect(await look(other)).toMatchObject({
      ours: 'unknown',
      note: expect.stringContaining('lost its comment'),
    })
    expect((await faultOf(at().target.revoke(other, makeCall()))).message).toContain('lost its comment')
    await expect(still.query('SELECT 1')).rejects.toThrow()
    expect((await look(other)).ours).toBe('unknown')
    await at().orders.admin(`DROP ROLE "${other.made}"`)
    expect(await look(other)).toEqual(GONE)
  })

  it('take with them what others made of them, and what they made of that', async () => {
    const { orders, target } = at()
    const access = await at().give()
    const friend = await orders.newAccount()
    const secret = await at().reveal(access)
    await orders.admin(`GRANT pg_read_all_data TO "${access.made}" WITH ADMIN OPTION`)
    const ana = await comeWith(secret)
    await ana.query(`GRANT pg_read_all_data TO "${friend}"`)
    await expect(ana.query(`GRANT "${access.made}" TO "${friend}"`)).rejects.toMatchObject({ code: '42501' })
    await orders.admin(`ALTER ROLE "${access.made}" SUPERUSER CREATEROLE`)
    expect(await look(access)).toMatchObject({
      ours: 'present',
      others: 'present',
      note: expect.stringContaining('superuser'),
    })
    expect((await faultOf(at().reveal(access))).kind).toBe('permanent')
    await target.revoke(access, makeCall())
    expect(await look(access)).toEqual(GONE)
    expect(await isRefused(secret)).not.toBe('')
    expect(await target.cleanUp?.(access, makeCall())).toBeUndefined()
    if (at().modern) expect(await orders.canRead(friend)).toBe(false)
  })

  it('leave no password in the server’s log, whatever it logs', async () => {
    const { orders } = at()
    await orders.admin(`ALTER SYSTEM SET log_statement = 'all'`)
    await orders.admin(`SELECT pg_reload_conf()`)
    const access = await at().give()
    const secret = await at().reveal(access)
    await (await comeWith(secret)).end()
    await at().target.revoke(access, makeCall())
    await expect.poll(() => orders.server.lines().join('\n')).toContain('close_login')
    const log = orders.server.lines().join('\n')
    expect(log).toContain('set_verifier')
    expect(log).toContain(access.made)
    expect(log).not.toContain(valueIn(secret, 'Password'))
  })
})
