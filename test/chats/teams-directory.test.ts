/** Teams as a directory: by Microsoft Graph where that was allowed, else by the rosters of the teams that the bot is in. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { classify } from '../../src/chats/teams/directory/classify.ts'
import { teamsDirectory } from '../../src/chats/teams/directory/index.ts'
import type { Directory } from '../../src/ports.ts'
import { type Account, createLocalGraph, type LocalGraph } from '../fixtures/local-graph.ts'
import { type LocalTeams, startLocalTeams } from '../fixtures/local-teams/local-teams.ts'
import { call, manualClock, SILENT } from './slack-world.ts'

const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const [ANA, BOB, CY, EVE] = [1, 2, 3, 4].map(idOf) as [string, string, string, string]
const STAFF = idOf(90)

let teams: LocalTeams
let graph: LocalGraph
let directory: Directory
let time: ReturnType<typeof manualClock>
let channels: string[]

const connect = (env: Record<string, string> = {}): Directory => {
  const read = teamsDirectory.fromEnv({ ...teams.env, TEAMS_GRAPH_URL: `${teams.url}/graph`, ...env })
  if (read === undefined || !('settings' in read)) throw new Error(JSON.stringify(read))
  return teamsDirectory.connect(read.settings, { log: SILENT, clock: time.clock, channels: () => channels })
}

const addUser = (id: string, more: Partial<Account> = {}): void => {
  const name = more.displayName ?? id.slice(-1)
  graph.users.set(id, {
    id,
    displayName: name,
    mail: null,
    userPrincipalName: `${id.slice(-1)}@acme.test`,
    ...more,
  })
}

beforeAll(async () => {
  const extra: LocalGraph['extra'] = (asked) => graph.extra(asked)
  teams = await startLocalTeams({ extras: { graph: extra } })
})
afterAll(() => teams?.stop())
beforeEach(() => {
  time = manualClock()
  channels = []
  graph = createLocalGraph(() => `${teams.url}/graph/.default`)
  directory = connect()
})
afterEach(() => directory?.close())

const find = (ref: string) => directory.person(ref, call())
const standingOf = async (ref: string) => (await find(ref))?.standing
const membersOf = (group: string) => directory.members(group, call())

describe('an id', () => {
  it.each([
    [ANA, 'person'],
    [ANA.replace('a', 'A').toUpperCase(), 'person'],
    ['19:abc-DEF_1@thread.tacv2', 'channel'],
    ['19:abc@thread.skype', 'channel'],
    ['19:meeting_x@thread.v2', 'channel'],
    ['team/19:abc@thread.tacv2', 'group'],
    [`group/${STAFF}`, 'group'],
    ['6F0E2C1A-0000-0000-0000-00000000000A', undefined],
    ['29:1abc', undefined],
    ['team/abc', undefined],
    ['group/staff', undefined],
    ['19:abc', undefined],
    ['19:abc;messageid=1@thread.tacv2', undefined],
    ['', undefined],
  ])('%s is %s', (id, kind) => expect(classify(id)).toBe(kind))
})

describe('a person, by Graph', () => {
  it('is found by id and by address, whatever its case', async () => {
    addUser(ANA, { displayName: ' Ana\u202e\n Arias ', mail: 'Ana@Acme.test' })
    const ana = {
      ref: `teams:${ANA}`,
      identity: `teams:${teams.tenantId}/${ANA}`,
      name: 'Ana Arias',
      email: 'ana@acme.test',
      standing: 'member',
    }
    expect(await find(`teams:${ANA}`)).toEqual(ana)
    expect(await find('ANA@acme.test')).toEqual(ana)
  })

  it.each<[string, Partial<Account>, string]>([
    ['of another organisation', { userType: 'Guest' }, 'guest'],
    ['whose name says so', { userType: null, userPrincipalName: 'x_o.test#EXT#@acme.test' }, 'guest'],
    ['disabled', { accountEnabled: false }, 'deactivated'],
    ['disabled and a guest', { accountEnabled: false, userType: 'Guest' }, 'deactivated'],
    ['of an old account without a kind', { userType: null }, 'member'],
  ])('%s', async (_, more, standing) => {
    addUser(ANA, more)
    expect(await standingOf(`teams:${ANA}`)).toBe(standing)
  })

  it('who was deleted is deactivated, and nobody when that is forgotten', async () => {
    graph.deleted.set(ANA, { id: ANA, displayName: 'Ana' })
    expect(await find(`teams:${ANA}`)).toMatchObject({ standing: 'deactivated', name: 'Ana' })
    expect(await find(`teams:${BOB}`)).toBeUndefined()
  })

  it('has the principal name for an address where there is no mail', async () => {
    addUser(ANA, { userPrincipalName: 'Ana@Acme.test' })
    expect((await find(`teams:${ANA}`))?.email).toBe('ana@acme.test')
  })

  it('is the one active member of an address; of two nobody', async () => {
    addUser(ANA, { mail: "o'neil@acme.test", accountEnabled: false })
    addUser(BOB, { mail: "o'neil@acme.test" })
    addUser(EVE, { mail: "o'neil@acme.test", userType: 'Guest' })
    expect((await find("o'neil@acme.test"))?.ref).toBe(`teams:${BOB}`)
    addUser(CY, { userPrincipalName: "O'Neil@acme.test" })
    directory.forget(`teams:${BOB}`)
    expect(await find("o'neil@acme.test")).toBeUndefined()
  })

  it('is at most a minute old, and afresh when something is said to have changed', async () => {
    addUser(ANA)
    expect(await standingOf(`teams:${ANA}`)).toBe('member')
    addUser(ANA, { accountEnabled: false })
    time.advance(54_999)
    expect(await standingOf(`teams:${ANA}`)).toBe('member')
    time.advance(1)
    expect(await standingOf(`teams:${ANA}`)).toBe('deactivated')
    addUser(ANA)
    directory.forget(`teams:${ANA}`)
    expect(await standingOf(`teams:${ANA}`)).toBe('member')
    expect(graph.asked).toHaveLength(3)
  })

  it.each([
    [
      'Graph is busy',
      { does: 'status', status: 429, headers: { 'retry-after': '7' } },
      { kind: 'retry', afterMs: 7_000 },
    ],
    ['Graph is down', { does: 'status', status: 503 }, { kind: 'retry' }],
    ['the line is cut', { does: 'reset' }, { kind: 'retry' }],
    ['the token is refused', { does: 'status', status: 401 }, { kind: 'permanent' }],
  ] as const)('cannot be told when %s, and no roster is believed instead', async (_, failure, fault) => {
    addUser(ANA)
    teams.addPerson({ name: 'ana', oid: ANA })
    const failing = teams.failCalls('send', failure)
    await expect(find(`teams:${ANA}`)).rejects.toMatchObject(fault)
    failing.off()
    expect(await standingOf(`teams:${ANA}`)).toBe('member')
  })
})

describe('a group of Entra', () => {
  const GROUP = `teams:group/${STAFF}`

  it('is everybody in it however deep, by pages, but guests, the disabled and what is no person', async () => {
    for (const [id, more] of [
      [ANA, {}],
      [BOB, { accountEnabled: false }],
      [CY, {}],
      [EVE, { userType: 'Guest' }],
    ] as const)
      addUser(id, more)
    graph.groups.set(STAFF, [ANA, BOB, idOf(91), idOf(50)])
    graph.groups.set(idOf(91), [CY, EVE, ANA, STAFF])
    graph.pageSize = 2
    expect(await membersOf(GROUP)).toEqual([`teams:${ANA}`, `teams:${CY}`])
    expect(graph.asked.length).toBeGreaterThan(2)
  })

  it('is read with the one right that it takes', async () => {
    addUser(ANA)
    graph.groups.set(STAFF, [ANA])
    graph.rights.delete('User.Read.All')
    expect(await membersOf(GROUP)).toEqual([`teams:${ANA}`])
    graph.rights.delete('GroupMember.Read.All')
    directory.forget(GROUP)
    await expect(membersOf(GROUP)).rejects.toMatchObject({
      kind: 'permanent',
      message: expect.stringContaining('GroupMember.Read.All'),
    })
  })

  it('that is not there is a fault, asked for once a minute', async () => {
    for (let i = 0; i < 3; i += 1)
      await expect(membersOf(GROUP)).rejects.toMatchObject({
        kind: 'permanent',
        message: expect.stringContaining(STAFF),
      })
    expect(graph.asked).toHaveLength(1)
  })

  it('never sends its token after a next page elsewhere', async () => {
    for (const id of [ANA, BOB]) addUser(id)
    graph.groups.set(STAFF, [ANA, BOB])
    graph.pageSize = 1
    graph.nextElsewhere = `${teams.url}/elsewhere`
    await expect(membersOf(GROUP)).rejects.toMatchObject({ kind: 'retry' })
    expect(graph.asked).toHaveLength(1)
  })
})

describe('without a right of Graph, by rosters', () => {
  beforeEach(() => {
    graph.rights.clear()
    for (const [name, oid] of Object.entries({ ana: ANA, bob: BOB }))
      teams.addPerson({ name, oid, installed: false })
    teams.addPerson({ name: 'eve', oid: EVE, role: 'guest' })
    teams.addPerson({ name: 'sam', oid: idOf(6), tenantId: idOf(77) })
    teams.addPerson({ name: 'pia', oid: idOf(7) })
    channels = [
      teams.addChannel({ name: 'locked', bot: false }).id,
      teams.addChannel({ name: 'dbas', members: ['ana', 'bob', 'eve', 'sam'] }).id,
    ]
  })

  it.each([
    ['in a channel that the config names', ANA, 'member'],
    ['in the personal chat with the bot', idOf(7), 'member'],
    ['a guest', EVE, 'guest'],
    ['of another tenant', idOf(6), 'stranger'],
    ['nowhere', CY, undefined],
  ])('somebody %s', async (_, oid, standing) => expect(await standingOf(`teams:${oid}`)).toBe(standing))

  it('with no more than the names of people it is the same: who is disabled must be seen', async () => {
    graph.rights.add('User.ReadBasic.All')
    addUser(CY)
    expect(await standingOf(`teams:${CY}`)).toBeUndefined()
    expect(await standingOf(`teams:${ANA}`)).toBe('member')
  })

  it('an address is whose it is there, alone', async () => {
    expect((await find('ana@acme.test'))?.ref).toBe(`teams:${ANA}`)
    teams.addPerson({ name: 'ana2', oid: idOf(8), email: 'Ana@acme.test' })
    teams.channel('dbas').members.add(idOf(8))
    time.advance(60_000)
    expect(await find('ana@acme.test')).toBeUndefined()
    // In no channel of the config: there is no knowing who else has it.
    expect(await find('pia@acme.test')).toBeUndefined()
  })

  it('a team is its roster, by pages, but guests and strangers', async () => {
    const many = Array.from({ length: 620 }, (_, i) => teams.addPerson({ name: `p${i}` }).name)
    const { team = '' } = teams.addChannel({ name: 'all', members: [...many, 'ana', 'eve', 'sam'] })
    const members = await membersOf(`teams:team/${team}`)
    expect(members).toHaveLength(621)
    expect(members).toContain(`teams:${ANA}`)
    expect(members).not.toContain(`teams:${EVE}`)
  })

  it('a team without the bot is a fault that says what to do', async () => {
    await expect(membersOf('teams:team/19:elsewhere@thread.tacv2')).rejects.toMatchObject({
      kind: 'permanent',
    })
  })

  it('a connector that does not answer leaves it open, also where the next channel would have said no', async () => {
    teams.failCalls('member', { does: 'status', status: 502 }, 1)
    await expect(find(`teams:${CY}`)).rejects.toMatchObject({ kind: 'retry' })
  })

  it('the right is asked for again after a while', async () => {
    await find(`teams:${ANA}`)
    await find(`teams:${BOB}`)
    expect(graph.asked).toHaveLength(1)
    graph.rights.add('User.Read.All')
    addUser(ANA, { accountEnabled: false })
    time.advance(10 * 60_000)
    expect(await standingOf(`teams:${ANA}`)).toBe('deactivated')
  })
})

it('nobody is asked about what names nobody here', async () => {
  for (const ref of ['teams:19:abc@thread.tacv2', 'slack:U0ANA00000', 'everyone'])
    expect(await find(ref)).toBeUndefined()
  expect(await membersOf(`teams:${ANA}`)).toEqual([])
  expect(graph.asked).toEqual([])
})

it('a secret that Microsoft refuses is a fault that says so, without the secret', async () => {
  await directory.close()
  directory = connect({ MicrosoftAppPassword: 'not-the-secret' })
  const said = await find(`teams:${ANA}`).catch((fault: unknown) => fault)
  expect(said).toMatchObject({ kind: 'permanent', message: expect.stringContaining('MicrosoftAppPassword') })
  expect(JSON.stringify([said, String(said)])).not.toContain('not-the-secret')
})

describe('where Graph is', () => {
  const missing = (url: string) => {
    const read = teamsDirectory.fromEnv({ ...teams.env, TEAMS_GRAPH_URL: url })
    return read !== undefined && 'missing' in read ? read.missing.join() : ''
  }
  it('is the public cloud unless told otherwise', () => {
    const read = teamsDirectory.fromEnv(teams.env)
    expect(read).toMatchObject({ settings: { graphUrl: 'https://graph.microsoft.com' } })
    expect(teamsDirectory.fromEnv({})).toBeUndefined()
  })
  it.each(['http://graph.acme.test', 'graph', 'https://graph.acme.test/?x=1'])('is not %s', (url) => {
    expect(missing(url)).toContain('TEAMS_GRAPH_URL')
  })
})
