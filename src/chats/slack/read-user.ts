/**
 * A user object of Slack as a directory person. Every field of it may be missing; whose standing is not
 * proven counts as a stranger. Called by the directory, and by the chat where only Slack knows whose a person is.
 */
import { z } from 'zod'
import { cut, oneLine } from '../../infra/visible-text.ts'
import type { DirectoryPerson } from '../../ports.ts'
import type { Installation } from './installation.ts'

const text = z.string().nullish()
const flag = z.boolean().nullish()

/** https://docs.slack.dev/reference/objects/user-object */
const userObject = z.object({
  id: z.string().min(1),
  team_id: text,
  name: text,
  real_name: text,
  tz: text,
  deleted: flag,
  is_bot: flag,
  is_workflow_bot: flag,
  is_connector_bot: flag,
  is_restricted: flag,
  is_ultra_restricted: flag,
  is_stranger: flag,
  is_email_confirmed: flag,
  profile: z.object({ real_name: text, display_name: text, email: text }).nullish(),
  enterprise_user: z.object({ enterprise_id: text }).nullish(),
})
type UserObject = z.infer<typeof userObject>

const NAME_MAX = 80
/** Slack's own bot says of itself that it is none. */
const SLACKBOT = 'USLACKBOT'

const isOurs = (user: UserObject, at: Installation): boolean =>
  user.team_id === at.team ||
  (at.enterprise !== undefined && user.enterprise_user?.enterprise_id === at.enterprise)

const standingOf = (user: UserObject, at: Installation): DirectoryPerson['standing'] => {
  if (user.id === SLACKBOT || user.is_bot || user.is_workflow_bot || user.is_connector_bot) return 'bot'
  if (user.is_stranger || !isOurs(user, at)) return 'stranger'
  if (user.deleted) return 'deactivated'
  if (user.is_restricted || user.is_ultra_restricted) return 'guest'
  return 'member'
}

/** The person, or `undefined` where the answer is no user object. */
export const readUser = (answer: unknown, at: Installation): DirectoryPerson | undefined => {
  const parsed = userObject.safeParse(answer)
  if (!parsed.success) return undefined
  const user = parsed.data
  const standing = standingOf(user, at)
  const home =
    standing === 'stranger' ? user.enterprise_user?.enterprise_id || user.team_id || '?' : undefined
  const names = [user.profile?.real_name, user.real_name, user.profile?.display_name, user.name, user.id]
  const name = names.map((one) => oneLine(one ?? '')).find((one) => one !== '') ?? user.id
  // Addresses of outsiders are the word of another organisation, and unconfirmed ones are nobody's.
  const verified = standing !== 'stranger' && user.is_email_confirmed !== false
  return {
    ref: `slack:${user.id}`,
    identity: `slack:${home ?? at.enterprise ?? at.team}/${user.id}`,
    name: cut(name, NAME_MAX),
    ...(verified && user.profile?.email && { email: user.profile.email.toLowerCase() }),
    ...(user.tz && { zone: user.tz }),
    standing,
  }
}
