/**
 * Who somebody is and who is in a team, by the rosters that the bot may read because its app is there: no permission of Graph
 * is needed. Disabled accounts stay in a roster, so that nobody is ever seen to be deactivated here.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context
 */
import { z } from 'zod'
import { asFault, Fault } from '../../../domain/fault.ts'
import { shareLookups } from '../../../infra/share-lookups.ts'
import type { Clock, DirectoryPerson } from '../../../ports.ts'
import { type Connector, read } from '../connector.ts'
import { refusalOf } from '../to-fault.ts'
import { fromRoster, oidOf, type RosterMember, rosterMember } from './read-person.ts'

export interface InRosters {
  /** In a channel that the config names, else in the personal chat with the bot. `undefined`: in none. */
  person(oid: string): Promise<DirectoryPerson | undefined>
  /** The one member of those channels whose address it is; of two nobody. */
  byAddress(address: string): Promise<DirectoryPerson | undefined>
  /** References of everybody in a team but guests. */
  members(team: string): Promise<readonly string[]>
  /** Drops every roster that is remembered. */
  forget(): void
}

interface Looking {
  readonly connector: Connector
  readonly clock: Clock
  readonly tenantId: string
  /** Native ids. */
  channels(): readonly string[]
  openPersonal(oid: string): Promise<string>
}

/** For those who ask at the same time: an answer made of it is kept for the rest of a minute. */
const KEPT = { keepMs: 5_000, max: 200 }
/** The most that Teams gives at once. */
const PAGE = 500
/** More people than a team may have. */
const PAGES_MAX = 60

const page = z.object({ members: z.array(z.unknown()), continuationToken: z.string().nullish() })

/** Not there, or the bot is not: the next one may know. */
const isElsewhere = (fault: unknown): boolean => [400, 403, 404].includes(refusalOf(fault)?.status ?? 0)

export const lookInRosters = ({ connector, clock, tenantId, channels, openPersonal }: Looking): InRosters => {
  const rosters = shareLookups<readonly DirectoryPerson[]>(clock, KEPT)

  const readRoster = async (conversation: string): Promise<readonly RosterMember[]> => {
    const errand = { writes: false, about: conversation }
    const path = ['conversations', conversation, 'pagedmembers']
    const found: RosterMember[] = []
    let token = ''
    for (let n = 0; n < PAGES_MAX; n += 1) {
      const query = { pageSize: String(PAGE), ...(token !== '' && { continuationToken: token }) }
      const said = read(page, await connector({ ...errand, method: 'GET', path, query }), errand)
      found.push(...said.members.map((one) => read(rosterMember, one, errand)))
      token = said.continuationToken ?? ''
      if (token === '') return found
    }
    throw new Fault('permanent', `The roster of ${conversation} is too long to be read.`)
  }

  const peopleIn = (conversation: string): Promise<readonly DirectoryPerson[]> =>
    rosters.ask(conversation, async () =>
      (await readRoster(conversation)).flatMap((member) => {
        const oid = oidOf(member)
        return oid === undefined ? [] : [fromRoster(member, oid, tenantId)]
      }),
    )

  /** By the object id where the connector takes one, else in the whole roster. */
  const findMember = async (conversation: string, oid: string): Promise<DirectoryPerson | undefined> => {
    const errand = { writes: false, about: conversation }
    const path = ['conversations', conversation, 'members', oid]
    try {
      const member = read(rosterMember, await connector({ ...errand, method: 'GET', path }), errand)
      return oidOf(member) === oid ? fromRoster(member, oid, tenantId) : undefined
    } catch (fault) {
      if (!isElsewhere(fault)) throw fault
    }
    const people = await peopleIn(conversation).catch((fault: unknown) => {
      if (isElsewhere(fault)) return []
      throw fault
    })
    return people.find(({ ref }) => ref === `teams:${oid}`)
  }

  /** A channel without the bot has no say; one that did not answer leaves the question open. */
  const peopleAround = async (): Promise<readonly DirectoryPerson[]> => {
    const rosters = channels().map((channel) =>
      peopleIn(channel).catch((fault: unknown) => {
        if (isElsewhere(fault)) return []
        throw fault
      }),
    )
    return (await Promise.all(rosters)).flat()
  }

  return {
    person: async (oid) => {
      const asked = await Promise.allSettled(channels().map((channel) => findMember(channel, oid)))
      const found = asked.find((one) => one.status === 'fulfilled' && one.value !== undefined)
      if (found?.status === 'fulfilled') return found.value
      const failed = asked.find((one) => one.status === 'rejected')
      if (failed !== undefined) throw asFault(failed.reason)
      const chat = await openPersonal(oid).catch((fault: unknown) => {
        if (isElsewhere(fault)) return undefined
        throw fault
      })
      return chat === undefined ? undefined : findMember(chat, oid)
    },

    byAddress: async (address) => {
      const named = (await peopleAround()).filter(({ email }) => email === address)
      const people = [...new Map(named.map((one) => [one.ref, one])).values()]
      const active = people.filter(({ standing }) => standing === 'member')
      return active.length > 1 ? undefined : (active[0] ?? people[0])
    },

    members: async (team) => [
      ...new Set(
        (await peopleIn(team)).filter(({ standing }) => standing === 'member').map(({ ref }) => ref),
      ),
    ],

    forget: () => rosters.forget(() => true),
  }
}
