/**
 * What comes in from Teams, as far as Curfew reads it, and what it becomes: a verified gesture, whose it is, and how Teams
 * wants it answered. Every field of an activity may be missing or of another type.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference: Activity object
 */
import { z } from 'zod'
import type { Filled, Gesture } from '../../ports.ts'
import { isGuid } from './settings.ts'

/** More than Teams sends; whoever sends it all the same is to hear that it is too long. Characters. */
const TEXT_MAX = 1_000_000

const guid = z
  .string()
  .refine(isGuid)
  .transform((id) => id.toLowerCase())
/** `29:…` people, `28:…` bots, `19:…` channels and chats, `a:…` personal chats, `f:…` and numbers activities. */
const nativeId = z.string().regex(/^[\w:.;=@/+~|-]{1,400}$/)
const maybe = <T extends z.ZodType>(shape: T) => shape.nullish().catch(undefined)

export const activityShape = z.object({
  type: z.string().max(100),
  id: nativeId,
  name: maybe(z.string().max(100)),
  text: maybe(z.string().max(TEXT_MAX)),
  value: z.unknown().optional(),
  from: z.object({ id: nativeId, aadObjectId: guid }),
  recipient: z.object({ id: nativeId, isTargeted: maybe(z.boolean()) }),
  conversation: z.object({
    id: nativeId,
    conversationType: maybe(z.enum(['personal', 'groupChat', 'channel'])),
    tenantId: maybe(guid),
  }),
  channelData: maybe(
    z.object({ tenant: maybe(z.object({ id: guid })), team: maybe(z.object({ id: nativeId })) }),
  ),
  entities: maybe(z.array(z.unknown()).max(1_000)),
  localTimezone: maybe(z.string().regex(/^[A-Za-z][\w+/-]{1,60}$/)),
})
export type Activity = z.infer<typeof activityShape>

/** Where somebody did something, and who it was there. */
export interface Origin {
  /** The conversation, a channel's with `;messageid=` of the post whose reply chain it was in. */
  readonly conversation: string
  readonly isPersonal: boolean
  /** Whose roster says who that is: the team's, or the conversation's. */
  readonly roster: string
  /** Of the person, for this bot. */
  readonly mri: string
  /** The Entra object id. */
  readonly oid: string
}

export interface Delivery {
  readonly gesture: Gesture
  readonly from: Origin
  readonly way: Way
  /** Mentioned people by their ids for this bot, with the names they go by: which person that is the roster says. */
  readonly mentioned: readonly { readonly mri: string; readonly name: string }[]
}

export type Way =
  /** Words, or a button of an old client: answered by a message for that person alone. */
  | { readonly by: 'message' }
  /** An `Action.Execute`: answered by a notice. */
  | { readonly by: 'notice' }
  /** Opens a dialog, or was sent in one: what is answered takes its place. */
  | { readonly by: 'dialog' }
  /** A form was sent: what is wrong with it stands in it. */
  | { readonly by: 'submission'; readonly filled: Filled }
  /** A form is drawn anew after a choice. */
  | { readonly by: 'redraw'; readonly filled: Filled }
  /** The answer holds the options. */
  | { readonly by: 'options' }
  /** Somebody's own page: as a message, or, where it stands already, in its place. */
  | { readonly by: 'home'; readonly again: boolean }

/** `foreign` means: not for us. `junk` says which fields are wrong, never their values. */
export type Read =
  | { readonly kind: 'delivery'; readonly delivery: Delivery }
  | { readonly kind: 'changed'; readonly team: string }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'junk'; readonly wrong: readonly string[] }

export const junk = (error: z.ZodError): Read => ({
  kind: 'junk',
  wrong: error.issues.map((issue) => issue.path.join('.')),
})

export const originOf = ({ from, conversation, channelData }: Activity): Origin => ({
  conversation: conversation.id,
  isPersonal: conversation.conversationType === 'personal',
  roster: channelData?.team?.id ?? conversation.id.replace(/;messageid=.*$/, ''),
  mri: from.id,
  oid: from.aadObjectId,
})
