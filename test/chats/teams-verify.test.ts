/** What is let in: botbuilder verifies tokens of a local OpenID server, and what it leaves open is closed by Curfew. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { makeKey } from '../fixtures/local-teams/keys.ts'
import { say } from './bot-side.ts'
import { startWorld, type World } from './teams-world.ts'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
beforeEach(() => {
  world.gestures.length = 0
})
afterAll(() => world?.stop())

const HOUR_S = 3_600
const nowS = () => Math.floor(Date.now() / 1_000)

/** A good message of Ana's, but for what is said. */
const message = (more: object = {}): Record<string, unknown> => {
  const { teams } = world
  const ana = teams.person('ana')
  return { ...teams.around(ana, teams.personalWith(ana)), type: 'message', text: 'catalog', ...more }
}

/** Answers the HTTP status. */
const send = async (token: string | undefined, activity: Record<string, unknown> = message()) =>
  (await world.teams.post({ activity, token })).status

/** Nothing reached Curfew, and nobody was told anything. */
const nothingCame = (): void => {
  expect(world.gestures).toEqual([])
  expect(world.teams.messages).toEqual([])
}

it.each<[string, () => string | undefined]>([
  ['no token', () => undefined],
  ['an empty one', () => ''],
  ['no token at all but words', () => 'let.me.in'],
  [
    'a token for another bot',
    () => world.teams.token({ claims: { aud: '11111111-1111-1111-1111-111111111111' } }),
  ],
  [
    'one that is over',
    () => world.teams.token({ claims: { nbf: nowS() - 3 * HOUR_S, exp: nowS() - HOUR_S } }),
  ],
  ['one of another issuer', () => world.teams.token({ claims: { iss: 'https://sts.windows.net/other/' } })],
  ['one by a key that nobody published', () => world.teams.token({ key: makeKey('two') })],
  ['one by a forged key of a published name', () => world.teams.token({ key: makeKey('one') })],
  ['one for another service url', () => world.teams.token({ claims: { serviceurl: 'https://evil.test/' } })],
  ['one that names no service url', () => world.teams.token({ claims: { serviceurl: undefined } })],
  [
    'one that the bot itself could get',
    () =>
      world.teams.token({
        claims: {
          // Of the tenant that botbuilder takes such tokens from.
          iss: 'https://sts.windows.net/f8cdef31-a31e-4b4a-93e4-5f571e91255a/',
          ver: '1.0',
          appid: world.teams.appId,
          serviceurl: undefined,
        },
      }),
  ],
  [
    'one of another bot that calls it a skill',
    () => world.teams.token({ claims: { ver: '2.0', azp: '11111111-1111-1111-1111-111111111111' } }),
  ],
])('%s: refused, and nothing is done', async (_, token) => {
  expect(await send(token())).toBe(401)
  nothingCame()
})

it('another key of the same name is refused after the right one was used, too', async () => {
  expect(await send(world.teams.token(), message({ type: 'typing' }))).toBe(200)
  expect(await send(world.teams.token({ key: makeKey('one') }))).toBe(401)
  nothingCame()
})

it('an activity may name no other service url than its token', async () => {
  expect(await send(world.teams.token(), message({ serviceUrl: 'http://127.0.0.1:1/teams' }))).toBe(401)
  nothingCame()
})

it.each([
  ['emulator', { channelId: 'emulator' }],
  ['AseChannel', { channelId: 'AseChannel' }],
  ['webchat', { channelId: 'webchat' }],
  ['none', { channelId: undefined }],
])('of the channel %s nothing is taken, however good the token', async (_, more) => {
  expect(await send(world.teams.token(), message(more))).toBe(401)
  nothingCame()
})

const OTHER = '22222222-2222-2222-2222-222222222222'
it.each<[string, () => object]>([
  [
    'in the conversation',
    () => ({ conversation: { ...(message().conversation as object), tenantId: OTHER } }),
  ],
  ['in the channel data', () => ({ channelData: { tenant: { id: OTHER } } })],
  [
    'nowhere',
    () => ({ channelData: {}, conversation: { ...(message().conversation as object), tenantId: undefined } }),
  ],
])('another tenant %s: refused', async (_, more) => {
  expect(await send(world.teams.token(), message(more()))).toBe(403)
  nothingCame()
})

it('while the page of keys cannot be read nobody is let in, and later everybody is again', async () => {
  const other = await startWorld()
  try {
    const { teams } = other
    const down = teams.failCalls('keys', { does: 'status', status: 503 })
    expect((await teams.say('ana', 'catalog')).status).toBe(503)
    expect(other.gestures).toEqual([])
    down.off()
    expect((await teams.say('ana', 'catalog')).status).toBe(200)
    expect(other.gestures).toHaveLength(1)
  } finally {
    await other.stop()
  }
})

it.each([
  ['no JSON', 'nothing', 400],
  ['a list', '[]', 400],
  ['null', 'null', 400],
  ['an object without anything', '{}', 401],
  ['more than a megabyte', JSON.stringify({ text: 'x'.repeat(1_100_000) }), 413],
])('a body that is %s is refused, and the bot stays up', async (_, body, status) => {
  const headers = { authorization: `Bearer ${world.teams.token()}`, 'content-type': 'application/json' }
  const answer = await fetch(`${world.url}/api/messages`, { method: 'POST', body, headers })
  expect(answer.status).toBe(status)
  nothingCame()
})

it('nothing but POST is taken', async () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect((await fetch(`${world.url}/api/messages`, { method })).status).toBe(405)
})

it('and a good one is let in', async () => {
  world.answerWith(async () => ({ card: say('heard') }))
  expect(await send(world.teams.token())).toBe(200)
  expect(world.gestures.map(({ actor }) => actor)).toEqual([`teams:${world.teams.person('ana').oid}`])
})
