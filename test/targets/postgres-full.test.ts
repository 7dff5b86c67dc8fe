/** A server that has no connection left: whoever took them all loses their access all the same, and nobody gets any. */
import type { Client } from 'pg'
import { expect, it } from 'vitest'
import { postgres } from '../../src/targets/postgres/index.ts'
import { faultOf, makeCall, quietTools } from '../contract/target.ts'
import { type Bench, describeOnEach, findVersions } from '../fixtures/postgres.ts'
import { until } from '../fixtures/until.ts'

const LIMIT = 12
const FULL = 'the server has no free connection'
const COMES_BACK_MS = 15_000

/** Administrators are not counted. */
const limitTo = (at: Bench, connections: number) =>
  at.orders.admin(`ALTER DATABASE orders CONNECTION LIMIT ${connections}`)

/** All that are left, in this person's hands. */
const takeAll = async (at: Bench, account: string): Promise<{ taken: Client[]; cut: () => number }> => {
  const taken: Client[] = []
  let cut = 0
  for (;;) {
    const client = await at.orders.connectAs(account).catch(() => undefined)
    if (client === undefined) return { taken, cut: () => cut }
    client.on('error', () => undefined)
    client.once('end', () => {
      cut += 1
    })
    taken.push(client)
  }
}

const openLinks = (at: Bench) =>
  at.orders.admin(`SELECT pid FROM pg_stat_activity WHERE application_name = 'curfew'`)

describeOnEach('a server without a free connection', await findVersions(), (at) => {
  it('takes access away from whoever holds all of them', async () => {
    const access = await at().give(await at().orders.newAccount())
    await limitTo(at(), LIMIT)
    try {
      const { taken, cut } = await takeAll(at(), access.account)
      expect(taken.length).toBeGreaterThan(LIMIT / 2)
      expect((await faultOf(at().look(access))).message).toBe(FULL)
      await expect(at().target.revoke(access, makeCall())).resolves.toBeUndefined()
      await until('they are cut', COMES_BACK_MS, () => cut() === taken.length)
      expect(await at().look(access)).toMatchObject({ ours: 'absent' })
      expect(await at().orders.canRead(access.account)).toBe(false)
    } finally {
      await limitTo(at(), -1)
    }
  })

  it('takes it from many at once, each in turn', async () => {
    const accesses = []
    for (let n = 0; n < 8; n += 1) accesses.push(await at().give(await at().orders.newAccount()))
    await limitTo(at(), 0)
    try {
      const revoked = await Promise.allSettled(
        accesses.map((access) => at().target.revoke(access, makeCall())),
      )
      expect(revoked.filter(({ status }) => status === 'rejected')).toEqual([])
    } finally {
      await limitTo(at(), -1)
    }
    for (const access of accesses) expect(await at().look(access)).toMatchObject({ ours: 'absent' })
  })

  it('gives nothing whose end would not get through', async () => {
    const access = await at().resolve(await at().orders.newAccount())
    const other = postgres.connect('it', at().settings, quietTools)
    // One more: the spare connection takes it, and the grant finds none.
    await limitTo(at(), (await openLinks(at())).length + 1)
    try {
      expect(await faultOf(other.grant(access, makeCall()))).toMatchObject({ kind: 'retry', message: FULL })
    } finally {
      await limitTo(at(), -1)
      await other.close()
    }
    expect(await at().look(access)).toMatchObject({ ours: 'absent' })
  })

  it('has one kept for ends again after it was lost', async () => {
    const access = await at().give(await at().orders.newAccount())
    await at().orders.server.kill()
    await at().orders.server.restart()
    await until('one is open again', COMES_BACK_MS, async () => (await openLinks(at())).length === 1)
    await limitTo(at(), 0)
    try {
      await at().target.revoke(access, makeCall())
    } finally {
      await limitTo(at(), -1)
    }
    expect(await at().look(access)).toMatchObject({ ours: 'absent' })
  })
})
