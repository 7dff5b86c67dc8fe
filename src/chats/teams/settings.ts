/**
 * How Curfew reaches Microsoft Teams, read from the environment by the names that Microsoft's own SDKs use. Called before
 * anything connects; what would turn verification off or weaken it is never accepted.
 */
import type { FromEnv } from '../../ports.ts'

export interface TeamsSettings {
  /** Of the bot's registration. Never empty: the SDK takes an empty one for "verify nothing". */
  readonly appId: string
  /** The one tenant whose people may use Curfew. */
  readonly tenantId: string
  /** How the bot proves who it is: with a password of its own, or by the machine it runs on. */
  readonly proves: { readonly by: 'password'; readonly password: string } | { readonly by: 'machine' }
  /** The registration belongs to this tenant, or to all (old ones; people of others are refused all the same). */
  readonly registeredIn: 'tenant' | 'everywhere'
  readonly cloud: TeamsCloud
}

/** Where Microsoft's side is: the public cloud, unless told otherwise (a government's, a stand-in). Without a `/` at the end. */
export interface TeamsCloud {
  /** The connector, for whoever writes first. */
  readonly serviceUrl: string
  /** Gives tokens; the tenant is appended. */
  readonly loginUrl: string
  /** Of the tokens with which we call the connector. */
  readonly scope: string
  /** Where the keys are described with which the connector signs its calls, and who it says it is. */
  readonly openIdUrl: string
  readonly issuer: string
}

type Env = Readonly<Record<string, string | undefined>>

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages: global service URLs. */
const PUBLIC_CLOUD: TeamsCloud = {
  serviceUrl: 'https://smba.trafficmanager.net/teams',
  loginUrl: 'https://login.microsoftonline.com',
  scope: 'https://api.botframework.com/.default',
  openIdUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  issuer: 'https://api.botframework.com',
}

const CLOUD_NAMES: Readonly<Record<keyof TeamsCloud, string>> = {
  serviceUrl: 'TEAMS_SERVICE_URL',
  loginUrl: 'ToChannelFromBotLoginUrl',
  scope: 'ToChannelFromBotOAuthScope',
  openIdUrl: 'ToBotFromChannelOpenIdMetadataUrl',
  issuer: 'ToBotFromChannelTokenIssuer',
}

const NAMES = ['MicrosoftAppId', 'MicrosoftAppPassword', 'MicrosoftAppTenantId', 'MicrosoftAppType'] as const

/** As the SDK names them; it takes every other word for `MultiTenant`. */
const TYPES = ['SingleTenant', 'MultiTenant', 'UserAssignedMSI'] as const

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isGuid = (text: string): boolean => GUID.test(text)

const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])

/** Secrets travel there, and keys come from there: nothing but https, or this machine. */
const isSafeUrl = (url: string): boolean => {
  if (!URL.canParse(url)) return false
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))
}

const readCloud = (env: Env, wrong: string[]): TeamsCloud => {
  const read = (part: keyof TeamsCloud): string => {
    const name = CLOUD_NAMES[part]
    const url = env[name]?.trim() || PUBLIC_CLOUD[part]
    if (!isSafeUrl(url)) wrong.push(`${name} (an https address, or http on this machine)`)
    return url.replace(/\/+$/, '')
  }
  return {
    serviceUrl: read('serviceUrl'),
    loginUrl: read('loginUrl'),
    scope: read('scope'),
    openIdUrl: read('openIdUrl'),
    issuer: read('issuer'),
  }
}

const readType = (env: Env): (typeof TYPES)[number] | undefined => {
  const said = env.MicrosoftAppType?.trim() || 'SingleTenant'
  return TYPES.find((type) => type.toLowerCase() === said.toLowerCase())
}

const readGuid = (name: (typeof NAMES)[number], env: Env, wrong: string[]): string => {
  const id = env[name]?.trim() ?? ''
  if (!isGuid(id)) wrong.push(id === '' ? name : `${name} (an id like 6f0e2c1a-0000-0000-0000-000000000000)`)
  return id.toLowerCase()
}

/** Settings when everything is there, the names of what is missing or wrong, `undefined` when nothing is set. */
export const fromEnv = (env: Env): FromEnv<TeamsSettings> => {
  if (NAMES.every((name) => !env[name]?.trim())) return undefined

  const wrong: string[] = []
  const appId = readGuid('MicrosoftAppId', env, wrong)
  const tenantId = readGuid('MicrosoftAppTenantId', env, wrong)
  const type = readType(env)
  if (type === undefined) wrong.push(`MicrosoftAppType (one of ${TYPES.join(', ')})`)
  const password = env.MicrosoftAppPassword?.trim() ?? ''
  const byMachine = type === 'UserAssignedMSI'
  if (byMachine && password !== '') wrong.push('MicrosoftAppPassword (a managed identity has none: unset it)')
  if (!byMachine && password === '') wrong.push('MicrosoftAppPassword')
  const cloud = readCloud(env, wrong)
  if (wrong.length > 0) return { missing: wrong }
  return {
    settings: {
      appId,
      tenantId,
      proves: byMachine ? { by: 'machine' } : { by: 'password', password },
      registeredIn: type === 'MultiTenant' ? 'everywhere' : 'tenant',
      cloud,
    },
  }
}
