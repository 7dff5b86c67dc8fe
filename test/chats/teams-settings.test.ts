/** What the environment must say before Teams is connected: nothing that would verify less is taken. */
import { describe, expect, it } from 'vitest'
import { fromEnv } from '../../src/chats/teams/settings.ts'

const GUID = '6F0E2C1A-0000-4000-8000-000000000001'
const GOOD = { MicrosoftAppId: GUID, MicrosoftAppTenantId: GUID, MicrosoftAppPassword: 'pa55word' }

const missing = (env: Record<string, string | undefined>): readonly string[] => {
  const found = fromEnv(env)
  return found !== undefined && 'missing' in found ? found.missing : []
}

it('nothing set is no Teams, and so are variables that are empty', () => {
  expect(fromEnv({})).toBeUndefined()
  expect(fromEnv({ MicrosoftAppId: '', MicrosoftAppPassword: ' ' })).toBeUndefined()
})

it('a bot of one tenant is what there is unless it is said otherwise', () => {
  expect(fromEnv(GOOD)).toEqual({
    settings: {
      appId: GUID.toLowerCase(),
      tenantId: GUID.toLowerCase(),
      proves: { by: 'password', password: 'pa55word' },
      registeredIn: 'tenant',
      cloud: {
        serviceUrl: 'https://smba.trafficmanager.net/teams',
        loginUrl: 'https://login.microsoftonline.com',
        scope: 'https://api.botframework.com/.default',
        openIdUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
        issuer: 'https://api.botframework.com',
      },
    },
  })
  expect(fromEnv({ ...GOOD, MicrosoftAppType: 'multitenant' })).toMatchObject({
    settings: { registeredIn: 'everywhere' },
  })
})

it('a managed identity has no password', () => {
  const { MicrosoftAppPassword: _, ...none } = GOOD
  const env = { ...none, MicrosoftAppType: 'UserAssignedMsi' }
  expect(fromEnv(env)).toMatchObject({ settings: { proves: { by: 'machine' } } })
  expect(missing({ ...env, MicrosoftAppPassword: 'x' })).toEqual([
    'MicrosoftAppPassword (a managed identity has none: unset it)',
  ])
})

describe('a start is refused', () => {
  it.each<[string, Record<string, string | undefined>, RegExp]>([
    ['without an app id', { MicrosoftAppId: undefined }, /^MicrosoftAppId$/],
    ['with an empty one', { MicrosoftAppId: ' ' }, /^MicrosoftAppId$/],
    ['with one that is none', { MicrosoftAppId: 'curfew' }, /^MicrosoftAppId \(an id like/],
    ['without a tenant', { MicrosoftAppTenantId: '' }, /^MicrosoftAppTenantId$/],
    ['for all tenants', { MicrosoftAppTenantId: 'common' }, /^MicrosoftAppTenantId \(an id like/],
    ['without a password', { MicrosoftAppPassword: '' }, /^MicrosoftAppPassword$/],
    ['for a type that nobody knows', { MicrosoftAppType: 'SingelTenant' }, /^MicrosoftAppType \(one of/],
    [
      'to speak without encryption',
      { TEAMS_SERVICE_URL: 'http://smba.test' },
      /^TEAMS_SERVICE_URL \(an https/,
    ],
    [
      'to take keys from anywhere',
      { ToBotFromChannelOpenIdMetadataUrl: 'http://x.test' },
      /^ToBotFromChannelOpenId/,
    ],
    ['to log in at a file', { ToChannelFromBotLoginUrl: 'file:///etc' }, /^ToChannelFromBotLoginUrl/],
  ])('%s', (_, env, says) => {
    expect(missing({ ...GOOD, ...env })).toEqual([expect.stringMatching(says)])
  })
})
