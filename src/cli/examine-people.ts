/** What `doctor` finds about people: whoever the config names and no directory knows would be waited for in vain. */
import type { Config } from '../config/config.ts'
import { asFault } from '../domain/fault.ts'
import type { Reference } from '../domain/people.ts'
import { showReference } from '../domain/reference.ts'
import type { Call, DirectoryPerson } from '../ports.ts'
import { type Connected, examineLinks } from './examine-links.ts'

/** Directories take few questions a minute; of a long config the first ones are looked at. */
const PEOPLE_MAX = 40
const GROUPS_MAX = 15

/** Everybody and every group that the config names, each once. */
const namesIn = (config: Config): readonly Reference[] => {
  const all = [
    ...config.operators,
    ...config.policies.flatMap(({ requesters, approvers }) => [...requesters, ...approvers]),
    ...[...config.groups.values()].flat(),
  ]
  return [...new Map(all.map((reference) => [showReference(reference), reference])).values()]
}

const judgeStanding = (name: string, { standing }: DirectoryPerson): readonly string[] =>
  standing === 'member' ? [] : [`${name} counts for nothing (${standing}): name somebody else.`]

/** Somebody is there as soon as one directory knows the address. */
const examineAddress = async (
  email: string,
  connected: readonly Connected[],
  call: Call,
): Promise<readonly string[]> => {
  const found = await Promise.all(connected.map(({ directory }) => directory.person(email, call)))
  const people = found.filter((person) => person !== undefined)
  const [person] = people
  if (person === undefined)
    return [`Nobody has the address ${email}: is it written right? Else link it under \`people:\`.`]
  return people.some(({ standing }) => standing === 'member') ? [] : judgeStanding(email, person)
}

const examineNative = async (
  { system, id }: Extract<Reference, { ref: 'native' }>,
  connected: readonly Connected[],
  call: Call,
): Promise<readonly string[]> => {
  const here = connected.find(({ kind }) => kind.kind === system)
  const name = `${system}:${id}`
  if (here === undefined) return []
  if (here.kind.classify(id) === 'group') {
    const members = await here.directory.members(name, call)
    return members.length > 0 ? [] : [`The group ${name} has nobody in it: fill it, or name another one.`]
  }
  const person = await here.directory.person(name, call)
  return person === undefined ? [`${name} is nobody: copy the id again.`] : judgeStanding(name, person)
}

/** One line for each reference that leads nowhere; addresses under `people:` always lead somewhere. Faults become lines. */
export const examinePeople = async (
  config: Config,
  connected: readonly Connected[],
  call: Call,
): Promise<readonly string[]> => {
  if (connected.length === 0) return []
  const asLines = (thrown: unknown): readonly string[] => [asFault(thrown).message]
  const isLinked = (address: string) => config.people.some(({ email }) => email === address)
  const isGroup = ({ system, id }: { system: string; id: string }) =>
    connected.some(({ kind }) => kind.kind === system && kind.classify(id) === 'group')
  const names = namesIn(config)
  const natives = names.filter((reference) => reference.ref === 'native')
  const addresses = names.flatMap((reference) => (reference.ref === 'email' ? [reference.email] : []))
  const lines = await Promise.all([
    ...[
      ...natives.filter(isGroup).slice(0, GROUPS_MAX),
      ...natives.filter((reference) => !isGroup(reference)).slice(0, PEOPLE_MAX),
    ].map((native) => examineNative(native, connected, call).catch(asLines)),
    ...addresses
      .filter((address) => !isLinked(address))
      .slice(0, PEOPLE_MAX)
      .map((address) => examineAddress(address, connected, call).catch(asLines)),
    examineLinks(config, connected, call),
  ])
  return [...new Set(lines.flat())]
}
