/**
 * Alarms as delayed BullMQ jobs, one per whole second, without data: wake-up calls that any replica may answer.
 * They are never the truth: a lost or late one costs the next sweep, so nothing here ever throws into a decision.
 */
import { type JobsOptions, Queue, type Telemetry, Worker, type WorkerOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import {
  closeRedisClient,
  makeRedisClient,
  type RedisAddress,
  type RedisSettings,
} from '../infra/redis-client.ts'
import type { Alarms, Clock, Log } from '../ports.ts'

export interface AlarmsOptions {
  readonly redis: RedisAddress
  /** Claims what is due; must not throw and is not awaited. */
  wake(): void
  readonly log: Log
  readonly clock: Clock
  /** Traces its jobs. */
  readonly telemetry?: Telemetry | undefined
}

const SECOND_MS = 1_000
const NAME = 'alarms'
/** One hash tag with the journal's keys: both may live in one Redis Cluster slot. */
const PREFIX = '{curfew}'
const ADD_MS = 1_000
const CLOSE_MS = 2_000
/** Longer than the longest blocking read (10 s): a connection this silent is half-open. */
const SILENT_MS = 15_000
/** Events of the queue that nobody reads. */
const EVENTS_KEPT = 100

const JOB: JobsOptions = {
  // Kept jobs would block their id for ever: adding an id that exists is a silent no-op.
  removeOnComplete: true,
  removeOnFail: true,
  // Waking cannot fail; a second try would only wake twice. (1 is BullMQ's default, and meant.)
  attempts: 1,
}

const WORKER: Omit<WorkerOptions, 'connection'> = {
  prefix: PREFIX,
  // A busy worker promotes late: many seconds may fall due at once after an outage.
  concurrency: 50,
  // Waking takes no time; a lock that was lost means that the process stood still.
  lockDuration: 30_000,
  stalledInterval: 5_000,
  // By default the second crash makes a job *failed*; out of reach, so that an alarm is only ever late.
  maxStalledCount: Number.MAX_SAFE_INTEGER,
  // How long one blocking read waits. A wake-up that was missed costs at most this.
  drainDelay: 5,
  // After an error in the loop; the default of 15 s would be three sweeps.
  runRetryDelay: 1_000,
  // The version check stays on: without it BullMQ assumes an old Redis and waits in whole seconds.
  // No `limiter`: a throttled worker does not promote. No `metrics`: nobody reads them.
}

/**
 * What workers need: their blocking read outlives any number of retries and any time limit on a command, and a loop
 * that starts before Redis is there waits for it. A repeated `add` is harmless: its id exists.
 */
const PATIENT: RedisSettings = {
  lazyConnect: false,
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  commandTimeout: undefined,
  socketTimeout: SILENT_MS,
}

/** The clock of Redis, ms: instants are its, and this process's own clock may be wrong. */
const readTime = async (redis: Redis): Promise<number> => {
  const [seconds, micros] = await redis.time()
  return Number(seconds) * SECOND_MS + Math.floor(Number(micros) / 1_000)
}

/** Opens the queue and its worker. Does not wait for Redis: without it alarms are logged and left out. */
export const openAlarms = (options: AlarmsOptions): Alarms => {
  const { clock } = options
  const log = options.log.child({ part: 'alarms' })
  const redis = makeRedisClient(options.redis, log, PATIENT)
  const traced = options.telemetry === undefined ? {} : { telemetry: options.telemetry }
  const queue = new Queue(NAME, {
    ...traced,
    connection: redis,
    prefix: PREFIX,
    defaultJobOptions: JOB,
    streams: { events: { maxLen: EVENTS_KEPT } },
  })
  const worker = new Worker(NAME, async () => options.wake(), { ...WORKER, ...traced, connection: redis })
  // Without listeners BullMQ prints every connection error to the console.
  const logError = (error: Error): void => log.debug({ error: error.message }, 'an error in BullMQ')
  queue.on('error', logError)
  worker.on('error', logError)

  const within = async (ms: number, work: Promise<unknown>): Promise<boolean> => {
    let cancel: () => void = () => undefined
    const late = new Promise<boolean>((resolve) => {
      cancel = clock.after(ms, () => resolve(false))
    })
    const done = work.then(() => true)
    return Promise.race([done, late]).finally(cancel)
  }

  const add = async (second: number): Promise<void> => {
    const delay = Math.max(0, second * SECOND_MS - (await readTime(redis)))
    // All-digit ids are rejected.
    await queue.add('wake', null, { jobId: `at-${second}`, delay })
  }

  const tryAdd = async (second: number): Promise<void> => {
    try {
      // `add` hangs while Redis is away, and lands afterwards.
      if (!(await within(ADD_MS, add(second)))) throw new Error('no answer from Redis')
    } catch (thrown) {
      log.warn({ second, error: String(thrown) }, 'an alarm was not set; the sweep will see to it')
    }
  }

  const close = async (): Promise<void> => {
    // Closing waits without limit: for active jobs, and for a Redis that is away.
    const closed = worker.close(redis.status !== 'ready').then(() => queue.close())
    if (!(await within(CLOSE_MS, closed).catch(() => false)))
      await within(CLOSE_MS, Promise.all([worker.disconnect(), queue.disconnect()])).catch(() => false)
    closeRedisClient(redis)
  }
  let closing: Promise<void> | undefined

  /** By second: what is being added now is not added twice. Not kept longer, for the queue's keys may be lost. */
  const pending = new Map<number, Promise<void>>()

  return {
    at: (instant) => {
      const second = Math.ceil(instant / SECOND_MS)
      const known = pending.get(second)
      if (known) return known
      const adding = tryAdd(second).finally(() => pending.delete(second))
      pending.set(second, adding)
      return adding
    },
    close: () => {
      closing ??= close()
      return closing
    },
  }
}
