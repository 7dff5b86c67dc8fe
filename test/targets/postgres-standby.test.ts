/** Servers with standbys: a grant never waits for one, since such a wait has no limit, and nothing is believed of one. */
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { faultOf, makeCall } from '../contract/target.ts'
import { type Bench, describeOnEach, findVersions } from '../fixtures/postgres.ts'

const CASE = { timeout: 60_000 }
const NOT_LONG_MS = 5_000

/** Commits wait for a standby of this name, for ever. */
const waitFor = async (at: Bench, standby: string): Promise<void> => {
  await at.orders.admin(`ALTER SYSTEM SET synchronous_standby_names = '${standby}'`)
  await at.orders.admin('SELECT pg_reload_conf()')
  const isSo = async () =>
    (await at.orders.admin('SHOW synchronous_standby_names')).some(
      (row) => row.synchronous_standby_names === standby,
    )
  while (!(await isSo()));
}

describeOnEach('standbys', await findVersions(), (at) => {
  it('a grant does not wait for one that is away: it would land whenever that comes back', CASE, async () => {
    const access = await at().resolve(await at().orders.newAccount())
    await waitFor(at(), 'somebody')
    try {
      await expect(at().target.grant(access, makeCall(NOT_LONG_MS))).resolves.toBeUndefined()
      expect(await at().orders.canRead(access.account)).toBe(true)
    } finally {
      await waitFor(at(), '')
    }
    await at().target.revoke(access, makeCall())
    expect(await at().orders.canRead(access.account)).toBe(false)
  })

  it('what one says confirms nothing, for it may be behind', CASE, async () => {
    const access = await at().give(await at().orders.newAccount())
    const [row] = await at().orders.admin('SHOW data_directory')
    const signal = join(String(row?.data_directory), 'standby.signal')
    await at().orders.server.kill()
    await writeFile(signal, '')
    await at().orders.server.restart()
    const says = { kind: 'retry', message: 'a standby answers, which takes no changes' }
    try {
      expect(await faultOf(at().look(access))).toMatchObject(says)
      expect(await faultOf(at().target.revoke(access, makeCall()))).toMatchObject(says)
    } finally {
      await at().orders.server.kill()
      await rm(signal)
      await at().orders.server.restart()
    }
    await at().target.revoke(access, makeCall())
    expect(await at().look(access)).toMatchObject({ ours: 'absent' })
  })
})
