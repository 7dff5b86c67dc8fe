/**
 * What an operator writes about a target of kind `postgres`, and what follows from it by itself: names of our own
 * roles, the bot's login, hints of seats. Called by `index.ts` and the verbs beside it; does no I/O.
 */
import { z } from 'zod'
import { durationShape } from '../../domain/duration-shape.ts'
import { type Grant, grantText } from './login/grants.ts'

/** PostgreSQL cuts longer names silently (NAMEDATALEN - 1). */
export const NAME_MAX_BYTES = 63

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

/** A login made for each grant: what it may do, by roles of the server or in so many words. */
const login = z
  .strictObject({
    memberOf: z.array(roleName).min(1).optional().describe('Roles of the server that it gets.'),
    grants: z
      .array(grantText)
      .min(1)
      .optional()
      .describe('Privileges, e.g. "SELECT ON ALL TABLES IN SCHEMA public".'),
  })
  .refine(
    ({ memberOf, grants }) => memberOf !== undefined || grants !== undefined,
    'says nothing about what the login may do: name roles under `memberOf:`, or privileges under `grants:`',
  )

const role = z
  .strictObject({
    memberOf: roleName.optional().describe('The role of the server that people get.'),
    login: login.optional().describe('Instead: a login is made for each grant, and ends with it.'),
    actions: z.array(z.string().min(1)).optional().describe('What it allows, for who approves it.'),
    provisionWithin: durationShape.optional().describe('As above, for this role.'),
  })
  .superRefine(({ memberOf, login }, context) => {
    if ((memberOf === undefined) !== (login === undefined)) return
    const message =
      login === undefined
        ? 'name the role that people get, or write `login:` for a login made for each grant'
        : 'stands beside `login:`: a role is one of the two; for a made login it belongs under `login:`'
    context.addIssue({ code: 'custom', path: ['memberOf'], message })
  })

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
    roles: z.record(z.string(), role).describe('What can be asked for, by name.'),
  })
  .superRefine((given, context) => {
    const makers = new Map<string, string>()
    for (const [name, one] of Object.entries(given.roles)) {
      const path = ['roles', name, one.login === undefined ? 'memberOf' : 'login']
      const made = ownRole(given, name, one)
      for (const message of blamesOn(given, made)) context.addIssue({ code: 'custom', path, message })
      const other = makers.get(made.own)
      const shared = other !== undefined && (made.login || given.roles[other]?.login !== undefined)
      const message = `needs the role ${made.own}, which \`${other}\` already stands for: give it another name`
      if (shared) context.addIssue({ code: 'custom', path, message })
      makers.set(made.own, name)
    }
  })

const blamesOn = (given: Naming, { own, memberOf }: OwnRole): readonly string[] => [
  ...(Buffer.byteLength(own) > NAME_MAX_BYTES ? [`${own} would be longer than ${NAME_MAX_BYTES} bytes`] : []),
  ...(own === botLogin(given) ? [`${own} is the bot's own login`] : []),
  ...(own === heirRole(given) ? [`${own} is the role for what people leave behind`] : []),
  ...memberOf
    .filter((name) => name.startsWith(given.handlePrefix))
    .map((name) => `${name} is a role that only Curfew uses`),
]

export type Settings = z.infer<typeof settings>

/** A role that only Curfew gives: our handle on the access. */
export interface OwnRole {
  readonly own: string
  /** Where it leads. */
  readonly memberOf: readonly string[]
  /** What it may do besides. */
  readonly grants: readonly Grant[]
  /** It is given to logins that are made for one grant each. */
  readonly login: boolean
}

type Naming = Pick<Settings, 'handlePrefix' | 'url'>

/**
 * By the role where it only stands for that, and else by database and name of the role in the settings: such roles of two
 * databases of one server are two.
 */
export const ownRole = (given: Naming, name: string, role: Settings['roles'][string]): OwnRole => {
  const { handlePrefix } = given
  if (role.login === undefined) {
    const memberOf = role.memberOf ?? ''
    return { own: `${handlePrefix}${memberOf}`, memberOf: [memberOf], grants: [], login: false }
  }
  const { memberOf = [], grants = [] } = role.login
  return { own: `${handlePrefix}${databaseOf(given)}_${name}`, memberOf, grants, login: true }
}

/** Each once. */
export const ownRoles = (given: Settings): readonly OwnRole[] => {
  const all = Object.entries(given.roles).map(([name, role]) => ownRole(given, name, role))
  return [...new Map(all.map((one) => [one.own, one])).values()]
}

/** The role without login that holds ADMIN on our own roles; logins of bots are its members. */
export const adminRole = (given: Pick<Settings, 'handlePrefix'>): string => given.handlePrefix.slice(0, -1)

/** The role without login and without any right that what people leave behind belongs to. */
export const heirRole = (given: Pick<Settings, 'handlePrefix'>): string => `${given.handlePrefix}left`

const urlOf = (given: Pick<Settings, 'url'>): URL | undefined =>
  URL.canParse(given.url) ? new URL(given.url) : undefined

export const botLogin = (given: Pick<Settings, 'url'>): string =>
  decodeURIComponent(urlOf(given)?.username ?? '')

export const databaseOf = (given: Pick<Settings, 'url'>): string =>
  decodeURIComponent(urlOf(given)?.pathname.slice(1) ?? '')

/** `host:port/role`, without the database: roles belong to the whole server. */
export const seatHints = (given: Settings): Record<string, string> => {
  const url = new URL(given.url)
  const host = url.searchParams.get('host') ?? decodeURIComponent(url.hostname).toLowerCase()
  const port = url.searchParams.get('port') ?? (url.port || '5432')
  return Object.fromEntries(
    Object.entries(given.roles).map(([name, role]) => [
      name,
      `postgres/${host}:${port}/${ownRole(given, name, role).own}`,
    ]),
  )
}
