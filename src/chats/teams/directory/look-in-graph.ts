/** Who somebody is and who is in a group of Entra, by Microsoft Graph. Every question says which permission it takes. */
import { z } from 'zod'
import { Fault } from '../../../domain/fault.ts'
import { GROUP_MEMBERS_MAX } from '../../../domain/limits.ts'
import type { DirectoryPerson } from '../../../ports.ts'
import { type Graph, GraphError, graphStatusOf } from './ask-graph.ts'
import { fromGraph, type GraphUser, graphUser } from './read-person.ts'

export interface InGraph {
  /** With `User.Read.All`. `undefined`: nobody. */
  person(oid: string): Promise<DirectoryPerson | undefined>
  /** The one active member whose mail or user principal name it is, else anybody who has it. With `User.Read.All`. */
  byAddress(address: string): Promise<DirectoryPerson | undefined>
  /** References of everybody in it, however deep, but guests and the disabled. With `GroupMember.Read.All`. */
  members(group: string): Promise<readonly string[]>
}

const FIELDS = 'id,displayName,mail,userPrincipalName,userType,accountEnabled'
/** Of an address that is asked for; two are as bad as ten. */
const NAMESAKES_MAX = 10
/** The most that a page of directory objects may hold. */
const PAGE = 999

/** Groups hold groups, devices and applications, too; of who may not be seen only id and kind are told. */
const directoryObject = z.object({
  '@odata.type': z.string(),
  id: z.string().min(1),
  userType: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
})

/** Without the right to see them nobody is told apart from nobody. */
const orNobody = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer
  } catch (fault) {
    if (graphStatusOf(fault) === 404) return undefined
    throw fault
  }
}

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

const sayNoGroup = (group: string): string => `Entra has no group ${group}: check the id.`
const SAY_NO_RIGHT =
  'Curfew may not read groups of Entra: grant the bot’s registration the application permission GroupMember.Read.All, or name a team (teams:team/19:…).'

const SAY_NO_PEOPLE = 'Curfew may not see in Entra who is disabled: that takes User.Read.All.'

const explain = (thrown: unknown, group: string): unknown => {
  const status = graphStatusOf(thrown)
  if (status === 403 || status === 401) return new Fault('permanent', SAY_NO_RIGHT, { cause: thrown })
  return status === 404 ? new Fault('permanent', sayNoGroup(group), { cause: thrown }) : thrown
}

export const lookInGraph = (graph: Graph, tenantId: string): InGraph => {
  const toPerson = (user: GraphUser): DirectoryPerson => {
    // The right to see names only, which does not show who is disabled, is none.
    if (user.accountEnabled === undefined || user.accountEnabled === null)
      throw new Fault('permanent', SAY_NO_PEOPLE, { cause: new GraphError(403, 'accountEnabled') })
    return fromGraph(user, tenantId)
  }

  /** Who was deleted stays there for thirty days. https://learn.microsoft.com/graph/api/directory-deleteditems-get */
  const wasDeleted = async (oid: string): Promise<DirectoryPerson | undefined> => {
    const path = `/directory/deletedItems/${encodeURIComponent(oid)}/microsoft.graph.user?$select=${FIELDS}`
    const gone = await orNobody(graph.get(path, graphUser))
    return gone && toPerson({ ...gone, accountEnabled: false })
  }

  return {
    person: async (oid) => {
      const found = await orNobody(
        graph.get(`/users/${encodeURIComponent(oid)}?$select=${FIELDS}`, graphUser),
      )
      return found === undefined ? wasDeleted(oid) : toPerson(found)
    },

    byAddress: async (address) => {
      const filter = `mail eq ${quote(address)} or userPrincipalName eq ${quote(address)}`
      const query = new URLSearchParams({ $filter: filter, $select: FIELDS, $top: String(NAMESAKES_MAX) })
      const found = (await graph.list(`/users?${query}`, graphUser, NAMESAKES_MAX)).map(toPerson)
      const active = found.filter(({ standing }) => standing === 'member')
      return active.length > 1 ? undefined : (active[0] ?? found[0])
    },

    members: async (group) => {
      const path = `/groups/${encodeURIComponent(group)}/transitiveMembers?$select=id,userType,accountEnabled&$top=${PAGE}`
      const found = await graph.list(path, directoryObject, GROUP_MEMBERS_MAX).catch((thrown: unknown) => {
        throw explain(thrown, group)
      })
      return found
        .filter((one) => one['@odata.type'] === '#microsoft.graph.user')
        .filter(
          ({ userType, accountEnabled }) => userType?.toLowerCase() !== 'guest' && accountEnabled !== false,
        )
        .map(({ id }) => `teams:${id.toLowerCase()}`)
    },
  }
}
