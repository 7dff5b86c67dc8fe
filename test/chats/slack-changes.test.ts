/** Events of Slack are hints of who changed: read from any shape, from our own organisation only, and from nothing else. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readChange } from '../../src/chats/slack/read-change.ts'
import { startWorld, type World } from './slack-world.ts'

const at = { team: 'T1', orgWide: false, botId: 'B1', botUserId: 'U1' }
const grid = { ...at, enterprise: 'E1', orgWide: true }
const ana = { type: 'user_change', user: { id: 'U2', deleted: true, profile: { email: 'x@y.test' } } }
const body = (event: unknown, over: object = {}) => ({
  type: 'event_callback',
  team_id: 'T1',
  event,
  ...over,
})

describe('an event', () => {
  it.each([
    [ana, { kind: 'person', ref: 'slack:U2' }],
    [
      { type: 'subteam_members_changed', subteam_id: 'S2' },
      { kind: 'group', ref: 'slack:S2' },
    ],
    [
      { type: 'subteam_updated', subteam: { id: 'S2' } },
      { kind: 'group', ref: 'slack:S2' },
    ],
  ])('%o says who changed, and nothing else', (event, change) => {
    expect(readChange(body(event), at)).toEqual({ kind: 'change', change })
  })

  it.each([
    'team_join',
    'message',
    'app_home_opened',
    'constructor',
    '__proto__',
  ])('%s is not for us', (type) => {
    expect(readChange(body({ ...ana, type }), at)).toEqual({ kind: 'foreign' })
  })

  it.each([
    ['another workspace', { team_id: 'T2' }, at],
    ['another workspace, in a shared channel', { context_team_id: 'T2' }, at],
    ['no workspace', { team_id: null }, at],
    ['another organisation', { enterprise_id: 'E2' }, grid],
    ['another organisation, by context', { enterprise_id: 'E1', context_enterprise_id: 'E2' }, grid],
    ['no organisation', {}, grid],
  ])('of %s is not for us', (_, over, installed) => {
    expect(readChange(body(ana, over), installed)).toEqual({ kind: 'foreign' })
  })

  it('of our organisation counts whichever workspace it names', () => {
    const read = readChange(body(ana, { team_id: 'T9', enterprise_id: 'E1' }), grid)
    expect(read).toMatchObject({ kind: 'change' })
  })

  it.each([
    undefined,
    null,
    7,
    'user_change',
    [],
    {},
    { type: 'event_callback' },
    body(null),
    body({}),
    body({ type: 7 }),
    body({ type: 'user_change' }),
    body({ type: 'user_change', user: 'U2' }),
    body({ type: 'user_change', user: { id: 'S2' } }),
    body({ type: 'user_change', user: { id: 'U2|x' } }),
    body({ type: 'subteam_members_changed', subteam_id: 'U2' }),
    body({ type: 'subteam_updated', subteam: null }),
    body(ana, { team_id: { toString: 'T1' } }),
  ])('of this shape is junk: %o', (shape) => {
    expect(readChange(shape, at)).toMatchObject({ kind: 'junk' })
  })
})

describe.each(['sockets', 'http'] as const)('by %s', (by) => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ by })
    if (by === 'sockets') await world.slack.waitFor(() => world.slack.sockets.count() === 2)
  })
  afterAll(() => world?.stop())

  it('events reach Curfew, are acknowledged, and disturb nothing', async () => {
    const team_id = world.slack.team.id
    const send = (payload: Record<string, unknown>) => world.slack.deliver({ type: 'events_api', payload })
    for (const payload of [
      body(ana, { team_id }),
      body(ana, { team_id }),
      body(ana),
      body({ type: 'message' }),
      body({ type: 'user_change' }, { team_id }),
    ])
      expect(await send(payload)).toMatchObject({ status: 200, body: '' })
    const hint = { kind: 'person', ref: 'slack:U2' }
    expect(world.changes).toEqual([hint, hint])
    expect(world.gestures).toEqual([])
    expect(await world.slack.slashCommand({ user: 'ana', text: 'mine' })).toMatchObject({ status: 200 })
    expect(world.gestures).toHaveLength(1)
  })
})
