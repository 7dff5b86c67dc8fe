/** A start with another `CURFEW_KEY`: what is given ends, what waits gives nothing, and what is asked from now on is whole. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type App, assemble } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeLog } from '../../src/infra/log.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { RECORDED_CONFIG } from '../fixtures/recorded-journal.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

let redis: TestRedis
let app: App | undefined
beforeAll(async () => {
  redis = await startRedis()
})
afterAll(async () => {
  await app?.stop()
  await redis?.stop()
})

/** The one before is stopped; the target remembers nothing, but is asked for what the journal says. */
const startWith = async (key: string, held: readonly string[] = []): Promise<InProcess> => {
  await app?.stop()
  const local = makeInProcess()
  for (const seat of held) local.held.add(seat as never)
  const env = { REDIS_URL: redis.url, CURFEW_KEY: key.repeat(8), PORT: '0', HOST: '127.0.0.1' }
  const read = readConfig({ text: RECORDED_CONFIG, env, kinds: local.kinds })
  if (!read.ok) throw new Error(read.problems.map(({ message }) => message).join('\n'))
  app = await assemble({
    config: read.config,
    overrides: { kinds: local.kinds, log: makeLog({ level: 'silent' }) },
  })
  return local
}

const say = async (local: InProcess, who: string, text: string): Promise<string> =>
  JSON.stringify(await local.act(who, { kind: 'words', mentions: [], text }))
const ask = async (local: InProcess, who: string): Promise<string> =>
  /R-[0-9A-Z]{6}/.exec(await say(local, who, 'vault/readonly 1h because of INC-42'))?.[0] ?? ''
const approve = (local: InProcess, value: string) =>
  local.act('bob', { kind: 'press', verb: 'approve', value })
const untilHeld = (local: InProcess, count: number) =>
  expect.poll(() => local.held.size, { timeout: 10_000 }).toBe(count)

it('ends what was given before', { timeout: 30_000 }, async () => {
  const before = await startWith('first')
  const given = await ask(before, 'ana')
  await approve(before, given)
  await untilHeld(before, 1)
  const waiting = await ask(before, 'cy')

  const after = await startWith('other', [...before.held])
  // Gestures are counted anew, and a number that was there is a replay.
  for (let i = 0; i < 10; i += 1) await say(after, 'dan', 'help')
  await approve(after, waiting)
  const asked = await ask(after, 'dan')
  await approve(after, asked)
  await untilHeld(after, 2)
  await say(after, 'ana', `done ${given}`)
  await untilHeld(after, 1)
  expect([...after.held]).toEqual(['memory/vault/readonly/dan'])
  expect(await say(after, 'cy', `status ${waiting}`)).toMatch(/does not match the journal/)
})
