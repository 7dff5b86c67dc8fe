/** Whatever happens between Curfew and Microsoft, no secret is left where others can read: Redis, the log, chats, refusals. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type App, assemble, StartRefused } from '../../src/app.ts'
import { readConfig } from '../../src/config/read-config.ts'
import { makeLog } from '../../src/infra/log.ts'
import { registry } from '../../src/registry.ts'
import { type InProcess, makeInProcess } from '../fixtures/in-process.ts'
import { createLocalGraph } from '../fixtures/local-graph.ts'
import { type LocalTeams, startLocalTeams } from '../fixtures/local-teams/local-teams.ts'
import { readActivity } from '../fixtures/local-teams/read-card.ts'
import { readEverything } from '../fixtures/read-everything.ts'
import { startRedis, type TestRedis } from '../fixtures/redis.ts'

let teams: LocalTeams
let redis: TestRedis
let memory: InProcess
let app: App | undefined
let logged: string

beforeEach(async () => {
  const graph = createLocalGraph(() => `${teams.url}/graph/.default`)
  graph.rights.clear()
  teams = await startLocalTeams({ extras: { graph: graph.extra } })
  redis = await startRedis()
  memory = makeInProcess()
  logged = ''
  for (const name of ['ana', 'bob']) teams.addPerson({ name })
  teams.addChannel({ name: 'audit', members: ['ana', 'bob'] })
})
afterEach(async () => {
  await app?.stop()
  app = undefined
  await redis?.stop()
  await teams?.stop()
})

const start = async (more: Readonly<Record<string, string>> = {}): Promise<App> => {
  const kinds = { ...registry, targets: memory.kinds.targets }
  const env = {
    ...teams.env,
    TEAMS_GRAPH_URL: `${teams.url}/graph`,
    REDIS_URL: redis.url,
    CURFEW_KEY: 'teams-secrets'.repeat(3),
    PORT: '0',
    HOST: '127.0.0.1',
    ...more,
  }
  const text = `
operators: [bob@acme.test]
emailDomains: [acme.test]
audit: { channels: ["teams:${teams.channel('audit').id}"] }
targets: { vault: { kind: memory, reveals: true, account: "{email.local}", roles: { readonly: {} } } }
policies: [{ entitlements: ["*/*"], requesters: [everyone], quorum: 0 }]
`
  const read = readConfig({ text, env, kinds })
  if (!read.ok) throw new Error(JSON.stringify(read.problems))
  const destination = {
    write: (line: string): void => {
      logged += line
    },
  }
  const log = makeLog({ level: 'trace', secrets: read.config.secrets, destination })
  app = await assemble({ config: read.config, overrides: { kinds, log } })
  teams.connectBot(`http://127.0.0.1:${app.port}/api/messages`)
  return app
}

/** Whatever anybody was sent, however it is drawn. */
const shown = (): string => JSON.stringify([teams.messages, teams.allOwn(), teams.notices])

it('of a token, the app’s password, or what a holder is shown once', { timeout: 30_000 }, async () => {
  await start()
  await teams.say('ana', 'request vault/readonly 1h because of INC-42')
  const own = () =>
    teams.messages.findLast(({ activity }) => readActivity(activity).includes('[Show credentials]'))
  await expect.poll(own, { timeout: 10_000 }).toBeDefined()
  await teams.pressOn('ana', 'Show credentials', own() as NonNullable<ReturnType<typeof own>>)
  const [credential = ''] = memory.secrets
  expect(JSON.stringify(teams.dialogOf('ana')?.card)).toContain(credential)

  // Microsoft refuses, breaks and hangs up; what is said of it is written down.
  for (const failure of [
    { does: 'status', status: 401 },
    { does: 'status', status: 403, code: 'BotNotInConversationRoster' },
    { does: 'reset' },
    { does: 'accept then status', status: 502 },
  ] as const) {
    const failing = teams.failCalls('*', failure, 3)
    await teams.say('ana', 'mine').catch(() => undefined)
    await teams.say('ana', 'nonsense').catch(() => undefined)
    failing.off()
  }
  const forged = `${teams.token()}forged`
  await teams.post({
    activity: { ...teams.around(teams.person('ana'), teams.channel('audit')), type: 'message', text: 'help' },
    token: forged,
  })
  expect(logged).toContain('a delivery that is not let in')

  const places = { log: logged, redis: await readEverything(redis.client), chat: shown() }
  for (const [place, text] of Object.entries(places)) {
    expect(text.includes(teams.password), `the password stands in ${place}`).toBe(false)
    expect(/token-\d+-xxxx/.test(text), `a token for the connector stands in ${place}`).toBe(false)
    expect(text.includes(forged.slice(0, 40)), `a token of the connector stands in ${place}`).toBe(false)
    expect(text.includes(credential), `a credential stands in ${place}`).toBe(false)
  }
})

it('of a password that Microsoft refuses: the start says so, and not which', async () => {
  const said = await start({ MicrosoftAppPassword: 'not-the-password' }).catch((thrown: unknown) => thrown)
  expect(said).toBeInstanceOf(StartRefused)
  expect(String(said)).toContain('MicrosoftAppPassword')
  expect(`${said} ${logged}`).not.toContain('not-the-password')
})
