/**
 * Very many grants that are still to end, on a target and a chat within this process: what a start, a sweep and an end cost
 * then, and what one grant takes in Redis. All but one are copies of a grant that was really given.
 */
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { SWEEP_MS } from '../../src/domain/limits.ts'
import type { SeatKey } from '../../src/domain/model.ts'
import { makeLog } from '../../src/infra/log.ts'
import { HEAD, JOURNAL } from '../../src/journal/keys.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { copyGrants } from './copy-grants.ts'
import { describeFigures } from './figures.ts'

const YAML = `
operators: [boss@acme.test]
emailDomains: [acme.test]
durability: platform
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: [vault/readonly]
    requesters: [everyone]
    approvers: [boss@acme.test]
    maxDuration: 30d
    channels: ["local:channel-dbas"]
`
const WHO = 'original'
/** As many ends a second as the promise is about. */
const ENDS_A_SECOND = 50
const SOON_MS = 10_000
const JOBS = 10_000
const AGAIN_MS = 200

/** Processor time of this process, of the thread of Redis, and time that passed; all in seconds. */
interface Cost {
  readonly here: number
  readonly there: number
  readonly passed: number
}

export interface Outstanding {
  /** What one takes in Redis, and what a delayed job of BullMQ would. */
  readonly bytes: { readonly grant: number; readonly entries: number; readonly job: number }
  readonly start: Cost
  /** Until everything was looked at for the first time. */
  readonly firstLook: Cost
  readonly oneSweep: Cost
  readonly ends: Cost
  /** By the journal, of each end, ms. */
  readonly lateMs: readonly number[]
}

export interface OutstandingOptions {
  /** How many grants. */
  readonly count: number
  /** How many sweeps are measured. */
  readonly sweeps: number
  /** As many ends a second as is promised, for so long. */
  readonly endsForS: number
}

/** What very many outstanding grants cost. What keeps the file of Redis is left out: it is measured elsewhere. */
export const measureOutstanding = async ({
  count,
  sweeps,
  endsForS,
}: OutstandingOptions): Promise<Outstanding> => {
  const redis = await startRedis({ appendonly: 'no' })
  let app: App | undefined
  try {
    const first = makeInProcess()
    app = await startApp(redis.url, first)
    const id = await giveOne(first, redis.client)
    await app.stop()
    app = undefined
    const copies = await copyGrants(redis.client, { id, who: WHO }, count)
    const local = makeInProcess()
    for (const who of [WHO, ...copies.names]) local.held.add(`memory/vault/readonly/${who}` as SeatKey)
    const { keys, indexes, journal } = copies.bytes
    const bytes = { grant: keys + indexes, entries: journal, job: await weighJob(redis.client) }
    const start = await cost(redis.client, async () => {
      app = await startApp(redis.url, local)
    })
    const firstLook = await cost(redis.client, () => untilIdle(redis.client))
    const all = await cost(redis.client, () => pause(sweeps * SWEEP_MS))
    const oneSweep = { here: all.here / sweeps, there: all.there / sweeps, passed: all.passed / sweeps }
    const dueAt = Math.ceil((Date.now() + SOON_MS) / 1_000) * 1_000
    const many = ENDS_A_SECOND * endsForS
    await copies.endAt(many, (i) => dueAt + Math.floor(i / ENDS_A_SECOND) * 1_000)
    const from = `${await redis.client.hget(HEAD, 'n')}-0`
    let lateMs: readonly number[] = []
    const ends = await cost(redis.client, async () => {
      lateMs = await untilEnded(redis.client, from, many)
    })
    return { bytes, start, firstLook, oneSweep, ends, lateMs }
  } finally {
    await app?.stop()
    await redis.stop()
  }
}

const AT_LENGTH = { sweeps: 10, endsForS: 20 }

/** Answers lines of figures. */
export const outstanding = async (count: number): Promise<string[]> => {
  const { bytes, lateMs, ...costs } = await measureOutstanding({ count, ...AT_LENGTH })
  const said: Record<keyof typeof costs, string> = {
    start: 'start',
    firstLook: 'the first look at everything',
    oneSweep: 'a sweep',
    ends: `${ENDS_A_SECOND} ends a second`,
  }
  return [
    `Redis holds ${bytes.grant} bytes for a grant and ${bytes.entries} for its entries; a delayed job of BullMQ for each would take ${bytes.job}`,
    ...(Object.keys(said) as (keyof typeof costs)[]).map(
      (key) => `${said[key]}: ${describeCost(costs[key])}`,
    ),
    describeFigures('lateness of an end, by the journal', lateMs),
  ].map((line) => `${count} outstanding: ${line}`)
}

const describeCost = ({ here, there, passed }: Cost): string =>
  `${here.toFixed(2)} s of processor here and ${there.toFixed(2)} s in Redis, within ${passed.toFixed(1)} s`

const startApp = (url: string, { kinds }: InProcess): Promise<App> => {
  const env = { REDIS_URL: url, CURFEW_KEY: 'bench'.repeat(8), PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: YAML, env, kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  return assemble({ config: read.config, overrides: { kinds, log: makeLog({ level: 'silent' }) } })
}

/** Given and shown in chat; answers its id. */
const giveOne = async (local: InProcess, redis: Redis): Promise<string> => {
  const text = 'vault/readonly 20d because of the load'
  const card = await local.act(WHO, { kind: 'words', mentions: [], text })
  const id = /R-[0-9A-Z]{6}/.exec(JSON.stringify(card))?.[0] ?? ''
  await local.act('boss', { kind: 'press', verb: 'approve', value: id })
  await until(async () => (await redis.get(`{curfew}:r:${id}`))?.includes('"state":"active"') === true)
  await until(async () => (await redis.keys('{curfew}:due:chat:*')).length === 0)
  return id
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await pause(AGAIN_MS)
}

/** Nothing more than the few commands of every second. */
const untilIdle = async (redis: Redis): Promise<void> => {
  const commands = async (): Promise<number> =>
    Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1])
  let before = await commands()
  await until(async () => {
    await pause(2_000)
    const now = await commands()
    const isIdle = now - before < 500
    before = now
    return isIdle
  })
}

/** Follows the journal until all have ended; answers how late each was, ms. */
const untilEnded = async (redis: Redis, from: string, many: number): Promise<readonly number[]> => {
  const lateMs: number[] = []
  let last = from
  await until(async () => {
    const rows = await redis.xrange(JOURNAL, `(${last}`, '+', 'COUNT', 5_000)
    last = rows.at(-1)?.[0] ?? last
    for (const [, fields] of rows) {
      const { event } = JSON.parse(fields[1] ?? '{}') as { event: { type: string; lateMs: number } }
      if (event.type === 'ended') lateMs.push(event.lateMs)
    }
    return lateMs.length >= many
  })
  return lateMs
}

/** Seconds of processor time that this process and the thread of Redis have used. */
const processorSeconds = async (redis: Redis): Promise<{ here: number; there: number }> => {
  const { user, system } = process.cpuUsage()
  const info = await redis.info('cpu')
  const seconds = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1])
  return {
    here: (user + system) / 1e6,
    there: seconds('used_cpu_sys_main_thread') + seconds('used_cpu_user_main_thread'),
  }
}

const cost = async (redis: Redis, work: () => Promise<unknown>): Promise<Cost> => {
  const [before, beganMs] = [await processorSeconds(redis), performance.now()]
  await work()
  const [after, ms] = [await processorSeconds(redis), performance.now() - beganMs]
  return { here: after.here - before.here, there: after.there - before.there, passed: ms / 1_000 }
}

/** Bytes that one delayed job of BullMQ takes, with an id of its own and a word of data. */
const weighJob = async (redis: Redis): Promise<number> => {
  const memory = async (): Promise<number> =>
    Number(/used_memory:(\d+)/.exec(await redis.info('memory'))?.[1])
  const queue = new Queue('beside', {
    connection: redis.duplicate({ maxRetriesPerRequest: null }),
    prefix: 'beside',
  })
  const before = await memory()
  for (let i = 0; i < JOBS; i += 100) {
    const jobs = Array.from({ length: 100 }, (_, j) => ({
      name: 'revoke',
      data: { request: `R-${i + j}` },
      opts: {
        delay: 1e9,
        jobId: `end-${i + j}`,
        attempts: 5,
        backoff: { type: 'exponential', delay: 1_000 },
      },
    }))
    await queue.addBulk(jobs)
  }
  const bytes = ((await memory()) - before) / JOBS
  await queue.obliterate({ force: true })
  await queue.close()
  return Math.round(bytes)
}
