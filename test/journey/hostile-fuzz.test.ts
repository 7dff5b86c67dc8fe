/** Three hundred deliveries that nobody would send, from somebody who may decide nothing: the bot stays up and gives nothing. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

/** Fixed, so that a red run is the same everywhere. */
const SEED = 42
const RUNS = 300

let bench: Bench
let victim: string
beforeAll(async () => {
  bench = await startBench()
  await bench.newPerson({ name: 'mallory' })
  victim = await bench.ask('ana')
})
afterAll(() => bench?.stop())

const VERBS = ['request', 'mine', 'status', 'done', 'withdraw', 'approve', 'deny', 'revoke', 'help', '', '?']
const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '\u0000',
    '\uD800',
    '<!channel>',
    '<@U0BOB00000>',
    '&lt;',
    '{curfew}:head',
    '__proto__',
    '%00',
    '../..',
  ),
)
const id = fc.oneof(fc.constant('VICTIM'), fc.stringMatching(/^R-[0-9A-Z]{0,12}$/), anything)
const wish = fc.oneof(
  fc.constantFrom(
    '1h',
    '0h',
    '-1h',
    '1e400d',
    'until 18:00',
    'until',
    'for',
    '∞',
    '9999999999999d',
    'until 0000-00-00 99:99',
  ),
  anything,
)

/** Words that are nearly right, and words that are nothing. */
const words = fc.oneof(
  fc.tuple(fc.constantFrom(...VERBS), id, wish, anything).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom(READONLY, 'orders-db/writer', 'a/b', '/'), wish, anything)
    .map((parts) => parts.join(' ')),
  anything,
)
const command = fc.record({ does: fc.constant('command' as const), text: words })

const FIELDS = [
  'actions',
  'user',
  'team',
  'enterprise',
  'channel',
  'message',
  'container',
  'trigger_id',
  'type',
  'state',
]
const press = fc.record({
  does: fc.constant('press' as const),
  verb: fc.oneof(
    fc.constantFrom('approve', 'deny', 'withdraw', 'give-back', 'revoke', 'constructor'),
    anything,
  ),
  value: id,
  /** A field of the payload that is something else altogether. */
  bent: fc.option(fc.tuple(fc.constantFrom(...FIELDS), fc.jsonValue()), { nil: undefined, freq: 3 }),
})

type Delivery =
  | { readonly does: 'command'; readonly text: string }
  | { readonly does: 'press'; readonly verb: string; readonly value: string; readonly bent: Bent }
type Bent = readonly [field: string, value: unknown] | undefined

const meant = (text: string): string => text.replaceAll('VICTIM', victim)

const send = async (delivery: Delivery) => {
  if (delivery.does === 'command')
    return bench.slack.slashCommand({ user: 'mallory', text: meant(delivery.text) })
  const { channel, ts } = bench.card(victim)
  return bench.slack.pressButton({
    ...{ user: 'mallory', label: 'Approve', channel, ts },
    edit: (payload) => {
      const [action] = payload.actions as [Record<string, unknown>]
      action.action_id = `curfew:${delivery.verb}`
      action.value = meant(delivery.value)
      if (delivery.bent !== undefined) payload[delivery.bent[0]] = delivery.bent[1]
    },
  })
}

it('nothing is decided, given or broken', { timeout: 60_000 }, async () => {
  const property = fc.asyncProperty(fc.oneof(command, press), async (delivery) => {
    const { status, ms } = await send(delivery)
    expect(status).toBe(200)
    expect(ms).toBeLessThan(3_000)
  })
  await fc.assert(property, { seed: SEED, numRuns: RUNS })
  expect((await fetch(`${bench.bot().origin}/readyz`)).status).toBe(200)
  const types = new Set((await bench.events()).map(({ type }) => type))
  expect(
    [...types].filter((type) => !['requested', 'posted', 'refused', 'withdrawn'].includes(type)),
  ).toEqual([])
  const victims = (await bench.events()).filter(({ record }) => record === `r:${victim}`)
  expect(victims.map(({ type }) => type).filter((type) => type !== 'posted')).toEqual(['requested'])
  const errors = bench.bot().log.filter(({ level }) => level === 'error' || level === 'fatal')
  expect([errors, bench.bot().errors()]).toEqual([[], ''])
  // It was not all noise: many different things were understood, and refused.
  expect(new Set(bench.slack.ephemeral('mallory').map(({ text }) => text)).size).toBeGreaterThan(50)
  for (const told of bench.slack.ephemeral('mallory')) {
    const strangers = bench.slack.live(told).filter((token) => token.is !== 'date')
    const known = ['mallory', 'ana'].map((name) => bench.slack.user(name).id)
    expect(strangers.filter((token) => !(token.is === 'user' && known.includes(token.id)))).toEqual([])
  }
  expect(bench.slack.warnings()).toEqual([])
  // And whoever may decide still can.
  expect(await bench.press('bob', 'Approve', victim)).toBe(`Approved: ${victim}: the access is being given.`)
})
