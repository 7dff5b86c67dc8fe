/** Slack answers 20 questions about groups a minute: however many groups policies name, it is not asked for more. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { slackDirectory } from '../../src/chats/slack/index.ts'
import type { Call, Directory } from '../../src/ports.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { call, manualClock, SILENT } from './slack-world.ts'

let slack: LocalSlack
let directory: Directory
let time: ReturnType<typeof manualClock>
let refs: string[]

const connect = () =>
  slackDirectory.connect(
    { token: slack.botToken, receives: { by: 'http', signingSecret: '' }, apiUrl: slack.apiUrl },
    { log: SILENT, clock: time.clock, channels: () => [] },
  )

beforeEach(async () => {
  time = manualClock()
  // Its limits follow the same clock.
  slack = await startLocalSlack({ rateLimits: true, now: () => 1_764_000_000_000 + time.clock.monotonicMs() })
  refs = Array.from({ length: 50 }, (_, i) => `slack:${slack.addGroup({ handle: `g${i}` }).id}`)
  directory = connect()
})
afterEach(async () => {
  await directory.close()
  await slack.stop()
})

const asked = () => slack.calls('usergroups.users.list').length
const patient = (leftMs: number): Call => ({ ...call(), left: () => leftMs })

it('fifty at once: each in its turn, none of them refused', async () => {
  const answered = new Set<string>()
  const answers = refs.map(async (ref) => {
    const members = await directory.members(ref, patient(300_000))
    answered.add(ref)
    return members
  })
  for (const expected of [20, 40, 50]) {
    await expect.poll(() => answered.size, { timeout: 5_000, interval: 10 }).toBe(expected)
    time.advance(60_000)
    expect(asked()).toBe(expected)
    time.advance(1_000)
  }
  expect(await Promise.all(answers)).toEqual(refs.map(() => []))
})

it('who cannot wait so long hears at once when to come again, and takes nobody’s turn', async () => {
  await Promise.all(refs.slice(0, 20).map((ref) => directory.members(ref, patient(1_500))))
  time.advance(10_000)
  for (const ref of refs.slice(20))
    await expect(directory.members(ref, patient(1_500))).rejects.toMatchObject({
      kind: 'retry',
      afterMs: 51_000,
    })
  expect(asked()).toBe(20)
  expect(await directory.members(refs[0] ?? '', patient(1_500))).toEqual([])
  time.advance(51_000)
  expect(await directory.members(refs[20] ?? '', patient(1_500))).toEqual([])
})

it('when another bot has used it up, it waits as long as Slack says', async () => {
  const other = connect()
  await Promise.all(refs.slice(0, 20).map((ref) => other.members(ref, patient(1_500))))
  await other.close()
  await expect(directory.members(refs[20] ?? '', patient(1_500))).rejects.toMatchObject({
    kind: 'retry',
    afterMs: 3_000,
  })
  const refused = asked()
  await expect(directory.members(refs[21] ?? '', patient(1_500))).rejects.toMatchObject({
    kind: 'retry',
    afterMs: 3_000,
  })
  expect(asked()).toBe(refused)
  time.advance(3_000)
  expect(await directory.members(refs[21] ?? '', patient(1_500))).toEqual([])
})
