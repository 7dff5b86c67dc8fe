/** A grant never lands after its time, also when PostgreSQL itself makes it wait. */
import { expect, it } from 'vitest'
import { faultOf, makeCall } from '../contract/target.ts'
import { block, describeOnEach, findVersions, untilItWaits } from '../fixtures/postgres.ts'

describeOnEach('the deadline', await findVersions(), (at) => {
  it('gives nothing when another transaction held the GRANT until after it', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    const blocker = await block(at(), access.account)
    const fault = faultOf(at().target.grant(access, makeCall(500)))
    await untilItWaits(at())
    await blocker.query('SELECT pg_sleep(0.6)')
    await blocker.query('ROLLBACK')
    await blocker.end()
    expect(await fault).toMatchObject({
      kind: 'retry',
      message: 'the time for this try had passed, so nothing was given',
    })
    expect(await at().look(access)).toEqual({ ours: 'absent', others: 'absent' })
    expect(await at().orders.canRead(access.account)).toBe(false)
  })

  it('gives when the wait was short', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    const blocker = await block(at(), access.account)
    const granted = at().target.grant(access, makeCall())
    await untilItWaits(at())
    await blocker.query('ROLLBACK')
    await blocker.end()
    await granted
    expect(await at().orders.canRead(access.account)).toBe(true)
  })

  it('gives up waiting for a lock, with nothing given', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    const blocker = await block(at(), access.account)
    expect(await faultOf(at().target.grant(access, makeCall()))).toMatchObject({
      kind: 'retry',
      message: 'another transaction held the lock for too long',
    })
    await blocker.query('ROLLBACK')
    await blocker.end()
    expect(await at().look(access)).toEqual({ ours: 'absent', others: 'absent' })
  })

  it('says "unknown" when it is stopped in the middle, since the server may go on', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    const blocker = await block(at(), access.account)
    const stopping = new AbortController()
    const fault = faultOf(at().target.grant(access, makeCall(10_000, stopping.signal)))
    await untilItWaits(at())
    stopping.abort()
    expect((await fault).kind).toBe('unknown')
    await blocker.query('ROLLBACK')
    await blocker.end()
    while ((await at().look(access)).ours !== 'present');
    await at().target.revoke(access, makeCall())
    expect(await at().orders.canRead(access.account)).toBe(false)
  })
})
