/**
 * Ten thousand grants that end in one second, on a target, a chat and a directory within this process: what is measured
 * is Curfew and Redis. Scripts are counted by Redis, ends are read from the journal.
 */
import type { Redis } from 'ioredis'
import { assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeLog } from '../../src/infra/log.ts'
import { JOURNAL } from '../../src/journal/keys.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { startRedis } from '../fixtures/redis.ts'
import { until } from '../fixtures/until.ts'
import { describeFigures, inTurns } from './figures.ts'

const LOOK_EVERY_MS = 100

const YAML = `
operators: [boss@acme.test]
emailDomains: [acme.test]
audit: { channels: ["local:channel-audit"] }
targets:
  vault: { kind: memory, account: "{email.local}", roles: { readonly: {} } }
policies:
  - entitlements: [vault/readonly]
    requesters: [everyone]
    approvers: [boss@acme.test]
    channels: ["local:channel-dbas"]
`

/** Answers lines of figures. Gives `count` grants first, which takes a few minutes for ten thousand. */
export const manyEnds = async (count: number): Promise<string[]> => {
  const redis = await startRedis()
  const local = makeInProcess()
  const env = { REDIS_URL: redis.url, CURFEW_KEY: 'bench'.repeat(8), PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: YAML, env, kinds: local.kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  const overrides = { kinds: local.kinds, log: makeLog({ level: 'silent' }) }
  const app = await assemble({ config: read.config, overrides })
  try {
    const endsAt = await giveAll(local, count)
    return await measure(redis.client, local, count, endsAt)
  } finally {
    await app.stop()
    await redis.stop()
  }
}

/** Everybody asks for the same minute, far enough ahead; answers it. */
const giveAll = async (local: InProcess, count: number): Promise<number> => {
  const beganAt = Date.now()
  const endsAt = Math.ceil((beganAt + 60_000 + count * 25) / 60_000) * 60_000
  const endsOn = new Date(endsAt).toISOString().slice(11, 16)
  const people = Array.from({ length: count }, (_, i) => `p${i}`)
  await inTurns(people, 50, async (who) => {
    const asked = await local.act(who, {
      kind: 'words',
      mentions: [],
      text: `vault/readonly until ${endsOn} because of the load`,
    })
    const id = /R-[0-9A-Z]{6}/.exec(JSON.stringify(asked))?.[0]
    if (id === undefined) throw new Error(`not asked: ${JSON.stringify(asked)}`)
    await local.act('boss', { kind: 'press', verb: 'approve', value: id })
  })
  await waitFor(`${count} grants`, endsAt - Date.now(), () => local.held.size === count)
  let before = -1
  await waitFor('a quiet chat', endsAt - Date.now() - 2_000, () => {
    const still = local.shown() === before
    before = local.shown()
    return still
  })
  return endsAt
}

const measure = async (redis: Redis, local: InProcess, count: number, endsAt: number): Promise<string[]> => {
  const from = (await redis.xrevrange(JOURNAL, '+', '-', 'COUNT', 1))[0]?.[0] ?? '0-0'
  await waitFor('the end', endsAt, () => Date.now() > endsAt - 1_000)
  if (local.held.size !== count)
    throw new Error(`only ${local.held.size} of ${count} hold access before the end`)
  await redis.config('RESETSTAT')
  const ended = await endedAfter(redis, from, count)
  const scripts = scriptsIn(await redis.info('commandstats'))
  const commands = Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1])
  const lastAt = Math.max(...ended.map(({ at }) => at))
  if (local.held.size > 0) throw new Error(`${local.held.size} still hold access`)
  return [
    describeFigures(
      'lateness of an end, by the journal',
      ended.map(({ lateMs }) => lateMs),
    ),
    `last of ${count} ends committed ${lastAt - endsAt} ms after the end: ${Math.round(count / ((lastAt - endsAt) / 1_000))} a second`,
    `scripts run by Redis: ${scripts} (${(scripts / count).toFixed(2)} an end), commands in all: ${commands}`,
    `resident memory of the whole process: ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
  ]
}

interface Ended {
  readonly at: number
  readonly lateMs: number
}

/** Follows the journal until all have ended. */
const endedAfter = async (redis: Redis, from: string, count: number): Promise<Ended[]> => {
  const ended: Ended[] = []
  let last = from
  await waitFor('all ends', 10 * 60_000, async () => {
    const rows = await redis.xrange(JOURNAL, `(${last}`, '+', 'COUNT', 20_000)
    last = rows.at(-1)?.[0] ?? last
    for (const [, fields] of rows) {
      const { event } = JSON.parse(fields[1] ?? '{}') as { event: { type: string } & Ended }
      if (event.type === 'ended') ended.push(event)
    }
    return ended.length >= count
  })
  return ended
}

const scriptsIn = (info: string): number =>
  [...info.matchAll(/cmdstat_(?:evalsha|eval):calls=(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0)

const waitFor = (what: string, withinMs: number, holds: () => boolean | Promise<boolean>): Promise<void> =>
  until(what, withinMs, holds, LOOK_EVERY_MS)
