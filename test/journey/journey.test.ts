import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Bench, startBench } from '../fixtures/run-bot.ts'

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
const CONFIRMED = /^Access is given and was read back: `orders-db\/readonly` as `\w+`\. It ends /

let bench: Bench

describe.each(['sockets', 'http'] as const)('by %s', (slackBy) => {
  beforeAll(async () => {
    bench = await startBench({ slackBy })
  })
  afterAll(() => bench?.stop())

  const alarms = async (): Promise<string> => {
    const { Redis } = await import('ioredis')
    const redis = new Redis({ path: bench.redis.path })
    const keys = await redis.keys('{curfew}:alarms:at-*')
    redis.disconnect()
    return keys.join(' ')
  }

  describe('one thread', () => {
    it(
      'asks, approves, really gets access, loses it on time, and reads it all in one thread',
      { timeout: 60_000 },
      async () => {
        expect(await bench.orders.canRead('ana')).toBe(false)
        const id = await bench.ask('ana', 'orders-db/readonly 10s because of INC-42')
        for (const words of [
          '@ana',
          'orders-db/readonly',
          'read all orders',
          '10 s',
          'reading orders',
          'bob@acme.test',
          'INC-42',
          '[Approve] [Approve for less] [Deny]',
        ])
          expect(bench.shown(bench.card(id))).toContain(words)
        expect(await bench.orders.canRead('ana')).toBe(false)

        expect(await bench.press('bob', 'Approve', id)).toBe(`Approved: ${id}: the access is being given.`)
        await bench.untilLine(id, 'Access is given')
        expect(await bench.orders.canRead('ana')).toBe(true)
        expect(bench.shown(bench.card(id))).not.toContain('[Approve]')
        expect(await alarms()).toMatch(/at-\d+/)
        await bench.slack.waitFor(() => bench.shown(bench.card(id, '@ana')).includes('[Give back]'))

        await bench.untilLine(id, 'Ended', 20_000)
        expect(await bench.orders.canRead('ana')).toBe(false)
        expect(bench.lines(id)).toEqual([
          '@ana asks for `orders-db/readonly` for 10 s. Reason: INC-42',
          'Approved by @bob.',
          expect.stringMatching(CONFIRMED),
          'Ended: read back, the access is gone.',
        ])
        const posts = bench.slack
          .calls('chat.postMessage')
          .map((call) => JSON.stringify(call.args))
          .filter((text) => text.includes(`${id}/`))
        const keys = posts.map((text) => /R-[0-9A-Z]{6}\/[^"\\]+/.exec(text)?.[0])
        expect(new Set(keys).size).toBe(keys.length)

        const env = { ...process.env, ...bench.env }
        const { stdout, stderr } = await promisify(execFile)(
          process.execPath,
          ['--import', 'tsx', MAIN, 'journal', id],
          { env },
        )
        expect(stderr).toMatch(/\d+ events, marks whole\./)
        expect(stdout).toContain('"type":"ended"')
        expect(stdout).not.toContain('INC-42')
      },
    )

    const twoOnOneSeat = async (): Promise<void> => {
      const person = await bench.newPerson()
      const first = await bench.give(person, 'orders-db/readonly 10s because of INC-1')
      const second = await bench.give(person, 'orders-db/readonly 16s because of INC-2')
      await bench.untilLine(first, 'Ended', 20_000)
      expect(bench.lines(first).at(-1)).toMatch(
        new RegExp(
          `^Ended, but the access stays until .* for ${second}: that grant gives the same access\\.$`,
        ),
      )
      expect(await bench.orders.canRead(person)).toBe(true)
      await bench.untilLine(second, 'Ended', 20_000)
      expect(bench.lines(second).at(-1)).toBe('Ended: read back, the access is gone.')
      expect(await bench.orders.canRead(person)).toBe(false)
    }
    // What happens to a seat has nothing to do with the way in which Slack reaches the bot.
    if (slackBy === 'sockets')
      it(
        'two grants on one seat: the first to end leaves the access and says until when and for which',
        { timeout: 60_000 },
        twoOnOneSeat,
      )

    it('ends early: given back by the holder, revoked by an operator', { timeout: 60_000 }, async () => {
      const [one, two] = [await bench.newPerson(), await bench.newPerson()]
      const given = await bench.give(one)
      expect(await bench.type(one, 'done')).toBe(
        `Given back: ${given}: the access is being removed. Thank you.`,
      )
      await bench.untilLine(given, 'Ended')
      expect(await bench.orders.canRead(one)).toBe(false)
      const revoked = await bench.give(two)
      expect(await bench.type('cy', `revoke ${revoked} it is a mistake`)).toBe(
        `Revoked: ${revoked}: the access is being removed.`,
      )
      await bench.untilLine(revoked, 'Ended')
      expect(bench.lines(revoked)).toContain('Revoked by @cy. Reason: it is a mistake')
      expect(await bench.orders.canRead(two)).toBe(false)
    })

    it('needs as many approvers as the policy says', { timeout: 60_000 }, async () => {
      const person = await bench.newPerson()
      const id = await bench.ask(person, 'orders-db/writer 1h because of INC-3')
      expect(await bench.press('bob', 'Approve', id)).toBe(
        `Approval recorded: ${id} waits for another approver.`,
      )
      expect(await bench.press('bob', 'Approve', id)).toContain(
        'You have approved this already; another approver has to join you.',
      )
      expect(await bench.orders.canRead(person)).toBe(false)
      expect(await bench.press('cy', 'Approve', id)).toBe(`Approved: ${id}: the access is being given.`)
      await bench.untilLine(id, 'Access is given')
      expect(await bench.orders.canRead(person)).toBe(true)
      expect(await bench.type(person, 'done')).toContain('Given back')
    })

    it('takes back, denies, and answers questions', { timeout: 60_000 }, async () => {
      const person = await bench.newPerson()
      const id = await bench.ask(person)
      expect(await bench.type(person, 'mine')).toContain(`${id}`)
      expect(await bench.type(person, `status ${id.toLowerCase()}`)).toContain('waiting for a decision')
      expect(await bench.type(person, 'withdraw')).toBe(`Withdrawn: ${id} was withdrawn; nothing was given.`)
      const denied = await bench.ask(person)
      expect(await bench.type('bob', `deny ${denied} not today`)).toBe(
        `Denied: ${denied} was denied; nothing was given.`,
      )
      await bench.untilLine(denied, 'Denied by @bob. Reason: not today')
      expect(await bench.type(person, 'help')).toContain('/jit request TARGET/ROLE 2h because REASON')
      expect(await bench.orders.canRead(person)).toBe(false)
    })
  })
})
