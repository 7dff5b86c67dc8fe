/** Only its own: what Curfew gave is known by ids and grantors, whoever renames, gives or undoes what meanwhile. */
import { expect, it } from 'vitest'
import type { Account } from '../../src/domain/model.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { faultOf, listAll, makeCall, quietTools, resolveAccess } from '../contract/target.ts'
import { describeOnEach, findVersions, ordersSettings, READONLY } from '../fixtures/postgres.ts'

const NOTHING = { ours: 'absent', others: 'absent' }
const GIVEN = { ours: 'present', others: 'absent' }

describeOnEach('ownership', await findVersions(), (at) => {
  it('takes away by id what was renamed since', async () => {
    const access = await at().give(await at().orders.newAccount())
    const rename = (from: string, to: string) => at().orders.admin(`ALTER ROLE "${from}" RENAME TO "${to}"`)
    const names = [
      [access.account, 'somebody new'],
      ['curfew_orders_reader', 'x'],
      ['curfew', 'gate'],
    ] as const
    for (const [from, to] of names) await rename(from, to)
    expect(await at().look(access)).toEqual(GIVEN)
    await at().target.revoke(access, makeCall())
    expect(await at().look(access)).toEqual(NOTHING)
    for (const [from, to] of names) await rename(to, from)
    expect(await at().orders.canRead(access.account)).toBe(false)
  })

  it('takes away what was given, whatever the config says by now', async () => {
    const access = await at().give(await at().orders.newAccount())
    const roles = { readonly: { memberOf: 'orders_writer' } }
    const settings = postgres.settings.parse({ ...ordersSettings(at().orders.url), roles })
    const changed = postgres.connect('orders-db', settings, quietTools)
    await changed.revoke(access, makeCall())
    expect(await at().look(access)).toEqual(NOTHING)
    await changed.close()
  })

  it('counts a role once, from whichever database of the server it is given', async () => {
    const access = await at().give(await at().orders.newAccount())
    const url = new URL(at().orders.url)
    url.pathname = '/postgres'
    const other = postgres.connect('other-db', { ...at().settings, url: url.href }, quietTools)
    const same = await resolveAccess(other, READONLY, access.account)
    expect(same.seat).toBe(access.seat)
    expect(same.fingerprint).not.toBe(access.fingerprint)
    await other.revoke(same, makeCall())
    expect(await at().look(access)).toEqual(NOTHING)
  })

  it('finds nothing left of a login that was dropped', async () => {
    const access = await at().give(await at().orders.newAccount())
    await at().orders.admin(`DROP ROLE "${access.account}"`)
    expect(await at().look(access)).toEqual(NOTHING)
    await at().target.revoke(access, makeCall())
    expect((await faultOf(at().target.grant(access, makeCall()))).kind).toBe('permanent')
  })

  it("gives by one of the bot's logins and takes by another", async () => {
    const access = await at().give(await at().orders.newAccount())
    // Not by the login: logins come and go.
    expect(
      await at().orders.admin(
        `SELECT m.grantor::regrole::text AS by FROM pg_auth_members m WHERE m.member::regrole::text = '"${access.account}"'`,
      ),
    ).toEqual([{ by: 'curfew' }])
    await at().orders.admin(
      at().modern
        ? `CREATE ROLE curfew_bot2 LOGIN; GRANT curfew TO curfew_bot2 WITH INHERIT TRUE, SET FALSE`
        : `CREATE ROLE curfew_bot2 LOGIN NOINHERIT IN ROLE curfew`,
    )
    await at().orders.addPerson('curfew_bot2')
    const url = at().orders.urlOf('curfew_bot2')
    const second = postgres.connect('orders-db', { ...at().settings, url }, quietTools)
    expect(await second.inspect(access, makeCall())).toEqual(GIVEN)
    expect((await listAll(second)).find((one) => one.seat === access.seat)?.ours).toBe(true)
    await second.revoke(access, makeCall())
    expect(await second.inspect(access, makeCall())).toEqual(NOTHING)
    expect(await at().look(access)).toEqual(NOTHING)
    expect(await at().orders.canRead(access.account)).toBe(false)
    await second.close()
  })

  it('keeps apart what an administrator gave under our own role, where the version can', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    await at().orders.admin(`GRANT curfew_orders_reader TO "${access.account}"`)
    const listed = async () => (await listAll(at().target)).find((one) => one.seat === access.seat)?.ours
    // 15 has one row for all grantors, which our REVOKE takes: it counts as ours.
    expect(await at().look(access)).toMatchObject(at().modern ? { ours: 'absent', others: 'present' } : GIVEN)
    expect(await listed()).toBe(!at().modern)
    await at().target.grant(access, makeCall())
    expect(await at().look(access)).toMatchObject({ ours: 'present' })
    expect(await listed()).toBe(true)
    await at().target.revoke(access, makeCall())
    const after = await at().look(access)
    expect(after).toMatchObject(at().modern ? { ours: 'absent', others: 'present' } : NOTHING)
    if (at().modern)
      expect(after.note).toBe(`"${access.account}" → curfew_orders_reader → orders_reader, given by postgres`)
    expect(await at().orders.canRead(access.account)).toBe(at().modern)
  })

  it('names access through a team and through superuser powers', async () => {
    const access = await at().give(await at().orders.newAccount())
    await at().orders.admin(
      `CREATE ROLE team; GRANT orders_reader TO team; GRANT team TO "${access.account}"`,
    )
    expect(await at().look(access)).toEqual({
      ours: 'present',
      others: 'present',
      note: `"${access.account}" → team → orders_reader, given by postgres`,
    })
    await at().orders.admin(`DROP ROLE team; ALTER ROLE "${access.account}" SUPERUSER`)
    const session = await at().orders.connectAs(access.account)
    await at().target.revoke(access, makeCall())
    expect(await at().look(access)).toEqual({
      ours: 'absent',
      others: 'present',
      note: `${access.account} is a superuser now`,
    })
    await session.end()
  })

  it('lists standing access by the shortest way to it, and no bot, superuser or group for it', async () => {
    const [ana, eve] = [await at().orders.newAccount(), await at().orders.newAccount()]
    await at().orders.admin(`
      CREATE ROLE crew; CREATE ROLE crew_lead; CREATE ROLE boss SUPERUSER LOGIN; CREATE ROLE keeper LOGIN;
      GRANT orders_reader TO crew; GRANT crew TO crew_lead, "${ana}", boss; GRANT crew_lead TO "${ana}", "${eve}";
      GRANT orders_reader TO keeper WITH ADMIN OPTION`)
    // From 16 on, the right to give is not the access.
    if (at().modern)
      await at().orders.admin('GRANT orders_reader TO keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE')
    const standing = (await listAll(at().target)).filter(({ ours }) => !ours)
    const of = (name: string) => standing.filter(({ account }) => account === name).map(({ note }) => note)
    expect(of(ana)).toEqual([`"${ana}" → crew → orders_reader, given by postgres`])
    expect(of(eve)).toEqual([`"${eve}" → crew_lead → crew → orders_reader, given by postgres`])
    for (const name of ['boss', 'crew', 'crew_lead', 'curfew', 'curfew_bot', 'curfew_orders_reader'])
      expect(of(name)).toEqual([])
    expect(of('keeper')).toHaveLength(at().modern ? 0 : 1)
    await at().orders.admin('DROP ROLE crew_lead; DROP ROLE crew; DROP ROLE boss; DROP ROLE keeper')
  })

  it('lists a bot that gave itself access', async () => {
    const bot = await at().orders.connectAs('curfew_bot')
    await bot.query(at().modern ? 'SELECT' : 'SET ROLE curfew')
    await bot.query('GRANT curfew_orders_reader TO curfew_bot')
    await bot.end()
    const orphan = (await listAll(at().target)).find((one) => one.account === ('curfew_bot' as Account))
    expect(orphan?.ours).toBe(true)
    await at().orders.admin(
      `REVOKE curfew_orders_reader FROM curfew_bot${at().modern ? ' GRANTED BY curfew' : ''}`,
    )
  })
})
