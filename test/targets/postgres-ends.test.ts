/** Ends that come together share connections, and each goes its own way. */
import type { Client } from 'pg'
import { expect, it } from 'vitest'
import type { Access, RoleName } from '../../src/domain/model.ts'
import { faultOf, makeCall, resolveAccess } from '../contract/target.ts'
import { type Bench, describeOnEach, findVersions } from '../fixtures/postgres.ts'

const MANY = 12

const giveMany = (at: Bench, count: number): Promise<Access[]> =>
  Promise.all(Array.from({ length: count }, async () => at.give(await at.orders.newAccount())))

/** Of another role: a change of a membership locks the role. */
const giveWriter = async ({ orders, target }: Bench): Promise<Access> => {
  const access = await resolveAccess(target, 'writer' as RoleName, await orders.newAccount())
  await target.grant(access, makeCall())
  return access
}

/** A transaction that has taken the membership away and does not end. */
const hold = async ({ orders, modern }: Bench, account: string): Promise<Client> => {
  const url = new URL(orders.server.url)
  const client = await orders.server.connectAs('postgres', url.password, 'orders')
  const by = modern ? ' GRANTED BY curfew' : ''
  await client.query(`BEGIN; REVOKE curfew_orders_writer FROM "${account}"${by}`)
  return client
}

const there = async (at: Bench, given: readonly Access[]) =>
  Promise.all(given.map(async (access) => (await at.look(access)).ours))

describeOnEach('ends together', await findVersions(), (at) => {
  it('do not wait for one that waits for a lock, nor fail with it', async () => {
    const blocked = await giveWriter(at())
    const others = await giveMany(at(), MANY)
    const blocker = await hold(at(), blocked.account)
    let isOver = false
    const fault = faultOf(at().target.revoke(blocked, makeCall())).finally(() => {
      isOver = true
    })
    await Promise.all(others.map((access) => at().target.revoke(access, makeCall())))
    expect(isOver).toBe(false)
    for (const access of others) expect(await at().orders.canRead(access.account)).toBe(false)
    expect((await fault).message).toBe('another transaction held the lock for too long')
    await blocker.query('ROLLBACK')
    await blocker.end()
    expect(await there(at(), [blocked])).toEqual(['present'])
    await at().target.revoke(blocked, makeCall())
    expect(await there(at(), [blocked])).toEqual(['absent'])
  })

  it('one that is not ours to touch leaves the others alone', async () => {
    const given = await giveMany(at(), MANY)
    const [first, ...rest] = given
    if (first === undefined) throw new Error('nothing was given')
    const elsewhere = { ...first, handle: { ...(first.handle as object), system: '1' } }
    const fault = faultOf(at().target.revoke(elsewhere, makeCall()))
    await Promise.all(rest.map((access) => at().target.revoke(access, makeCall())))
    expect((await fault).kind).toBe('permanent')
    expect(await there(at(), given)).toEqual(given.map((access) => (access === first ? 'present' : 'absent')))
  })
})
