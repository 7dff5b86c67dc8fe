/** Outages become faults that say whether something may have landed, and never tell a secret. */
import { inspect } from 'node:util'
import { expect, it } from 'vitest'
import { Fault } from '../../src/domain/fault.ts'
import { postgres } from '../../src/targets/postgres/index.ts'
import { toFault } from '../../src/targets/postgres/pg-fault.ts'
import { faultOf, makeCall, openSockets, quietTools } from '../contract/target.ts'
import { block, describeOnEach, findVersions, untilItWaits } from '../fixtures/postgres.ts'

describeOnEach('an outage', await findVersions(), (at) => {
  const connectTo = (part: 'username' | 'password' | 'pathname', value: string) => {
    const url = new URL(at().orders.url)
    url[part] = value
    return postgres.connect('orders-db', { ...at().settings, url: url.href }, quietTools)
  }

  it('of the server delays giving, taking and reading back, and loses nothing', async () => {
    const { target, orders } = at()
    const [given, wanted] = [
      await at().give(await orders.newAccount()),
      await at().resolve(await orders.newAccount()),
    ]
    await orders.server.kill()
    const faults = [target.grant, target.revoke, target.inspect].map((does) =>
      faultOf(does(given, makeCall())),
    )
    for (const fault of await Promise.all(faults).finally(orders.server.restart))
      expect(fault).toMatchObject({ kind: 'retry', message: 'the server cannot be reached' })
    expect(await at().look(given)).toEqual({ ours: 'present', others: 'absent' })
    await target.revoke(given, makeCall())
    await target.grant(wanted, makeCall())
    expect([await orders.canRead(given.account), await orders.canRead(wanted.account)]).toEqual([false, true])
  })

  it('in the middle of a GRANT has an unknown outcome', async () => {
    const { target, orders } = at()
    const access = await at().resolve(await orders.newAccount())
    const blocker = await block(at(), access.account)
    const fault = faultOf(target.grant(access, makeCall()))
    await untilItWaits(at())
    await orders.server.kill()
    await orders.server.restart()
    await blocker.end()
    expect((await fault).kind).toBe('unknown')
    expect(await at().look(access)).toEqual({ ours: 'absent', others: 'absent' })
  })

  it('of a server that takes no connection ends with the call, and leaves none', async () => {
    const before = openSockets()
    process.kill(at().orders.server.pid(), 'SIGSTOP')
    try {
      const stopping = new AbortController()
      const faults = [
        faultOf(at().target.fingerprint(makeCall(10_000, stopping.signal))),
        faultOf(at().target.examine(makeCall(10_000, stopping.signal))),
      ]
      stopping.abort()
      for (const fault of faults) expect((await fault).kind).toBe('retry')
    } finally {
      process.kill(at().orders.server.pid(), 'SIGCONT')
    }
    expect(openSockets()).toBe(before)
  })

  it('tells a wrong password, login or database from what heals by itself, and tells no secret', async () => {
    const password = 'never-to-be-seen'
    const wrong = [
      connectTo('password', password),
      connectTo('username', 'nonesuch'),
      connectTo('pathname', '/nonesuch'),
    ]
    for (const target of wrong) {
      const fault = await faultOf(target.fingerprint(makeCall()))
      expect(fault.kind).toBe('permanent')
      for (const secret of [password, new URL(at().orders.url).password])
        expect(inspect(fault, { depth: 9 })).not.toContain(secret)
    }
    await at().orders.admin('ALTER ROLE curfew_bot CONNECTION LIMIT 0')
    expect(await faultOf(at().target.fingerprint(makeCall()))).toMatchObject({
      kind: 'retry',
      message: 'the server has no free connection',
    })
    await at().orders.admin('ALTER ROLE curfew_bot CONNECTION LIMIT -1')
  })
})

it('keeps faults as they are and reads what it does not know as lost on the way', () => {
  const fault = new Fault('permanent', 'mine')
  expect(toFault(fault, 'writing')).toBe(fault)
  expect(toFault(new Error('Connection terminated unexpectedly'), 'writing').kind).toBe('unknown')
  expect(toFault(new Error('Connection terminated unexpectedly'), 'reading').kind).toBe('retry')
  expect(toFault('what?', 'connecting').kind).toBe('retry')
})
