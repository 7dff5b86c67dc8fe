import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { slackChat, slackDirectory } from '../../src/chats/slack/index.ts'
import { readUser } from '../../src/chats/slack/read-user.ts'
import type { Directory } from '../../src/ports.ts'
import { type LocalSlack, startLocalSlack } from '../../src/sandbox/slack/local-slack.ts'
import { call, manualClock, SILENT } from './slack-world.ts'

let slack: LocalSlack
let directory: Directory
let time: ReturnType<typeof manualClock>

const connect = (token = slack.botToken) =>
  slackDirectory.connect(
    { token, receives: { by: 'http', signingSecret: slack.signingSecret }, apiUrl: slack.apiUrl },
    { log: SILENT, clock: time.clock, channels: () => [] },
  )

beforeEach(async () => {
  time = manualClock()
  slack = await startLocalSlack()
  slack.addUser({ name: 'ana', real_name: 'Ana Arias', email: 'Ana@Acme.test' })
  slack.addUser({ name: 'bob' })
  directory = connect()
})
afterEach(async () => {
  await directory.close()
  await slack.stop()
})

const find = (ref: string) => directory.person(ref, call())
const lookUps = () => slack.calls('users.info').length

describe('a person', () => {
  const ana = {
    ref: 'slack:U0ANA00000',
    identity: 'slack:T0ACME0000/U0ANA00000',
    name: 'Ana Arias',
    email: 'ana@acme.test',
    zone: 'Europe/Berlin',
    standing: 'member',
  }

  it('is found by id and by address, whatever its case', async () => {
    expect(await find('slack:U0ANA00000')).toEqual(ana)
    expect(await find('ana@acme.test')).toEqual(ana)
    expect(await find('ANA@ACME.TEST')).toEqual(ana)
  })

  it('is nobody where nobody is', async () => {
    for (const ref of ['slack:U0NOBODY00', 'eve@acme.test', 'okta:00g1', 'slack:C0DBAS0000', 'everyone']) {
      expect(await find(ref)).toBeUndefined()
    }
  })

  it.each([
    ['guest', { is_restricted: true }],
    ['guest', { is_ultra_restricted: true }],
    ['bot', { is_bot: true }],
    ['deactivated', { deleted: true }],
    ['stranger', { is_stranger: true }],
    ['stranger', { team_id: 'T0EVIL0000' }],
  ])('is a %s with %o', async (standing, change) => {
    slack.changeUser('bob', change)
    expect(await find('slack:U0BOB00000')).toMatchObject({ standing })
  })

  it('that is Slackbot is a bot, whatever Slack says', async () => {
    slack.addUser({ name: 'slackbot', id: 'USLACKBOT', is_bot: false })
    expect(await find('slack:USLACKBOT')).toMatchObject({ standing: 'bot' })
  })

  it('of another organisation keeps their own identity and gets no address from us', async () => {
    slack.changeUser('bob', { team_id: 'T0EVIL0000', is_stranger: true })
    expect(await find('slack:U0BOB00000')).toEqual({
      ref: 'slack:U0BOB00000',
      identity: 'slack:T0EVIL0000/U0BOB00000',
      name: 'Bob',
      zone: 'Europe/Berlin',
      standing: 'stranger',
    })
    expect(await find('bob@acme.test')).toBeUndefined()
  })

  it('without zone and address is a person all the same', async () => {
    slack.changeUser('bob', { email: null })
    delete slack.user('bob').tz
    const bob = await find('slack:U0BOB00000')
    expect(bob).toMatchObject({ name: 'Bob', standing: 'member' })
    expect(bob).not.toHaveProperty('zone')
    expect(bob).not.toHaveProperty('email')
  })

  it('can be read from the barest user object, and from no object at all', () => {
    const at = { team: 'T1', orgWide: false, botId: 'B1', botUserId: 'U1' }
    const bare = { id: 'U2', team_id: 'T1', tz: null, profile: { email: null, real_name: '\u202E\n' } }
    expect(readUser(bare, at)).toEqual({
      ref: 'slack:U2',
      identity: 'slack:T1/U2',
      name: 'U2',
      standing: 'member',
    })
    expect(readUser({ id: 'U2' }, at)).toMatchObject({ standing: 'stranger' })
    expect(
      readUser({ ...bare, is_email_confirmed: false, profile: { email: 'a@b.test' } }, at),
    ).not.toHaveProperty('email')
    expect(readUser(undefined, at)).toBeUndefined()
  })

  it('of an Enterprise Grid belongs to the organisation, also from a sister workspace', async () => {
    await slack.stop()
    slack = await startLocalSlack({ team: { enterprise: { id: 'E0ACME0000', name: 'Acme' } } })
    slack.addUser({ name: 'sis', team_id: 'T0SISTER00' })
    slack.addUser({ name: 'eve', team_id: 'T0EVIL0000', is_stranger: true })
    directory = connect()
    expect(await find('slack:U0SIS00000')).toMatchObject({
      identity: 'slack:E0ACME0000/U0SIS00000',
      standing: 'member',
    })
    expect(await find('slack:U0EVE00000')).toMatchObject({ standing: 'stranger' })
  })
})

describe('a user group', () => {
  it('has its members', async () => {
    const group = slack.addGroup({ handle: 'dbas', users: ['ana', 'bob'] })
    expect(await directory.members(`slack:${group.id}`, call())).toEqual([
      'slack:U0ANA00000',
      'slack:U0BOB00000',
    ])
  })

  it('that is unknown is a fault, not an empty group', async () => {
    await expect(directory.members('slack:S0NOWHERE0', call())).rejects.toMatchObject({
      kind: 'permanent',
      message: 'Slack has no user group S0NOWHERE0: check the id.',
    })
  })

  it('that is unknown costs no more questions than one that is there, and is found when it is said to be', async () => {
    const look = () => directory.members('slack:S0NEW00000', call())
    for (let n = 0; n < 5; n++) await expect(look()).rejects.toMatchObject({ kind: 'permanent' })
    expect(slack.calls('usergroups.users.list')).toHaveLength(1)
    slack.addGroup({ handle: 'new', id: 'S0NEW00000', users: ['ana'] })
    directory.forget('slack:S0NEW00000')
    expect(await look()).toEqual(['slack:U0ANA00000'])
  })
})

describe('answers', () => {
  it('are kept for less than a minute, counted from the question', async () => {
    await find('slack:U0BOB00000')
    slack.changeUser('bob', { deleted: true })
    time.advance(59_999)
    expect(await find('slack:U0BOB00000')).toMatchObject({ standing: 'member' })
    expect(lookUps()).toBe(1)
    time.advance(1)
    expect(await find('slack:U0BOB00000')).toMatchObject({ standing: 'deactivated' })
    expect(lookUps()).toBe(2)
    expect(slack.calls('auth.test')).toHaveLength(1)
  })

  it('of a group are kept, too', async () => {
    const group = slack.addGroup({ handle: 'dbas', users: ['ana'] })
    await directory.members(`slack:${group.id}`, call())
    slack.changeGroup('dbas', { users: ['bob'] })
    expect(await directory.members(group.id, call())).toEqual(['slack:U0ANA00000'])
    time.advance(60_000)
    expect(await directory.members(group.id, call())).toEqual(['slack:U0BOB00000'])
  })

  it('are forgotten when somebody has changed, by id and by address, and nobody else’s are', async () => {
    for (const ref of ['slack:U0ANA00000', 'ana@acme.test', 'slack:U0BOB00000', 'bob@acme.test'])
      await find(ref)
    slack.changeUser('ana', { real_name: 'Ana Bravo' })
    directory.forget('slack:U0ANA00000')
    for (const ref of ['slack:U0ANA00000', 'ana@acme.test'])
      expect(await find(ref)).toMatchObject({ name: 'Ana Bravo' })
    for (const ref of ['slack:U0BOB00000', 'bob@acme.test']) await find(ref)
    expect([lookUps(), slack.calls('users.lookupByEmail').length]).toEqual([3, 3])
    directory.forget('ana@acme.test')
    await find('ANA@acme.test')
    expect(slack.calls('users.lookupByEmail')).toHaveLength(4)
  })

  it('that are on their way when somebody changes are not given to who asks later', async () => {
    const group = slack.addGroup({ handle: 'dbas', users: ['ana'] })
    const failing = slack.failCalls('usergroups.users.list', { does: 'hang' }, { times: 1 })
    const early = directory.members(group.id, call())
    await slack.waitFor(() => failing.hits() === 1)
    slack.changeGroup('dbas', { users: ['bob'] })
    directory.forget(`slack:${group.id}`)
    expect(await directory.members(group.id, call())).toEqual(['slack:U0BOB00000'])
    failing.release()
    await early
    const asked = slack.calls('usergroups.users.list').length
    expect(await directory.members(group.id, call())).toEqual(['slack:U0BOB00000'])
    expect(slack.calls('usergroups.users.list')).toHaveLength(asked)
  })

  it('are shared by all who ask at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => find('slack:U0BOB00000')))
    expect(new Set(all.map((one) => one?.name))).toEqual(new Set(['Bob']))
    expect([lookUps(), slack.calls('auth.test').length]).toEqual([1, 1])
  })

  it('that failed are not kept', async () => {
    slack.failCalls('users.info', { does: 'status', status: 500 }, { times: 1 })
    await expect(find('slack:U0BOB00000')).rejects.toMatchObject({ kind: 'retry' })
    expect(await find('slack:U0BOB00000')).toMatchObject({ name: 'Bob' })
  })

  it('are waited for no longer than each one’s signal, without spoiling them for others', async () => {
    const failing = slack.failCalls('users.info', { does: 'hang' })
    const giveUp = new AbortController()
    const impatient = directory.person('slack:U0BOB00000', call(giveUp.signal))
    const patient = find('slack:U0BOB00000')
    await slack.waitFor(() => failing.hits() === 1)
    giveUp.abort()
    await expect(impatient).rejects.toMatchObject({ kind: 'retry' })
    failing.release()
    expect(await patient).toMatchObject({ name: 'Bob' })
  })

  it('fail when the token is refused or a scope is missing', async () => {
    const refused = connect('xoxb-wrong')
    await expect(refused.person('slack:U0BOB00000', call())).rejects.toMatchObject({ kind: 'permanent' })
    await refused.close()
    slack.scopes.delete('users:read.email')
    await expect(find('bob@acme.test')).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('users:read.email'),
    })
  })
})

describe('settings', () => {
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's' }

  it('come from the environment, the same for chat and directory', () => {
    const settings = { token: 'xoxb-1', receives: { by: 'http', signingSecret: 's' } }
    for (const kind of [slackChat, slackDirectory]) {
      expect(kind.fromEnv({})).toBeUndefined()
      expect(kind.fromEnv({ SLACK_BOT_TOKEN: '' })).toBeUndefined()
      expect(kind.fromEnv(env)).toEqual({ settings })
      expect(kind.fromEnv({ SLACK_BOT_TOKEN: 'xoxb-1' })).toEqual({
        missing: ['SLACK_APP_TOKEN (or SLACK_SIGNING_SECRET, for HTTP)'],
      })
      expect(kind.fromEnv({ SLACK_SIGNING_SECRET: 's' })).toEqual({ missing: ['SLACK_BOT_TOKEN'] })
    }
  })

  it('choose sockets where an app token is there, whatever else is', () => {
    const receives = { by: 'sockets', appToken: 'xapp-1' }
    expect(slackChat.fromEnv({ ...env, SLACK_APP_TOKEN: 'xapp-1' })).toEqual({
      settings: { token: 'xoxb-1', receives },
    })
    expect(slackChat.fromEnv({ SLACK_APP_TOKEN: 'xapp-1' })).toEqual({ missing: ['SLACK_BOT_TOKEN'] })
  })

  it.each([
    ['https://slack-gov.com/api/', true],
    ['http://127.0.0.1:4000/api/', true],
    ['http://localhost:4000/api/', true],
    ['http://[::1]:4000/api/', true],
    ['http://slack.test/api/', false],
    ['http://127.0.0.1.evil.test/api/', false],
    ['https://slack.com/api', false],
    ['https://slack.com/api/?x=/api/', false],
    ['slack.com/api/', false],
  ])('take %s as an address of the Web API: %s', (SLACK_API_URL, good) => {
    const read = slackChat.fromEnv({ ...env, SLACK_API_URL })
    if (good) expect(read).toMatchObject({ settings: { apiUrl: SLACK_API_URL } })
    else expect(read).toEqual({ missing: [expect.stringContaining('SLACK_API_URL')] })
  })

  it.each([
    ['U0ANA00000', 'person'],
    ['W0ANA00000', 'person'],
    ['S0ENG00000', 'group'],
    ['C0AUDIT000', 'channel'],
    ['G0AUDIT000', 'channel'],
    ['D0ANA00000', undefined],
    ['ana', undefined],
    ['', undefined],
  ])('classify %s as %s', (id, kind) => {
    expect(slackDirectory.classify(id)).toBe(kind)
  })
})
