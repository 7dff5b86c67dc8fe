/**
 * Workers of BullMQ as they are by default, one for each queue: what Curfew's take-over is measured beside. `hold` takes a job
 * and never finishes it; `finish` says when it got one.
 */
import { Worker } from 'bullmq'

const [, , does = '', path = '', ...queues] = process.argv

for (const queue of queues) {
  const connection = { path, maxRetriesPerRequest: null }
  const startAfterMs = does === 'hold' ? 0 : Math.random() * 30_000
  setTimeout(() => {
    const worker = new Worker(
      queue,
      async () => {
        process.send?.({ queue, at: Date.now() })
        if (does === 'hold') await new Promise(() => undefined)
      },
      { connection },
    )
    worker.on('error', () => undefined)
    worker.on('failed', () => process.send?.({ queue, at: Date.now(), failed: true }))
    if (does !== 'hold')
      worker.waitUntilReady().then(
        () => process.send?.({ queue, ready: true }),
        () => undefined,
      )
  }, startAfterMs)
}
process.once('disconnect', () => process.exit(0))
