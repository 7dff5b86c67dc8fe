/**
 * A user of Entra, or a member of a roster, as a directory person. Every field of either may be missing; whose standing is
 * not proven counts as a stranger.
 */
import { z } from 'zod'
import { cut, oneLine } from '../../../infra/visible-text.ts'
import type { DirectoryPerson } from '../../../ports.ts'

const text = z.string().nullish()
const NAME_MAX = 80
/** Accounts of other organisations that were invited carry it in their name. */
const EXTERNAL = /#ext#/i

/** https://learn.microsoft.com/graph/api/resources/user */
export const graphUser = z.object({
  id: z.string().min(1),
  displayName: text,
  mail: text,
  userPrincipalName: text,
  userType: text,
  accountEnabled: z.boolean().nullish(),
})
export type GraphUser = z.infer<typeof graphUser>

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context: `objectId` in what is documented. */
export const rosterMember = z.object({
  objectId: text,
  aadObjectId: text,
  name: text,
  email: text,
  userPrincipalName: text,
  tenantId: text,
  userRole: text,
})
export type RosterMember = z.infer<typeof rosterMember>

interface Known {
  readonly oid: string
  readonly tenantId: string
  readonly name: string | null | undefined
  readonly addresses: readonly (string | null | undefined)[]
  readonly standing: DirectoryPerson['standing']
}

const personOf = ({ oid, tenantId, name, addresses, standing }: Known): DirectoryPerson => {
  // An invited account's address is the word of another organisation.
  const email = standing === 'stranger' ? undefined : addresses.find((one) => one?.includes('@'))
  const shown = oneLine(name ?? '')
  return {
    ref: `teams:${oid}`,
    identity: `teams:${tenantId}/${oid}`,
    name: cut(shown === '' ? oid : shown, NAME_MAX),
    ...(email && { email: email.toLowerCase() }),
    standing,
  }
}

/** Of our own tenant: Graph shows no others. */
export const fromGraph = (user: GraphUser, tenantId: string): DirectoryPerson => {
  const { id, displayName, mail, userPrincipalName, userType, accountEnabled } = user
  const isGuest = userType?.toLowerCase() === 'guest' || EXTERNAL.test(userPrincipalName ?? '')
  const standing = !accountEnabled ? 'deactivated' : isGuest ? 'guest' : 'member'
  return personOf({
    oid: id.toLowerCase(),
    tenantId,
    name: displayName,
    addresses: [mail, userPrincipalName],
    standing,
  })
}

/** The member's object id, where there is one: people without are anonymous. */
export const oidOf = ({ objectId, aadObjectId }: RosterMember): string | undefined =>
  (objectId || aadObjectId || undefined)?.toLowerCase()

export const fromRoster = (member: RosterMember, oid: string, ours: string): DirectoryPerson => {
  const { name, email, userPrincipalName, tenantId, userRole } = member
  const isOurs = tenantId?.toLowerCase() === ours
  const isGuest = userRole?.toLowerCase() === 'guest' || EXTERNAL.test(userPrincipalName ?? '')
  const isAnonymous = userRole?.toLowerCase() === 'anonymous'
  return personOf({
    oid,
    tenantId: tenantId ?? '?',
    name,
    addresses: [email, userPrincipalName],
    standing: !isOurs || isAnonymous ? 'stranger' : isGuest ? 'guest' : 'member',
  })
}
