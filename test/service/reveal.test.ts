/** Credentials are made for whom the sealed events name, whatever the record of the request says by now. */
import { expect, it } from 'vitest'
import { makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, startVaultBot } from '../fixtures/vault-bot.ts'

const SOON = { timeout: 10_000, interval: 20 }

it('somebody whom only a changed record names as the holder is shown nothing', async () => {
  const redis = await startRedis()
  const local = makeInProcess()
  const edit = (yaml: string): string => yaml.replace('roles:', 'reveals: true, roles:')
  const app = await startVaultBot({ local, redisUrl: redis.url, edit })
  const show = async (who: string, id: string): Promise<string> =>
    JSON.stringify(await local.act(who, { kind: 'press', verb: 'reveal', value: id }))
  try {
    const id = await askForVault(local)
    await approveVault(local, id)
    await expect.poll(() => show('ana', id), SOON).toContain('Your credentials')
    const made = local.secrets.length
    const text = (await redis.client.get(`{curfew}:r:${id}`)) ?? ''
    const { requester } = (JSON.parse(text) as { state: { requester: object } }).state
    const forged = JSON.stringify(requester).replaceAll('ana', 'mallory')
    await redis.client.set(`{curfew}:r:${id}`, text.replace(JSON.stringify(requester), forged))
    expect(await show('mallory', id)).toContain('its record does not match the journal')
    expect(local.secrets).toHaveLength(made)
  } finally {
    await app.stop()
    await redis.stop()
  }
})
