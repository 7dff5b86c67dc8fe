/** The shapes of `curfew.yaml`, section by section; settings of plug-ins bring their own. Strict everywhere. */
import { z } from 'zod'
import { durationShape as duration } from '../domain/duration-shape.ts'
import { DIGESTS_MAX, EXTENSIONS_MAX, REASON_MAX } from '../domain/limits.ts'
import { isZone } from '../domain/zone.ts'
import { keepShape, mirrorShape } from './mirror-shape.ts'

const QUORUM_MAX = 20
const NAME_MAX = 80
const EXTENSIONS_WRITTEN_MAX = 100
const UNREVIEWED_WRITTEN_MAX = 100

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
const references = texts.describe(
  'Who: `ana@acme.test`, `chat:id` of a person or a group, a word from `groups:`, or `everyone` (never guests).',
)
const channels = texts.describe('Channels, as `chat:id`.')
const quorum = z.int().min(0).max(QUORUM_MAX).describe('How many different approvers it takes; 0 is nobody.')
const defaultDuration = duration.describe('How long, when nothing is said: `45m`, `2h30m`, `1d`.')
const maxDuration = duration.describe('The longest that can be asked for.')
const lapseAfter = duration.describe('A request that nobody decides is over by then.')
const provisionWithin = duration.describe('Access not confirmed by then is taken back as failed.')
const warnBefore = duration.describe('How long before the end the holder is told. Else a tenth, 2 to 60 min.')
const maxExtensions = z
  .int()
  .min(0)
  .max(EXTENSIONS_WRITTEN_MAX)
  .describe('How often a grant may be extended.')
const reason = z
  .strictObject({
    minLength: z.int().min(0).max(REASON_MAX).describe('In characters, without “because”.'),
  })
  .describe('What a reason must be like.')
const conditions = z.array(z.record(z.string(), z.unknown()))

/** Defaults are given as an operator would write them: `curfew schema` and `check --print` show them. */
export const defaultsShape = z.strictObject({
  quorum: quorum.default(1),
  defaultDuration: defaultDuration.prefault('1h'),
  maxDuration: maxDuration.prefault('8h'),
  lapseAfter: lapseAfter.prefault('4h'),
  provisionWithin: provisionWithin.prefault('15m'),
  warnBefore: warnBefore.optional(),
  maxExtensions: maxExtensions.default(EXTENSIONS_MAX),
  reason: reason.default({ minLength: 5 }),
})
export type Defaults = z.infer<typeof defaultsShape>

export const policyShape = z.strictObject({
  name: z.string().trim().min(1).max(NAME_MAX).optional().describe('What people read on the card.'),
  effect: z
    .enum(['allow', 'deny'])
    .default('allow')
    .describe('A matching `deny` refuses, wherever it stands.'),
  entitlements: texts.min(1).describe('What: `target/role`; `*` stands for any part.'),
  requesters: references.min(1).optional(),
  approvers: references.optional(),
  review: references
    .min(1)
    .optional()
    .describe('With `quorum: 0`: given at once, and one of these has to sign for it afterwards.'),
  maxUnreviewed: z
    .int()
    .min(1)
    .max(UNREVIEWED_WRITTEN_MAX)
    .optional()
    .describe('How many of a person may be unreviewed at a time.'),
  channels: channels.optional().describe('Where the card with the buttons is posted, as `chat:id`.'),
  quorum: quorum.optional(),
  defaultDuration: defaultDuration.optional(),
  maxDuration: maxDuration.optional(),
  lapseAfter: lapseAfter.optional(),
  provisionWithin: provisionWithin.optional(),
  warnBefore: warnBefore.optional(),
  maxExtensions: maxExtensions.optional(),
  reason: reason.optional(),
  when: conditions.optional().describe('When the policy matches at all. Else the next one is looked at.'),
  require: conditions.optional().describe('What must hold, or the request is refused.'),
})
export type PolicyShape = z.infer<typeof policyShape>

export const digestShape = z.strictObject({
  channel: z.string().describe('As `chat:id`.'),
  at: timeOfDay.describe('By the clock on a wall there, like "09:00".'),
  timezone: timezone.describe('An IANA name, like Europe/Berlin.'),
})

/** Identities by chat are one key per known chat. */
export const personShape = (chats: readonly string[]) =>
  z.strictObject({
    email: z.string().describe('The address that policies and accounts are written in.'),
    ...Object.fromEntries(
      chats.map((chat) => [chat, z.string().min(1).optional().describe(`Their id in ${chat}.`)]),
    ),
    accounts: z
      .record(z.string(), z.string().min(1))
      .default({})
      .describe('By target: who they are there, where the template of the target is wrong.'),
  })

/** What may stand in an included file as well. */
export const listSections = {
  groups: z.record(z.string(), references).describe('Words for several people.'),
  people: z.array(z.unknown()).describe('Which identities belong to one human: stated, never guessed.'),
  targets: z.record(z.string(), z.unknown()).describe('Systems in which access can be given, by name.'),
  policies: z.array(z.unknown()).describe('Who may ask what of whom. The first that matches governs, alone.'),
}

/** What only the main file says. */
export const mainSections = {
  operators: references.min(1).describe('Who runs Curfew: may end any grant; approves nothing by that.'),
  emailDomains: texts.describe('Whose addresses may become accounts.'),
  audit: z
    .strictObject({
      channels: channels.min(1).describe('Each request has one thread in each, as `chat:id`.'),
    })
    .describe('Where everything that happens can be followed.'),
  digests: z.array(z.unknown()).max(DIGESTS_MAX).describe('Which channel is told every day, and when.'),
  defaults: defaultsShape.prefault({}).describe('For policies that do not say it themselves.'),
  durability: z.literal('platform').describe('Your word that the Redis service keeps every write.'),
  mirror: mirrorShape.describe('Where the journal stands once more, outside Redis.'),
  keep: keepShape.describe('How long what is over stays in Redis, once it is in the mirror.'),
  heartbeat: z
    .url({ protocol: /^https?$/ })
    .describe(
      'Called every minute while Redis answers and nothing is late: an address of a dead man’s switch.',
    ),
  include: texts.describe('More files, like `policies/*.yaml`, relative to this one; `*` in the last part.'),
}
