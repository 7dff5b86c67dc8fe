/**
 * Lets in what the connector of our own tenant's Teams sent, and nothing else: tokens are verified by botbuilder, and what
 * botbuilder leaves open is closed here. Called for every delivery, before anything in it is read.
 *
 * botbuilder 4.23.3 is the last of its line; nothing but this file and fetch-token imports it. With @microsoft/agents-hosting
 * `ConfigurationBotFrameworkAuthentication` becomes `authorizeJWT(loadAuthConfigFromEnv())`, and `CloudAdapter` keeps its name
 * and its turns; the checks below stay, as neither compares tenants, nor pins `serviceUrl` where a token has no such claim.
 */
import { type Activity, CloudAdapter, ConfigurationBotFrameworkAuthentication } from 'botbuilder'
import { z } from 'zod'
import type { TeamsSettings } from './settings.ts'

/** HTTP status for what is not let in: no or a false token, another tenant, keys that cannot be read just now. */
export type Refused = { readonly status: 401 | 403 | 503; readonly why: string }

/** Runs `turn` with what was verified; answers what it answers. `serviceUrl`: where the connector says that it is. */
export type Verify = <T>(
  authorization: string,
  body: object,
  turn: (verified: { readonly body: object; readonly serviceUrl: string }) => Promise<T>,
) => Promise<{ readonly answer: T } | Refused>

const CHANNEL = 'msteams'
const SERVICE_URL = 'serviceurl'

/** Other channels are verified in other, weaker ways. https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
const envelope = z.looseObject({
  type: z.string(),
  channelId: z.literal(CHANNEL),
  serviceUrl: z.url({ protocol: /^https?$/ }),
  conversation: z.looseObject({ tenantId: z.string().nullish() }).nullish(),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string() }).nullish() }).nullish(),
})
type Envelope = z.infer<typeof envelope>

/** Each place where the platform names a tenant must name ours, and one must. */
const isOurTenant = ({ conversation, channelData }: Envelope, tenantId: string): boolean => {
  const named = [conversation?.tenantId, channelData?.tenant?.id].filter((id) => typeof id === 'string')
  return named.length > 0 && named.every((id) => id.toLowerCase() === tenantId)
}

const createAuthentication = ({ appId, tenantId, proves, registeredIn, cloud }: TeamsSettings) =>
  new ConfigurationBotFrameworkAuthentication({
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
    ...(proves.by === 'password'
      ? {
          MicrosoftAppPassword: proves.password,
          MicrosoftAppType: registeredIn === 'everywhere' ? 'MultiTenant' : 'SingleTenant',
        }
      : { MicrosoftAppType: 'UserAssignedMSI' }),
    ToChannelFromBotLoginUrl: `${cloud.loginUrl}/${tenantId}`,
    ToChannelFromBotOAuthScope: cloud.scope.replace(/\/\.default$/, ''),
    ToBotFromChannelOpenIdMetadataUrl: cloud.openIdUrl,
    ToBotFromChannelTokenIssuer: cloud.issuer,
    ToBotFromEmulatorOpenIdMetadataUrl: cloud.openIdUrl,
    OAuthUrl: cloud.issuer,
  })

/** botbuilder says 401 for what it refuses, and 500 where the page of keys could not be read. */
const statusOf = (thrown: unknown): 401 | 503 => {
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : 401
  const unread = thrown instanceof Error && thrown.name === 'FetchError'
  return unread || (typeof status === 'number' && status >= 500) ? 503 : 401
}

const sayWhy = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : 'unknown').replace(/eyJ[\w.-]+/g, '[token]').slice(0, 200)

export const createVerify = (settings: TeamsSettings): Verify => {
  const authentication = createAuthentication(settings)
  const adapter = new CloudAdapter(authentication)

  return async (authorization, body, turn) => {
    const parsed = envelope.safeParse(body)
    if (!parsed.success) return { status: 401, why: 'no activity of Teams' }
    const { serviceUrl } = parsed.data
    const activity = body as Activity
    const verified = await authentication
      .authenticateRequest(activity, authorization)
      .catch((thrown: unknown) => ({ status: statusOf(thrown), why: sayWhy(thrown) }))
    if ('status' in verified) return verified
    // Tokens of the second kind that botbuilder takes say nothing of where the connector is.
    if (verified.claimsIdentity.getClaimValue(SERVICE_URL) !== serviceUrl)
      return { status: 401, why: 'the token names no such service url' }
    if (!isOurTenant(parsed.data, settings.tenantId)) return { status: 403, why: 'of another tenant' }

    let answered: { readonly answer: Awaited<ReturnType<typeof turn>> } | undefined
    await adapter.processActivityDirect(verified, activity, async () => {
      answered = { answer: await turn({ body, serviceUrl: serviceUrl.replace(/\/+$/, '') }) }
    })
    if (answered === undefined) throw new Error('a turn ended without an answer')
    return answered
  }
}
