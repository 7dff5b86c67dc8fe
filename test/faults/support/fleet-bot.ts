/**
 * One bot of a fleet: the same `assemble` as in production, before the vault, with a chat that is the channel to the
 * process that started it. It stops at SIGTERM.
 */
import { assemble } from '../../../src/app.ts'
import { readConfig } from '../../../src/config/read-config.ts'
import { makeInProcess } from '../../fixtures/in-process.ts'
import type { Wish } from './fleet.ts'
import { vaultTarget } from './vault.ts'

const run = async (): Promise<void> => {
  const { env } = process
  const local = makeInProcess()
  const kinds = { ...local.kinds, targets: [vaultTarget] }
  const read = readConfig({ path: env.CURFEW_CONFIG ?? '', env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const app = await assemble({ config: read.config, overrides: { kinds } })
  process.on('message', (wish: Wish) => {
    const does =
      'text' in wish
        ? { kind: 'words' as const, text: wish.text, mentions: [] }
        : { kind: 'press' as const, verb: wish.verb, value: wish.value }
    local.act(wish.who, does).then(
      (card) => process.send?.({ n: wish.n, card: { title: card.title, text: JSON.stringify(card) } }),
      (thrown: unknown) => process.send?.({ n: wish.n, failed: String(thrown) }),
    )
  })
  process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)))
  process.once('disconnect', () => process.exit(1))
  process.send?.({ up: true })
}

run().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`)
  process.exit(1)
})
