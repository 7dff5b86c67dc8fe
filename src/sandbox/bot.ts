/**
 * The bot of the sandbox as a process: the same `assemble` as in production, with the sandbox's time. Started by
 * `run-bot.ts`; says what `curfew start` says, and stops at SIGTERM.
 */
import { assemble } from '../app.ts'
import { showProblem } from '../config/problem.ts'
import { readConfig } from '../config/read-config.ts'
import { registry } from '../registry.ts'
import { AHEAD_PRELUDE } from './ahead.ts'

const run = async (): Promise<void> => {
  const { env } = process
  const read = readConfig({ path: env.CURFEW_CONFIG ?? '', env, kinds: registry })
  if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'))
  const app = await assemble({ config: read.config, overrides: { prelude: AHEAD_PRELUDE } })
  process.once('SIGTERM', () => void app.stop().then(() => process.exit(0)))
  // A terminal's Ctrl-C reaches every process of the sandbox; whoever started this one ends it in its turn.
  process.on('SIGINT', () => undefined)
}

run().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exit(1)
})
