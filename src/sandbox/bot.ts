/**
 * The bot of the sandbox as a process: the same `assemble` as in production, with a clock that its parent can move ahead.
 * Started by `run-bot.ts`; says what `curfew start` says, and stops at SIGTERM or when its parent is gone.
 */
import { assemble } from '../app.ts'
import { showProblem } from '../config/problem.ts'
import { readConfig } from '../config/read-config.ts'
import { makeLog } from '../infra/log.ts'
import { closeRedisClient, makeRedisClient } from '../infra/redis-client.ts'
import { registry } from '../registry.ts'
import { AHEAD_PRELUDE, createClockAhead, moveAhead } from './clock-ahead.ts'

/** From the parent: move ahead by so many ms. Answered by the same once it is done. */
export interface Move {
  readonly move: number
}

const run = async (): Promise<void> => {
  const { env } = process
  const read = readConfig({ path: env.CURFEW_CONFIG ?? '', env, kinds: registry })
  if (!read.ok) throw new Error(read.problems.map(showProblem).join('\n'))
  const { config } = read
  const clock = createClockAhead()
  const redis = makeRedisClient(config.redisUrl, makeLog({ level: 'silent' }))
  await redis.connect()
  const app = await assemble({ config, overrides: { clock, prelude: AHEAD_PRELUDE } })
  process.on('message', (message: Move) => {
    void moveAhead(redis, clock, message.move).then(() => process.send?.(message))
  })
  const stop = async (): Promise<void> => {
    await app.stop()
    closeRedisClient(redis)
    process.exit(0)
  }
  process.once('SIGTERM', () => void stop())
  process.once('disconnect', () => void stop())
}

run().catch((thrown: unknown) => {
  process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`)
  process.exit(1)
})
