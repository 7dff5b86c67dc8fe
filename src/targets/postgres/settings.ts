/**
 * What an operator writes about a target of kind `postgres`, and what follows from it by itself: names of our own
 * roles, the bot's login, hints of seats. Called by `index.ts` and the verbs beside it; does no I/O.
 */
import { z } from 'zod'
import { durationShape } from '../../domain/duration-shape.ts'

/** PostgreSQL cuts longer names silently (NAMEDATALEN - 1). */
const NAME_MAX_BYTES = 63

/** A name as PostgreSQL keeps it: not cut, not a keyword that GRANT reads as something else, printable. */
const roleName = z
  .string()
  .min(1)
  .refine((name) => Buffer.byteLength(name) <= NAME_MAX_BYTES, `longer than ${NAME_MAX_BYTES} bytes`)
  .refine((name) => !/\p{Cc}/u.test(name), 'contains control characters')
  .refine((name) => !['public', 'none'].includes(name), 'is not a role')

/** Messages never repeat the value: it holds a password. */
const serverUrl = z
  .string()
  .refine((text) => isServerUrl(text), 'must look like postgresql://login:password@host:5432/database')

const isServerUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return (
    url !== undefined &&
    ['postgres:', 'postgresql:'].includes(url.protocol) &&
    url.username !== '' &&
    url.pathname.length > 1
  )
}

export const settings = z
  .strictObject({
    kind: z.literal('postgres'),
    url: serverUrl.describe("The bot's own login, postgresql://login:password@host:5432/database."),
    account: z.string().min(1).optional().describe('Which login a person has, e.g. "{email.local}".'),
    handlePrefix: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,30}_$/, 'small letters, digits and _, with _ at the end')
      .default('curfew_')
      .describe("How the names of Curfew's own roles begin. Two installations on one server need two."),
    provisionWithin: durationShape.optional().describe('How long giving may take until it counts as failed.'),
    roles: z
      .record(
        z.string(),
        z.strictObject({
          memberOf: roleName.describe('The role of the server that people get.'),
          actions: z.array(z.string().min(1)).optional().describe('What it allows, for who approves it.'),
          provisionWithin: durationShape.optional().describe('As above, for this role.'),
        }),
      )
      .describe('What can be asked for, by name.'),
  })
  .superRefine((given, context) => {
    for (const [role, { memberOf }] of Object.entries(given.roles)) {
      const own = ownRole(given, memberOf)
      const path = ['roles', role, 'memberOf']
      if (Buffer.byteLength(own) > NAME_MAX_BYTES)
        context.addIssue({
          code: 'custom',
          path,
          message: `${own} would be longer than ${NAME_MAX_BYTES} bytes`,
        })
      if (own === botLogin(given))
        context.addIssue({ code: 'custom', path, message: `${own} is the bot's own login` })
      if (memberOf.startsWith(given.handlePrefix))
        context.addIssue({ code: 'custom', path, message: `${memberOf} is a role that only Curfew uses` })
    }
  })

export type Settings = z.infer<typeof settings>

/** The role that only Curfew gives, a member of `memberOf`: our handle on the access. */
export const ownRole = (given: Pick<Settings, 'handlePrefix'>, memberOf: string): string =>
  `${given.handlePrefix}${memberOf}`

/** The role without login that holds ADMIN on our own roles; logins of bots are its members. */
export const adminRole = (given: Pick<Settings, 'handlePrefix'>): string => given.handlePrefix.slice(0, -1)

export const botLogin = (given: Pick<Settings, 'url'>): string =>
  URL.canParse(given.url) ? decodeURIComponent(new URL(given.url).username) : ''

/** `host:port/role`, without the database: roles belong to the whole server. */
export const seatHints = (given: Settings): Record<string, string> => {
  const url = new URL(given.url)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).toLowerCase()
  const port = url.searchParams.get('port') ?? (url.port || '5432')
  return Object.fromEntries(
    Object.entries(given.roles).map(([role, { memberOf }]) => [
      role,
      `postgres/${host}:${port}/${ownRole(given, memberOf)}`,
    ]),
  )
}
