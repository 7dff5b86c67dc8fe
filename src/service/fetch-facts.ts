/** Named facts from directories: the only part of a decision that waits for the outside world, 1.5 s in all. */
import type { Groups } from '../domain/belongs.ts'
import { identify, nativeReferences } from '../domain/belongs.ts'
import type { Person, Reference } from '../domain/people.ts'
import { isRefusal, type Refusal, refuse } from '../domain/refusal.ts'
import type { Call, DirectoryPerson } from '../ports.ts'
import { within } from './call.ts'
import type { Deps } from './deps.ts'

export type Source = Pick<Deps, 'directories' | 'isGroup' | 'rules'>

/**
 * Who acts: vetted, with a usable address only when the directory knows nobody else by it. Refuses guests, bots,
 * strangers and the deactivated; rejects with a fault when the directory does not answer.
 */
export const fetchPerson = (deps: Source, via: string, call: Call): Promise<Person | Refusal> =>
  within(call, lookUp(deps, via, call))

const lookUp = async (deps: Source, via: string, call: Call): Promise<Person | Refusal> => {
  const directory = deps.directories.get(systemOf(via))
  const found = await directory?.person(via, call)
  if (directory === undefined || found === undefined)
    return refuse('not-a-member', 'Curfew does not know you here.')
  const { standing } = found
  if (standing !== 'member' && standing !== 'local') return refuseStanding(standing)
  const person = identify(found, deps.rules.people, deps.rules.emailDomains)
  if (standing === 'local' && person.entry === undefined) return refuseUnlinked(found)
  if (person.entry !== undefined || person.email === undefined) return person
  const namesake = await directory.person(person.email, call)
  if (namesake?.ref === via) return person
  const { email: _, ...unnamed } = person
  return unnamed
}

/** Who cannot be told from the requester must not decide. */
const refuseUnlinked = ({ ref, name }: DirectoryPerson): Refusal => {
  const system = systemOf(ref)
  return refuse(
    'not-linked',
    `Curfew does not know who ${name} is.`,
    `Say so in the config, under people: \`- { email: YOU@YOUR.DOMAIN, ${system}: ${ref.slice(system.length + 1)} }\``,
  )
}

const refuseStanding = (standing: Exclude<DirectoryPerson['standing'], 'member' | 'local'>): Refusal => {
  const says = {
    guest: 'Guests cannot use Curfew.',
    bot: 'Bots cannot use Curfew.',
    deactivated: 'This person is deactivated.',
    stranger: 'People of other organisations cannot use Curfew.',
  }
  return refuse('not-a-member', says[standing], 'Ask a full member of this workspace.')
}

/** People by their references; who is refused or unknown is left out. */
export const fetchPeople = async (
  deps: Source,
  vias: readonly string[],
  call: Call,
): Promise<readonly Person[]> => {
  const found = await Promise.all([...new Set(vias)].map((via) => fetchPerson(deps, via, call)))
  return found.filter((one): one is Person => !isRefusal(one))
}

/** Members of every group that the references name; a directory that does not answer leaves `unknown`. */
export const fetchGroups = async (
  deps: Source,
  references: readonly Reference[],
  call: Call,
): Promise<Groups> => {
  const named = deps.rules.groups
  const wanted = [...new Set(nativeReferences(references, named))]
  const looked = await Promise.all(
    wanted.map(async (group) => [group, await membersOf(deps, group, call)] as const),
  )
  return {
    named,
    members: new Map(looked.flatMap(([group, members]) => (members === null ? [] : [[group, members]]))),
  }
}

const membersOf = async (
  deps: Source,
  group: string,
  call: Call,
): Promise<ReadonlySet<string> | 'unknown' | null> => {
  if (!deps.isGroup(group)) return null
  try {
    const members = deps.directories.get(systemOf(group))?.members(group, call)
    return members === undefined ? 'unknown' : new Set(await within(call, members))
  } catch {
    return 'unknown'
  }
}

/** The system part of a native reference. */
export const systemOf = (reference: string): string => reference.slice(0, reference.indexOf(':'))
