/**
 * Five thousand deliveries that nobody would send, half by sockets and half by signed HTTP, from somebody who may decide
 * nothing: commands, buttons, forms, searches, shortcuts, events. The bot stays up and gives nothing.
 */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Fields } from '../../src/sandbox/slack/model.ts'
import { type Bench, READONLY, startBench } from '../fixtures/run-bot.ts'

/** Fixed, so that a red run is the same everywhere. */
const SEED = 42
/** Each sends {@link AT_ONCE} deliveries at once. */
const RUNS = 250
const AT_ONCE = 10
const RECOGNISED_MS = 3_000

const anything = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom('\u0000', '\uD800', '<!channel>', '&lt;', '{curfew}:head', '__proto__', '%00', '../..'),
)
const id = fc.oneof(
  fc.constant('VICTIM'),
  fc.constant('VICTIM/1'),
  fc.stringMatching(/^R-[0-9A-Z]{0,12}$/),
  anything,
)
const wish = fc.oneof(
  fc.constantFrom('1h', '0h', '-1h', '1e400d', 'until 18:00', 'until', 'for', '∞', 'until 0000-00-00 99:99'),
  anything,
)
const VERBS = [
  ...[
    'request',
    'mine',
    'status',
    'done',
    'extend',
    'withdraw',
    'approve',
    'deny',
    'revoke',
    'review',
    'catalog',
    'id',
  ],
  ...['help', '', '?'],
]
const words = fc.oneof(
  fc.tuple(fc.constantFrom(...VERBS), id, wish, anything).map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom(READONLY, 'orders-db/writer', 'a/b', '/'), wish, anything)
    .map((parts) => parts.join(' ')),
  anything,
)
const actionId = fc.oneof(
  fc
    .constantFrom(
      ...['approve', 'deny', 'shorten', 'withdraw', 'give-back', 'revoke', 'extend', 'approve-extension'],
      ...['deny-extension', 'sign', 'look', 'ask', 'retry', 'constructor'],
    )
    .map((verb) => `curfew:${verb}`),
  fc.constantFrom('field:what', 'field:', 'field:reason'),
  anything,
)
const formName = fc.oneof(
  fc
    .constantFrom('request', 'deny', 'shorten', 'extend', 'review', 'constructor', '')
    .map((name) => `curfew:${name}`),
  anything,
)
const fieldValue = fc.oneof(
  anything.map((value) => ({ type: 'plain_text_input', value })),
  fc.oneof(fc.constantFrom(READONLY, 'orders-db/writer'), anything).map((value) => ({
    type: 'external_select',
    selected_option: { text: { type: 'plain_text', text: value }, value },
  })),
  fc.jsonValue(),
)
const values = fc.dictionary(
  fc.oneof(fc.constantFrom('field:what', 'field:duration', 'field:reason', 'field:require.ticket'), anything),
  fieldValue,
  { maxKeys: 6 },
)
const state = values.map((fields) => ({
  values: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { [name]: value }])),
}))
const view = fc.record({
  id: fc.oneof(fc.constant('V0AAAAAAAA'), anything),
  type: fc.constantFrom('modal', 'home'),
  hash: anything,
  callback_id: formName,
  private_metadata: id,
  state,
})

let sent = 0
const trigger = (): string => {
  sent += 1
  return `1764.${sent}.fuzz`
}
const who = {
  user: { id: 'U0MALLORY0', team_id: 'T0ACME0000' },
  team: { id: 'T0ACME0000' },
  enterprise: null,
}
const interactive = (payload: Fields) => ({ type: 'interactive' as const, payload: { ...who, ...payload } })
const responseUrl = (origin: string) => `${origin}/actions/T0ACME0000/1/nobody`

/** Well-formed to begin with; what is bent is bent afterwards. */
const shapes = (origin: string) =>
  fc.oneof(
    words.map((text) => ({
      type: 'slash_commands' as const,
      payload: {
        ...{ command: '/jit', text, trigger_id: trigger(), response_url: responseUrl(origin) },
        ...{ user_id: 'U0MALLORY0', team_id: 'T0ACME0000', channel_id: 'C0DBAS0000' },
      } as Fields,
    })),
    fc.tuple(actionId, id).map(([action_id, value]) =>
      interactive({
        ...{ type: 'block_actions', trigger_id: trigger(), response_url: responseUrl(origin) },
        ...{ channel: { id: 'C0DBAS0000' }, actions: [{ type: 'button', action_id, block_id: 'b', value }] },
      }),
    ),
    fc.tuple(actionId, id, view, fieldValue).map(([action_id, value, shown, chosen]) =>
      interactive({
        ...{ type: 'block_actions', trigger_id: trigger(), view: shown },
        ...{ container: { type: 'view', view_id: shown.id } },
        actions: [
          {
            ...(typeof chosen === 'object' ? chosen : {}),
            type: 'button',
            action_id,
            block_id: action_id,
            value,
          },
        ],
      }),
    ),
    view.map((shown) =>
      interactive({ type: 'view_submission', trigger_id: trigger(), view: shown, response_urls: [] }),
    ),
    fc
      .tuple(view, actionId, anything)
      .map(([shown, action_id, value]) =>
        interactive({ type: 'block_suggestion', view: shown, action_id, block_id: action_id, value }),
      ),
    formName.map((callback_id) => interactive({ type: 'shortcut', trigger_id: trigger(), callback_id })),
    view.map((shown) => interactive({ type: 'view_closed', view: shown, is_cleared: false })),
    fc
      .tuple(
        fc.constantFrom(
          'app_home_opened',
          'user_change',
          'subteam_members_changed',
          'subteam_updated',
          'message',
        ),
        anything,
      )
      .map(([type, text]) => ({
        type: 'events_api' as const,
        payload: {
          ...{
            type: 'event_callback',
            team_id: 'T0ACME0000',
            api_app_id: 'A0CURFEW00',
            event_id: `Ev${trigger()}`,
          },
          event_time: 1_764_000_000,
          authorizations: [{ team_id: 'T0ACME0000', user_id: 'U0CURFEW00', is_bot: true }],
          event: {
            type,
            text,
            tab: 'home',
            user: type === 'user_change' ? { id: 'U0MALLORY0' } : 'U0MALLORY0',
            subteam_id: 'S0NOBODY00',
            subteam: { id: 'S0NOBODY00' },
          },
        } as Fields,
      })),
  )

/** What it is, Slack says rightly; else no SDK would even hand it on, and the test would wait for it. */
const KEPT = new Set(['type', 'command', 'event', 'actions'])
/** A field somewhere that is something else altogether, or gone. */
const bend = fc.option(
  fc.record({ path: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }), to: fc.option(fc.jsonValue()) }),
  { freq: 2 },
)
type Bend = { readonly path: readonly number[]; readonly to: unknown } | null

const bent = (payload: Fields, how: Bend): Fields => {
  if (how === null) return payload
  const copy = structuredClone(payload)
  let at: Fields = copy
  for (const [depth, step] of how.path.entries()) {
    const keys = Object.keys(at)
    const key = keys[step % Math.max(1, keys.length)]
    if (key === undefined) return copy
    const next = at[key]
    if (depth < how.path.length - 1 && typeof next === 'object' && next !== null) {
      at = next as Fields
      continue
    }
    if (KEPT.has(key)) return copy
    if (how.to === null) delete at[key]
    else at[key] = how.to
    return copy
  }
  return copy
}

describe.each(['sockets', 'http'] as const)('by %s', (slackBy) => {
  let bench: Bench
  let victim: string
  beforeAll(async () => {
    bench = await startBench({ slackBy })
    await bench.newPerson({ name: 'mallory' })
    victim = await bench.ask('ana')
  })
  afterAll(() => bench?.stop())

  it('nothing is decided, given or broken', { timeout: 240_000 }, async () => {
    const origin = new URL(bench.slack.apiUrl).origin
    const meant = (payload: Fields): Fields =>
      JSON.parse(JSON.stringify(payload).replaceAll('VICTIM', victim)) as Fields
    const one = fc.tuple(shapes(origin), bend)
    const understood = new Set<string>()
    const property = fc.asyncProperty(
      fc.array(one, { minLength: AT_ONCE, maxLength: AT_ONCE }),
      async (many) => {
        const replies = await Promise.all(
          many.map(([{ type, payload }, how]) =>
            bench.slack.deliver({ type, payload: bent(meant(payload), how) }),
          ),
        )
        for (const [n, { status, ms, body }] of replies.entries()) {
          expect([200, 404]).toContain(status)
          // What nobody can recognise any more is let go by Bolt itself.
          if (status === 200) expect(ms).toBeLessThan(RECOGNISED_MS)
          understood.add(`${many[n]?.[0].type} ${body.slice(0, 200)}`)
        }
      },
    )
    await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true })
    expect((await fetch(`${bench.bot().origin}/readyz`)).status).toBe(200)
    const types = new Set((await bench.events()).map(({ type }) => type))
    // The bot looks through its targets by itself, some seconds after its start.
    const harmless = ['requested', 'posted', 'refused', 'withdrawn', 'survey begun', 'survey over']
    expect([...types].filter((type) => !harmless.includes(type))).toEqual([])
    const victims = (await bench.events()).filter(({ record }) => record === `r:${victim}`)
    expect(victims.map(({ type }) => type).filter((type) => type !== 'posted')).toEqual(['requested'])
    const errors = bench.bot().log.filter(({ level }) => level === 'error' || level === 'fatal')
    expect([errors, bench.bot().errors()]).toEqual([[], ''])
    // It was not all noise: many different things were understood, and refused.
    expect(understood.size).toBeGreaterThan(50)
    // And whoever may decide still can.
    expect(await bench.press('bob', 'Approve', victim)).toBe(
      `Approved: ${victim}: the access is being given.`,
    )
  })
})
