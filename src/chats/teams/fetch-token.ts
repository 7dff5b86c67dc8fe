/**
 * Tokens with which the bot says who it is, to the connector and to other APIs of Microsoft. Kept until shortly before they
 * run out and asked for once at a time; no token ever stands in a fault or a log line.
 */
import { z } from 'zod'
import { Fault } from '../../domain/fault.ts'
import { untilAborted } from '../../infra/until-aborted.ts'
import type { Clock } from '../../ports.ts'
import type { TeamsSettings } from './settings.ts'

/** A token for a scope such as `https://graph.microsoft.com/.default`. Rejects with a permanent fault when it is refused. */
export type FetchToken = (scope: string, signal?: AbortSignal) => Promise<string>

interface Token {
  readonly token: string
  readonly forMs: number
}

/** Renewed this long before it runs out, ms. */
const EARLY_MS = 5 * 60_000
const FETCH_MS = 10_000

const grant = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() })
const refusal = z.object({ error: z.string(), error_description: z.string().optional() })

/** https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow */
const fetchByPassword = async (settings: TeamsSettings, password: string, scope: string): Promise<Token> => {
  const { appId, tenantId, registeredIn, cloud } = settings
  // A registration for all tenants gets its tokens from the connector's own.
  const authority = registeredIn === 'everywhere' && scope === cloud.scope ? 'botframework.com' : tenantId
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: appId,
    client_secret: password,
    scope,
  })
  const answer = await fetch(`${cloud.loginUrl}/${authority}/oauth2/v2.0/token`, {
    method: 'POST',
    body,
    redirect: 'error',
    signal: AbortSignal.timeout(FETCH_MS),
  }).catch((cause: unknown) => {
    throw new Fault('retry', 'Microsoft’s login cannot be reached.', { cause })
  })
  const said: unknown = await answer.json().catch(() => undefined)
  if (!answer.ok) throw refused(answer.status, said)
  const granted = grant.safeParse(said)
  if (!granted.success)
    throw new Fault('retry', 'Microsoft’s login answered with something that is no token.')
  return { token: granted.data.access_token, forMs: granted.data.expires_in * 1_000 }
}

/** What is said holds ids of ours and of the request, but only its code says what to do. */
const refused = (status: number, said: unknown): Fault => {
  if (status === 429 || status >= 500)
    return new Fault('retry', `Microsoft’s login answered with HTTP ${status}.`)
  const parsed = refusal.safeParse(said)
  const [code] = /AADSTS\d{3,9}/.exec(parsed.data?.error_description ?? '') ?? [`HTTP ${status}`]
  return new Fault(
    'permanent',
    `Microsoft refuses MicrosoftAppId with MicrosoftAppPassword (${code}): check the tenant, make a new client secret under “Certificates & secrets”, and set it.`,
  )
}

/** By the managed identity of the machine, for which Microsoft's own library knows every way. */
const fetchByMachine = async ({ appId, tenantId, cloud }: TeamsSettings, scope: string): Promise<Token> => {
  const { ConfigurationServiceClientCredentialFactory } = await import('botbuilder')
  const factory = new ConfigurationServiceClientCredentialFactory({
    MicrosoftAppType: 'UserAssignedMSI',
    MicrosoftAppId: appId,
    MicrosoftAppTenantId: tenantId,
  })
  const resource = scope.replace(/\/\.default$/, '')
  const credentials = await factory.createCredentials(appId, resource, cloud.loginUrl, true)
  const token = await askForToken(credentials).catch((cause: unknown) => {
    throw new Fault('retry', 'This machine’s managed identity gives no token.', { cause })
  })
  // The library keeps and renews it; this only spares asking for each call.
  return { token, forMs: EARLY_MS + 60_000 }
}

const askForToken = async (credentials: object): Promise<string> => {
  const token: unknown =
    'getToken' in credentials && typeof credentials.getToken === 'function'
      ? await credentials.getToken()
      : undefined
  if (typeof token !== 'string' || token === '') throw new Error('no token')
  return token
}

export const createTokens = (settings: TeamsSettings, clock: Clock): FetchToken => {
  const held = new Map<string, { readonly untilMs: number; readonly token: Promise<string> }>()

  const send = (scope: string): Promise<string> => {
    const { proves } = settings
    const answer =
      proves.by === 'password'
        ? fetchByPassword(settings, proves.password, scope)
        : fetchByMachine(settings, scope)
    const token = answer.then((got) => {
      held.set(scope, { token, untilMs: clock.monotonicMs() + Math.max(0, got.forMs - EARLY_MS) })
      return got.token
    })
    // Until it is there everybody waits for this one.
    held.set(scope, { token, untilMs: Number.POSITIVE_INFINITY })
    token.catch(() => held.delete(scope))
    return token
  }

  return (scope, signal) => {
    const known = held.get(scope)
    const token = known && known.untilMs > clock.monotonicMs() ? known.token : send(scope)
    return signal === undefined
      ? token
      : untilAborted(token, signal, 'Microsoft’s login did not answer in time.')
  }
}
