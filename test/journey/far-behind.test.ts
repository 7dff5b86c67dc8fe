/** A thread that fell far behind is told in one message, once, with every line that people would have read one by one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Args, Failure } from '../../src/sandbox/slack/faults.ts'
import { type Bench, startBench, WRITER } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

/** Long enough for all of it to happen. */
const DOWN_S = 10

const isLine = (args: Args): boolean => args.thread_ts !== undefined

/** What stands under a request's message, each reply as its lines without times. */
const replies = (id: string, where: string): readonly (readonly string[])[] => {
  const root = (where.startsWith('@') ? bench.slack.dm(where.slice(1)) : bench.slack.messages(where)).find(
    ({ text }) => text.includes(id),
  )
  if (root === undefined) return []
  const [, ...below] = bench.slack.thread(root.channel, root.ts)
  return below.map((reply) =>
    bench
      .shown(reply)
      .split('\n')
      .filter((line) => /^\d+\. /.test(line)),
  )
}

const keysOfLines = (id: string): readonly (string | undefined)[] =>
  bench.slack
    .calls('chat.postMessage')
    .filter(({ args, outcome }) => isLine(args) && args.metadata?.includes(id) && outcome !== 'limit')
    .map(({ args }) => /"key":"[^"]+\/([^/"]+)"/.exec(args.metadata ?? '')?.[1])

const until = (id: string, type: string): Promise<void> =>
  expect
    .poll(
      async () => (await bench.events()).filter((event) => event.record === `r:${id}`).map((e) => e.type),
      {
        timeout: 20_000,
      },
    )
    .toContain(type)

/** Asked, approved by two, given, given back, ended: six lines. */
const live = async (who: string, down: { hits(): number }): Promise<string> => {
  const id = await bench.ask(who, `${WRITER} 1h because of INC-42`)
  await bench.slack.waitFor(() => down.hits() === 2)
  await bench.press('bob', 'Approve', id)
  await bench.press('cy', 'Approve', id)
  await until(id, 'confirmed')
  await bench.type(who, `done ${id}`)
  await until(id, 'ended')
  return id
}

const story = (who: string): readonly string[] => [
  `1. @${who} asks for \`${WRITER}\` for 1 h. Reason: INC-42`,
  '2. Approved by @bob (2 approvals are needed).',
  '3. Approved by @cy (2 approvals are needed).',
  `4. Access is given and was read back: \`${WRITER}\` as \`${who}\`.`,
  `5. Given back by @${who}.`,
  '6. Ended: read back, the access is gone.',
]

describe('a thread that is six events behind', { timeout: 90_000 }, () => {
  it.each<[string, Failure | undefined, number]>([
    ['gets one message', undefined, 1],
    ['gets one message, although the answer to it was lost', { does: 'accept then reset' }, 1],
    ['gets one message, although it was lost itself', { does: 'reset' }, 2],
  ])('%s', async (_, failure, sent) => {
    const who = await bench.newPerson()
    const down = bench.slack.failCalls(
      'chat.postMessage',
      { does: 'limit', retryAfterS: DOWN_S },
      { when: isLine },
    )
    const id = await live(who, down)
    expect(replies(id, 'audit')).toEqual([])
    if (failure !== undefined)
      for (const channel of [bench.channels.audit, bench.slack.dm(who)[0]?.channel])
        bench.slack.failCalls('chat.postMessage', failure, {
          times: 1,
          when: (args) => isLine(args) && args.channel === channel,
        })
    down.off()
    for (const where of ['audit', `@${who}`]) {
      await bench.slack.waitFor(() => replies(id, where).flat().length >= 6, { timeoutMs: 40_000 })
      expect(
        replies(id, where).map((lines) => lines.map((line) => line.replace(/ It ends .*$/, ''))),
      ).toEqual([story(who)])
    }
    // Every try was for the very same lines.
    expect(keysOfLines(id)).toEqual(Array.from({ length: 2 * sent }, () => '1-6'))
  })
})
