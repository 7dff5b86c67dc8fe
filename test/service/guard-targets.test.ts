/** A config that would lose a target with live grants: the reload is refused, and what was given ends by the old one. */
import { expect, it } from 'vitest'
import { type InProcess, makeInProcess, withTargets } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { approveVault, askForVault, readVaultConfig, startVaultBot } from '../fixtures/vault-bot.ts'

const SOON = { timeout: 10_000, interval: 20 }

it('is not taken over, as long as there is something to end', async () => {
  const redis = await startRedis()
  const local = makeInProcess()
  const options = { local, redisUrl: redis.url }
  const app = await startVaultBot(options)
  try {
    const id = await askForVault(local)
    await approveVault(local, id)
    await expect.poll(() => local.held.size, SOON).toBe(1)
    const without = { ...options, edit: (yaml: string) => yaml.replace('vault:', 'safe:') }
    expect(await app.reload(readVaultConfig(without))).toEqual([
      expect.stringContaining('Target vault has live grants but is not in the config'),
    ])
    await local.act('ana', { kind: 'words', text: 'done', mentions: [] })
    await expect.poll(() => local.held.size, SOON).toBe(0)
    await expect.poll(() => app.reload(readVaultConfig(without)), SOON).toEqual([])
  } finally {
    await app.stop()
    await redis.stop()
  }
})

/** The same target, which is whatever system it is said to be. */
const being = (local: InProcess, system: () => string): InProcess =>
  withTargets(local, (target) => ({
    ...target,
    fingerprint: async () => system(),
    resolve: async (ask, call) => {
      const found = await target.resolve(ask, call)
      return 'seat' in found ? { ...found, fingerprint: system() } : found
    },
  }))

it('may be another system once nothing is left in the old one, and gives at once', async () => {
  const redis = await startRedis()
  let system = 'memory/1'
  const local = being(makeInProcess(), () => system)
  const options = { local, redisUrl: redis.url }
  let app = await startVaultBot(options)
  try {
    await approveVault(local, await askForVault(local))
    await expect.poll(() => local.held.size, SOON).toBe(1)
    // Another bot finds it live when it starts.
    await app.stop()
    app = await startVaultBot(options)
    await local.act('ana', { kind: 'words', text: 'done', mentions: [] })
    await expect.poll(() => local.held.size, SOON).toBe(0)
    system = 'memory/2'
    const moved = { ...options, edit: (yaml: string) => yaml.replace('roles:', 'reveals: true, roles:') }
    await expect.poll(() => app.reload(readVaultConfig(moved)), SOON).toEqual([])
    await approveVault(local, await askForVault(local))
    await expect.poll(() => local.held.size, SOON).toBe(1)
  } finally {
    await app.stop()
    await redis.stop()
  }
})
