/** The same for a job of BullMQ with its own defaults: its worker is killed in the middle, when does another one get it? */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Queue } from 'bullmq'
import { startRedis } from '../fixtures/redis.ts'
import { until } from '../fixtures/until.ts'

const WORKER = fileURLToPath(new URL('./support/queue-worker.ts', import.meta.url))
/** Its lock lasts 30 s, and it looks for stalled jobs every 30 s. */
const STEP_MS = 150_000

interface News {
  readonly queue: string
  readonly at?: number
  readonly ready?: true
}

/** From the death until another worker got the job, ms: so many queues at once, each with workers of its own. */
export const measureQueueTakeOvers = async (cycles: number): Promise<readonly number[]> => {
  const redis = await startRedis()
  const names = Array.from({ length: cycles }, (_, n) => `jobs${n}`)
  const queues = names.map((name) => new Queue(name, { connection: { path: redis.address.path } }))
  const children: ChildProcess[] = []
  const start = (does: 'hold' | 'finish'): News[] => {
    const news: News[] = []
    const child = fork(WORKER, [does, redis.address.path, ...names], { execArgv: ['--import', 'tsx'] })
    child.on('message', (one: News) => void news.push(one))
    children.push(child)
    return news
  }
  try {
    const held = start('hold')
    await Promise.all(queues.map((queue) => queue.add('job', null)))
    await until('every job is in somebody’s hands', STEP_MS, () => held.length === cycles)
    const taken = start('finish')
    await until('others stand ready', STEP_MS, () => taken.filter(({ ready }) => ready).length === cycles)
    children[0]?.kill('SIGKILL')
    const diedAt = Date.now()
    const got = (): News[] => taken.filter(({ at }) => at !== undefined)
    await until('every job is in other hands', STEP_MS, () => got().length >= cycles)
    return got().map(({ at }) => (at ?? 0) - diedAt)
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(queues.map((queue) => queue.close()))
    await redis.stop()
  }
}
