/** What somebody has open is found by an index, which Redis may have lost while no bot ran. */
import { expect, it } from 'vitest'
import { makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { askForVault, startVaultBot } from '../fixtures/vault-bot.ts'

const SOON = { timeout: 10_000, interval: 50 }

it('an index of open requests that was lost is filled again at the next start', async () => {
  const redis = await startRedis()
  const local = makeInProcess()
  const options = { local, redisUrl: redis.url }
  const mine = async (): Promise<string> =>
    JSON.stringify(await local.act('ana', { kind: 'words', text: 'mine', mentions: [] }))
  let app = await startVaultBot(options)
  try {
    const id = await askForVault(local)
    // What is still to be said would fill it as well.
    await expect.poll(() => redis.client.keys('*:due:chat:*'), SOON).toEqual([])
    await app.stop()
    const indexes = await redis.client.keys('*:open:*')
    expect(indexes).toHaveLength(1)
    await redis.client.del(indexes)
    app = await startVaultBot(options)
    await expect.poll(mine, SOON).toContain(id)
  } finally {
    await app.stop()
    await redis.stop()
  }
})
