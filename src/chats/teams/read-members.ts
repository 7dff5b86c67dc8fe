/**
 * Who somebody is in a conversation, as its roster says; the platform's answer counts, never what an activity says of its
 * sender. Called for every gesture, at most a minute old.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
import { z } from 'zod'
import { shareLookups } from '../../infra/share-lookups.ts'
import type { Clock } from '../../ports.ts'
import { type Connector, read } from './connector.ts'
import { isGuid } from './settings.ts'
import { refusalOf } from './to-fault.ts'

const KEPT = { keepMs: 60_000, max: 10_000 }

const account = z.object({
  aadObjectId: z.string().refine(isGuid).nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
})

export interface Member {
  /** The Entra object id. */
  readonly oid: string
  readonly isOurs: boolean
}

/** `undefined`: nobody there by that id. Rejects with a fault. */
export type FindMember = (roster: string, mri: string) => Promise<Member | undefined>

/** Guests have a home elsewhere, also where the roster does not call them so. */
const isGuest = ({ userRole, userPrincipalName }: z.infer<typeof account>): boolean =>
  ['guest', 'anonymous'].includes(userRole?.toLowerCase() ?? '') || /#EXT#/i.test(userPrincipalName ?? '')

export const createMembers = (connector: Connector, clock: Clock, tenantId: string): FindMember => {
  const looked = shareLookups<Member | undefined>(clock, KEPT)

  const look = async (roster: string, mri: string): Promise<Member | undefined> => {
    const errand = { writes: false, about: roster }
    try {
      const path = ['conversations', roster, 'members', mri]
      const found = read(account, await connector({ ...errand, method: 'GET', path }), errand)
      const isOurs = found.tenantId?.toLowerCase() === tenantId && !isGuest(found)
      return found.aadObjectId ? { oid: found.aadObjectId.toLowerCase(), isOurs } : undefined
    } catch (fault) {
      if (refusalOf(fault)?.status === 404) return undefined
      throw fault
    }
  }
  return (roster, mri) => looked.ask(`${roster} ${mri}`, () => look(roster, mri))
}
