/**
 * Reads the events by which Slack says that a person or a user group changed, and hands on who: nothing else of an
 * event is believed. Called for every event; never throws.
 */
import { z } from 'zod'
import type { DirectoryChange, Log, Receiving } from '../../ports.ts'
import type { Installation } from './installation.ts'

type Read =
  | { readonly kind: 'change'; readonly change: DirectoryChange }
  /** Not for us: another organisation's, or about nothing that matters here. */
  | { readonly kind: 'foreign' }
  /** Which fields are wrong, never their values. */
  | { readonly kind: 'junk'; readonly wrong: readonly string[] }

const id = z.string().regex(/^[A-Z][A-Z0-9]{1,30}$/)
const personId = z.string().regex(/^[UW][A-Z0-9]{1,30}$/)
const groupId = z.string().regex(/^S[A-Z0-9]{1,30}$/)

/** https://docs.slack.dev/apis/events-api#event-object-structure; `context_…` is where it happened, where that differs. */
const envelope = z.object({
  type: z.literal('event_callback'),
  team_id: id.nullish(),
  enterprise_id: id.nullish(),
  context_team_id: id.nullish(),
  context_enterprise_id: id.nullish(),
  event: z.object({ type: z.string().max(100) }),
})

/** https://docs.slack.dev/reference/events/user_change, subteam_members_changed and subteam_updated */
const EVENTS: Readonly<Record<string, z.ZodType<DirectoryChange>>> = {
  user_change: z
    .object({ user: z.object({ id: personId }) })
    .transform(({ user }) => ({ kind: 'person', ref: `slack:${user.id}` })),
  subteam_members_changed: z
    .object({ subteam_id: groupId })
    .transform(({ subteam_id }) => ({ kind: 'group', ref: `slack:${subteam_id}` })),
  subteam_updated: z
    .object({ subteam: z.object({ id: groupId }) })
    .transform(({ subteam }) => ({ kind: 'group', ref: `slack:${subteam.id}` })),
}

const isOurs = (from: z.infer<typeof envelope>, at: Installation): boolean =>
  at.orgWide
    ? (from.context_enterprise_id ?? from.enterprise_id) === at.enterprise
    : (from.context_team_id ?? from.team_id) === at.team

const junk = (error: z.ZodError): Read => ({
  kind: 'junk',
  wrong: error.issues.map((issue) => issue.path.join('.')),
})

/** An event's parsed body, of any shape. */
export const readChange = (body: unknown, at: Installation): Read => {
  const from = envelope.safeParse(body)
  if (!from.success) return junk(from.error)
  const { type } = from.data.event
  const event = Object.hasOwn(EVENTS, type) ? EVENTS[type] : undefined
  if (event === undefined || !isOurs(from.data, at)) return { kind: 'foreign' }
  const read = event.safeParse((body as { event: unknown }).event)
  return read.success ? { kind: 'change', change: read.data } : junk(read.error)
}

/** Hands a change on. Slack was told already that the event arrived. */
export const handOnChange = (
  body: unknown,
  { at, receiving, log }: { at: Installation; receiving: Receiving; log: Log },
): void => {
  const read = readChange(body, at)
  if (read.kind === 'change') receiving.changed(read.change)
  if (read.kind === 'junk') log.warn({ wrong: read.wrong }, 'an event that makes no sense')
}
