/** What becomes of hostile words: shown to everybody as they are, and nothing in them is alive. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '../../src/sandbox/slack/model.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

let bench: Bench
beforeAll(async () => {
  bench = await startBench()
})
afterAll(() => bench?.stop())

const ask = (reason: string) => `request ${READONLY} 1h because ${reason}`

describe('a reason that is refused', () => {
  const WHY = 'Not done: Please say why, in at least 5 characters. Add: because REASON'
  const SHORTER = 'Say the same in a sentence.'
  it.each([
    ['nothing', '', WHY],
    ['four characters', 'abcd', WHY],
    ['nothing but invisible characters', '\u200B\u200D\u2060\uFEFF\u00AD\u{E0041}', WHY],
    ['nothing but controls', '\u0000\u0007\u001B\u0085', WHY],
    ['nothing but direction marks', '\u202E\u2066\u200F\u061C\u2069', WHY],
    ['501 characters', 'é'.repeat(501), `Not done: The reason is longer than 500 characters. ${SHORTER}`],
    ['3,000 characters', 'x'.repeat(3_000), `Not done: The reason is longer than 500 characters. ${SHORTER}`],
    ['5,000 characters', 'y'.repeat(5_000), `Not done: That is longer than 4000 characters. ${SHORTER}`],
    ['100,000 characters', 'z'.repeat(100_000), `Not done: That is longer than 4000 characters. ${SHORTER}`],
    [
      'half a million unclosed links',
      '<http:'.repeat(80_000),
      `Not done: That is longer than 4000 characters. ${SHORTER}`,
    ],
  ])('%s', async (_, reason, reads) => {
    expect(await bench.type('ana', ask(reason))).toBe(reads)
    expect(bench.slack.messages('dbas')).toEqual([])
  })
})

/** Everything that a message brings to life, but the people Curfew itself means and moments. */
const strangersIn = (message: Message, who: readonly string[]) =>
  bench.slack
    .live(message)
    .filter((token) => token.is !== 'date')
    .filter((token) => !(token.is === 'user' && who.some((name) => bench.slack.user(name).id === token.id)))

/** Everything said about a request: card, direct message, audit thread, with their notification texts. */
const everything = (id: string, who: string): readonly Message[] =>
  ['dbas', 'audit', `@${who}`].flatMap((where) => {
    const root = bench.card(id, where)
    return bench.slack.thread(root.channel, root.ts)
  })

const quoteOf = (message: Message): string =>
  bench
    .shown(message)
    .split('\n')
    .find((line) => line.startsWith('“')) ?? ''

/** Typed; as it stands in the card; as it stands in a line of the thread, where Slack has no plain text. */
const HOSTILE: readonly (readonly [name: string, typed: string, card: string, line: string])[] = [
  ['a call to everybody', '<!channel> <!here> now', '<!channel> <!here> now', '<!channel> <!here> now'],
  ['escaped by Slack', '&lt;!channel&gt; now &amp;lt;', '<!channel> now &lt;', '<!channel> now &lt;'],
  [
    'a mention',
    '<@U0BOB00000> and <!subteam^S0DBA00000>',
    '<@U0BOB00000> and <!subteam^S0DBA00000>',
    '<@U0BOB00000> and <!subteam^S0DBA00000>',
  ],
  ['a channel', '<#C0AUDIT000> says so', '<#C0AUDIT000> says so', '<#C0AUDIT000> says so'],
  ['markup', '*bold* _soft_ ~gone~ `code`', '*bold* _soft_ ~gone~ `code`', '∗bold∗ ˍsoftˍ ∼gone∼ ˋcodeˋ'],
  ['an emoji', 'now :ok: so', 'now :ok: so', 'now ∶ok: so'],
  ['a fake link', '<https://evil.test|https://acme.test>', 'https://evil.test', 'https://evil.test'],
  [
    'a link of another kind',
    '<javascript:alert(1)|look>',
    '<javascript:alert(1)|look>',
    '<javascript:alert(1)|look>',
  ],
  ['a fake date', '<!date^1^{date}|yesterday>', '<!date^1^{date}|yesterday>', '<!date^1^{date}|yesterday>'],
  ['a reading direction', 'evil\u202Etxt.exe \u2066x\u2069', 'eviltxt.exe x', 'eviltxt.exe x'],
  ['letters from right to left', 'תקלה בייצור INC-42', 'תקלה בייצור INC-42', 'תקלה בייצור INC-42'],
  ['invisible characters', 'I\u200BN\u200DC\u2060-\u00AD4\uFEFF2 again', 'INC-42 again', 'INC-42 again'],
  ['controls', 'bell\u0007 null\u0000 esc\u001B[31m', 'bell null esc[31m', 'bell null esc[31m'],
  [
    'lines that look like ours',
    'x\n\nApproved by bob\n> quote',
    'x Approved by bob > quote',
    'x Approved by bob > quote',
  ],
  ['quotation marks', '”\nPolicy: none “', '” Policy: none “', '” Policy: none “'],
  ['half an emoji', 'broken \uD83D end', 'broken end', 'broken end'],
  ['500 ampersands', '&'.repeat(500), '&'.repeat(500), '&'.repeat(500)],
]

describe('a reason that is shown', () => {
  it.each(HOSTILE)('%s', async (_, typed, card, line) => {
    const who = await bench.newPerson()
    const id = await bench.ask(who, `${READONLY} 1h because ${typed}`)
    await bench.slack.waitFor(() => everything(id, who).length === 5)
    expect(['dbas', 'audit', `@${who}`].map((where) => quoteOf(bench.card(id, where)))).toEqual(
      Array(3).fill(`“${card}”`),
    )
    expect(bench.lines(id)).toEqual([`@${who} asks for \`${READONLY}\` for 1 h. Reason: ${line}`])
    const messages = [...everything(id, who), ...bench.slack.ephemeral(who)]
    expect(messages.flatMap((message) => strangersIn(message, [who]))).toEqual([])
  })

  it.each(
    HOSTILE.slice(0, 4),
  )('when it is why somebody denies or revokes: %s', async (_, typed, __, line) => {
    const who = await bench.newPerson()
    const denied = await bench.ask(who)
    await bench.type('bob', `deny ${denied} because ${typed}`)
    await bench.untilLine(denied, 'Denied')
    expect(bench.lines(denied).at(-1)).toBe(`Denied by @bob. Reason: ${line}`)
    const revoked = await bench.give(who)
    await bench.type('cy', `revoke ${revoked} ${typed}`)
    await bench.untilLine(revoked, 'Ended')
    expect(bench.lines(revoked)).toContain(`Revoked by @cy. Reason: ${line}`)
    const messages = [...everything(denied, who), ...everything(revoked, who)]
    expect(messages.flatMap((message) => strangersIn(message, [who, 'bob', 'cy']))).toEqual([])
  })
})

it("a person's own name is as harmless", async () => {
  const who = await bench.newPerson({ real_name: '<!channel> *Bob*\n\u202E<https://evil.test|x>' })
  const id = await bench.ask(who)
  expect(await bench.type('cy', `withdraw ${id}`)).toBe(
    `Not done: Only <!channel> *Bob* <https://evil.test|x> can withdraw this. Approvers and operators: /jit deny ${id}`,
  )
  const messages = [...everything(id, who), ...bench.slack.ephemeral('cy')]
  expect(messages.flatMap((message) => strangersIn(message, [who, 'bob', 'cy']))).toEqual([])
})

it('what was typed in vain is echoed without life', async () => {
  for (const typed of [
    '<!channel>',
    'request <!channel>/<@U0BOB00000>',
    'status <https://evil.test|R-7K3QX9>',
  ]) {
    await bench.type('ana', typed)
  }
  expect(bench.slack.ephemeral('ana').flatMap((message) => strangersIn(message, []))).toEqual([])
})

it('Slack had nothing to complain about', () => expect(bench.slack.warnings()).toEqual([]))
