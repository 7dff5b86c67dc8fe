/** The shapes of `curfew.yaml`, section by section; settings of plug-ins bring their own. Strict everywhere. */
import { z } from 'zod'
import { parseDuration } from '../domain/duration.ts'
import { DIGESTS_MAX, EXTENSIONS_MAX, REASON_MAX } from '../domain/limits.ts'
import { isRefusal } from '../domain/refusal.ts'
import { isZone } from '../domain/zone.ts'
import { keepShape, mirrorShape } from './mirror-shape.ts'

const QUORUM_MAX = 20
const NAME_MAX = 80
const EXTENSIONS_WRITTEN_MAX = 100

/** `15m` to ms. Takes numbers too, so that they get the sentence that durations get. */
const duration = z.union([z.string(), z.number()]).transform((written, context) => {
  const ms = parseDuration(String(written))
  if (!isRefusal(ms)) return ms
  context.addIssue({ code: 'custom', message: ms.says, params: { hint: ms.hint } })
  return z.NEVER
})

/** `09:00` to hour and minute. */
const timeOfDay = z.string().transform((written, context) => {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(written) ?? []
  if (hour !== undefined && minute !== undefined) return { hour: Number(hour), minute: Number(minute) }
  const params = { hint: 'Write it in quotes, from "00:00" to "23:59".' }
  context.addIssue({ code: 'custom', message: `“${written}” is not a time of day.`, params })
  return z.NEVER
})

const timezone = z.string().transform((written, context) => {
  if (isZone(written)) return written
  const params = { hint: 'Write an IANA name, such as Europe/Berlin.' }
  context.addIssue({ code: 'custom', message: `“${written}” is not a time zone.`, params })
  return z.NEVER
})

const texts = z.array(z.string())
const quorum = z.int().min(0).max(QUORUM_MAX)
const extensions = z.int().min(0).max(EXTENSIONS_WRITTEN_MAX)
const reason = z.strictObject({ minLength: z.int().min(0).max(REASON_MAX) })
const conditions = z.array(z.record(z.string(), z.unknown()))

export const defaultsShape = z.strictObject({
  quorum: quorum.default(1),
  defaultDuration: duration.default(3_600_000),
  maxDuration: duration.default(8 * 3_600_000),
  lapseAfter: duration.default(4 * 3_600_000),
  provisionWithin: duration.default(15 * 60_000),
  warnBefore: duration.optional(),
  maxExtensions: extensions.default(EXTENSIONS_MAX),
  reason: reason.default({ minLength: 5 }),
})
export type Defaults = z.infer<typeof defaultsShape>

export const policyShape = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX).optional(),
  effect: z.enum(['allow', 'deny']).default('allow'),
  entitlements: texts.min(1),
  requesters: texts.min(1).optional(),
  approvers: texts.optional(),
  channels: texts.optional(),
  quorum: quorum.optional(),
  defaultDuration: duration.optional(),
  maxDuration: duration.optional(),
  lapseAfter: duration.optional(),
  provisionWithin: duration.optional(),
  warnBefore: duration.optional(),
  maxExtensions: extensions.optional(),
  reason: reason.optional(),
  when: conditions.optional(),
  require: conditions.optional(),
})
export type PolicyShape = z.infer<typeof policyShape>

export const digestShape = z.strictObject({ channel: z.string(), at: timeOfDay, timezone })

/** Identities by chat are one key per known chat. */
export const personShape = (chats: readonly string[]) =>
  z.strictObject({
    email: z.string(),
    ...Object.fromEntries(chats.map((chat) => [chat, z.string().min(1).optional()])),
    accounts: z.record(z.string(), z.string().min(1)).default({}),
  })

/** What may stand in an included file as well. */
export const listSections = {
  groups: z.record(z.string(), texts),
  people: z.array(z.unknown()),
  targets: z.record(z.string(), z.unknown()),
  policies: z.array(z.unknown()),
}

/** What only the main file says. */
export const mainSections = {
  operators: texts.min(1),
  emailDomains: texts,
  audit: z.strictObject({ channels: texts.min(1) }),
  digests: z.array(z.unknown()).max(DIGESTS_MAX),
  defaults: defaultsShape,
  durability: z.literal('platform'),
  mirror: mirrorShape,
  keep: keepShape,
  include: texts,
}
