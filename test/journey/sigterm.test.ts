/**
 * SIGTERM at any moment is safe: two bots are replaced one after the other while requests are being asked for, approved,
 * given and ended. Nothing that was answered is lost, nothing happens twice, and every exit is clean and in time.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { BotProcess } from '../../src/sandbox/bot-process.ts'
import { collectText } from '../../src/sandbox/collect-text.ts'
import { type Bench, MAIN, READONLY, startBench } from '../fixtures/run-bot.ts'

/** Replacements, with four requests under way at each; `SIGTERMS` asks for more of them, `SEED` for other moments. */
const SIGTERMS = Number(process.env.SIGTERMS ?? 3)
const SEED = Number(process.env.SEED ?? 20_261_125)
/** From a gesture until the signal, at most: longer than a request takes from the press to the access. */
const WITHIN_MS = 400
/** What the bot allows what it has begun. */
const DRAIN_MS = 8_000
const POLL = { timeout: 30_000, interval: 50 }
const TIMES = { timeout: 60_000 + SIGTERMS * 30_000 }

let bench: Bench
let bots: BotProcess[]
beforeAll(async () => {
  bench = await startBench()
  bots = [bench.bot(), await bench.startBot()]
})
afterAll(() => bench?.stop())

let state = SEED
/** The same moments for the same seed. https://en.wikipedia.org/wiki/Linear_congruential_generator */
const random = (below: number): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

let unanswered = 0
let signalledAt = 0
/** What a gesture was answered; undefined: nothing. Whoever was there before the signal has to get an answer. */
const tryOnce = async (act: () => Promise<string>): Promise<string | undefined> => {
  const sentAt = performance.now()
  const said = await act()
  if (!said.startsWith('HTTP')) return said
  // What comes through a socket that is being closed cannot be acknowledged; Slack says so to the person.
  if (sentAt < signalledAt) unanswered += 1
  return undefined
}
const insist = async (act: () => Promise<string>): Promise<string> => (await tryOnce(act)) ?? insist(act)

/** Who gets no answer looks first whether it was heard all the same. */
const ask = async (who: string): Promise<string> => {
  const said = await tryOnce(() => bench.type(who, `request ${READONLY} 1h because of INC-42`))
  const id = /R-[0-9A-Z]{6}/.exec(said ?? (await insist(() => bench.type(who, 'mine'))))?.[0]
  return id ?? ask(who)
}
const untilCard = (id: string) =>
  bench.slack.waitFor(() => bench.slack.messages('dbas').some(({ text }) => text.includes(id)), {
    what: `the card of ${id}`,
    timeoutMs: POLL.timeout,
  })
const approve = async (id: string): Promise<void> => {
  await untilCard(id)
  await insist(() => bench.press('bob', 'Approve', id))
}
/** A whole life, with a stop before one of its steps until the others are there, too. */
const live = async (who: string, stage: number, together: () => Promise<void>): Promise<string> => {
  if (stage === 0) await together()
  const id = await ask(who)
  await untilCard(id)
  if (stage === 1) await together()
  await approve(id)
  if (stage === 2) await together()
  await expect.poll(() => bench.lines(id, `@${who}`).join(), POLL).toContain('Access is given')
  expect(await bench.orders.canRead(who)).toBe(true)
  if (stage === 3) await together()
  await insist(() => bench.type(who, `done ${id}`))
  await expect.poll(() => bench.lines(id, `@${who}`).at(-1), POLL).toMatch(/^Ended/)
  expect(await bench.orders.canRead(who)).toBe(false)
  return id
}

/** All wait for one another, and for the signal that comes at its moment. */
const meet = (count: number, then: () => void): (() => Promise<void>) => {
  let left = count
  let open = (): void => undefined
  const met = new Promise<void>((resolve) => {
    open = resolve
  })
  return async () => {
    left -= 1
    if (left === 0) {
      then()
      open()
    }
    await met
    // Not all in one instant.
    await pause(random(WITHIN_MS))
  }
}

/** The oldest bot is ended, and another takes its place. */
const replace = async (): Promise<{ code: number | null; ms: number; errors: string }> => {
  const old = bots.shift()
  if (old === undefined) throw new Error('no bot runs')
  await pause(random(WITHIN_MS))
  const started = bench.startBot()
  signalledAt = performance.now()
  const code = await old.end('SIGTERM')
  const ms = performance.now() - signalledAt
  bots.push(await started)
  return { code, ms, errors: old.errors() }
}

it('at any moment of a request’s life', TIMES, async () => {
  const lives = new Map<string, string>()
  for (let round = 0; round < SIGTERMS; round++) {
    const people = await Promise.all(Array.from({ length: 4 }, () => bench.newPerson()))
    let replaced: ReturnType<typeof replace> | undefined
    const together = meet(people.length, () => {
      replaced = replace()
    })
    await Promise.all(people.map(async (who, stage) => void lives.set(who, await live(who, stage, together))))
    const { code, ms, errors } = (await replaced) ?? { code: -1, ms: 0, errors: 'never replaced' }
    expect([code, errors]).toEqual([0, ''])
    expect(ms).toBeLessThan(DRAIN_MS)
  }

  expect(unanswered).toBe(0)
  const events = await bench.events()
  for (const [who, id] of lives) {
    const own = events.filter(({ record }) => record === `r:${id}`).map(({ type }) => type)
    const told = ['requested', 'approved', 'armed', 'cleared', 'confirmed', 'ending', 'ended']
    expect(own.filter((type) => type !== 'posted')).toEqual(told)
    const where = `@${who}`
    const [asked, ...lines] = bench.lines(id, where).map((line) => line.split(/[ :.]/, 1)[0])
    expect([asked, ...lines]).toEqual([`@${who}`, 'Approved', 'Access', 'Given', 'Ended'])
    for (const channel of ['dbas', 'audit'])
      expect(bench.slack.messages(channel).filter(({ text }) => text.includes(id)).length).toBeLessThan(2)
  }
  expect(events.filter(({ type }) => type === 'requested')).toHaveLength(lives.size)
})

/** One more bot, from its first sign of life on. */
const startAnother = async () => {
  const args = ['--import', 'tsx', MAIN, 'start']
  const { PATH = '', HOME = '' } = process.env
  const env = { PATH, HOME, HOST: '127.0.0.1', PORT: '0', ...bench.env }
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = collectText(child.stdout, child.stderr)
  await once(child.stdout, 'data')
  return { child, said }
}

it('while it starts', TIMES, async () => {
  const { child, said } = await startAnother()
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit')
  expect([code, said().includes('"msg":"started"')], said()).toEqual([0, true])
})

it('and a SIGHUP while it starts reads the config again once it has', TIMES, async () => {
  const { child, said } = await startAnother()
  const gone = once(child, 'exit')
  child.kill('SIGHUP')
  await expect.poll(said, POLL).toContain('The config was read again.')
  child.kill('SIGTERM')
  expect((await gone)[0], said()).toBe(0)
})
