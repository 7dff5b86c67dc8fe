/** Looks that come in one breath share a fresh connection, and each answers for itself alone. */
import { expect, it } from 'vitest'
import { faultOf, makeCall, openSockets } from '../contract/target.ts'
import { describeOnEach, findVersions } from '../fixtures/postgres.ts'

const MANY = 12

describeOnEach('looks together', await findVersions(), (at) => {
  const giveMany = () =>
    Promise.all(Array.from({ length: MANY }, async () => at().give(await at().orders.newAccount())))

  it('see what happened until they were asked, each its own, over few connections', async () => {
    const accesses = await giveMany()
    const before = openSockets()
    const looks = accesses.map(async (access, i) => {
      // A look that is asked after its revoke must see it, whatever connection others are on by then.
      if (i % 2 === 0) await at().target.revoke(access, makeCall())
      return (await at().look(access)).ours
    })
    expect(await Promise.all(looks)).toEqual(accesses.map((_, i) => (i % 2 === 0 ? 'absent' : 'present')))
    const together = accesses.map((access) => at().look(access))
    await new Promise((resolve) => setImmediate(resolve))
    expect(openSockets() - before).toBeLessThanOrEqual(2)
    await Promise.all(together)
    expect(openSockets()).toBe(before)
  })

  it('do not fail with one of them that cannot be read', async () => {
    const [good] = await giveMany()
    if (good === undefined) throw new Error('nothing was given')
    const elsewhere = { ...good, handle: { ...(good.handle as object), system: '1' } }
    const broken = faultOf(at().look(elsewhere))
    const fine = [at().look(good), at().look(good)]
    expect((await broken).kind).toBe('permanent')
    expect((await Promise.all(fine)).map(({ ours }) => ours)).toEqual(['present', 'present'])
  })

  it('all say so when their server is lost in the middle', async () => {
    const accesses = await giveMany()
    const looks = accesses.map((access) => faultOf(at().look(access)))
    await at().orders.server.kill()
    try {
      const kinds = (await Promise.allSettled(looks)).flatMap((one) =>
        one.status === 'fulfilled' ? [one.value.kind] : [],
      )
      expect(new Set(kinds)).toEqual(new Set(['retry']))
    } finally {
      await at().orders.server.restart()
    }
    expect(
      (await Promise.all(accesses.map((access) => at().look(access)))).every(
        ({ ours }) => ours === 'present',
      ),
    ).toBe(true)
  })
})
