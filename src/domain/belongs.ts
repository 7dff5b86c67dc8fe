/** Who a person is by what is stated and verified, and whether a reference means them. Pure: look-ups come in as facts. */

import type { PersonId, PersonRef } from './model.ts'
import type { DirectoryFacts, Person, PersonEntry, Reference } from './people.ts'
import { splitNative } from './reference.ts'

/** Groups as they are now: words from `groups:`, and members of native groups that were looked up. */
export interface Groups {
  readonly named: ReadonlyMap<string, readonly Reference[]>
  /** `<system>:<group id>` to the `<system>:<id>` of its members; `unknown` when the directory did not answer. */
  readonly members: ReadonlyMap<string, ReadonlySet<string> | 'unknown'>
}

/** `unknown`: a directory that would have to be asked did not answer. It never counts as yes. */
export type Belongs = boolean | 'unknown'

/**
 * The person behind a directory's answer. Links between identities are stated in `people:`, never guessed; an
 * address counts only when its domain is ours and nobody else's entry states it.
 */
export const identify = (
  facts: DirectoryFacts,
  people: readonly PersonEntry[],
  emailDomains: readonly string[],
): Person => {
  const { ref, identity, name, zone } = facts
  const [chat, native] = splitNative(ref)
  const entry = people.find((one) => one.chats[chat] === native)
  const email = entry === undefined ? usableEmail(facts, chat, people, emailDomains) : entry.email
  return {
    id: (entry?.email ?? identity) as PersonId,
    via: ref,
    identity,
    name,
    ...(email === undefined ? {} : { email }),
    ...(facts.email === undefined ? {} : { address: facts.email.toLowerCase() }),
    ...(zone === undefined ? {} : { zone }),
    ...(entry === undefined ? {} : { entry }),
  }
}

const usableEmail = (
  facts: DirectoryFacts,
  chat: string,
  people: readonly PersonEntry[],
  emailDomains: readonly string[],
): string | undefined => {
  const email = facts.email?.toLowerCase()
  if (email === undefined || !emailDomains.includes(email.slice(email.lastIndexOf('@') + 1))) return undefined
  const statedForAnother = people.some((one) => one.email === email && one.chats[chat] !== undefined)
  return statedForAnother ? undefined : email
}

/** What is recorded of a person with what they do. */
export const refOf = (person: Person): PersonRef => ({
  id: person.id,
  via: person.via,
  identity: person.identity,
  name: person.name,
  ...(person.email === undefined ? {} : { email: person.email }),
  ...(person.address === undefined || person.address === person.email ? {} : { address: person.address }),
  ...(linkedOf(person).length === 0 ? {} : { linked: linkedOf(person) }),
})

/** Whether any of the references means this person. */
export const belongs = (person: Person, references: readonly Reference[], groups: Groups): Belongs => {
  const answers = references.map((reference) => means(reference, person, groups))
  if (answers.includes(true)) return true
  return answers.includes('unknown') ? 'unknown' : false
}

const means = (reference: Reference, person: Person, groups: Groups): Belongs => {
  switch (reference.ref) {
    case 'everyone':
      return true
    case 'email':
      return person.email === reference.email
    case 'native': {
      const full = `${reference.system}:${reference.id}`
      const theirs = [person.via, ...linkedOf(person)]
      if (theirs.includes(full)) return true
      const members = groups.members.get(full)
      return members === 'unknown' ? 'unknown' : theirs.some((one) => members?.has(one))
    }
    case 'group':
      return belongs(person, groups.named.get(reference.name) ?? [], groups)
    default:
      return reference satisfies never
  }
}

/** Who `people:` states the same human to be elsewhere. */
const linkedOf = ({ via, entry }: Person): readonly string[] =>
  Object.entries(entry?.chats ?? {})
    .map(([system, id]) => `${system}:${id}`)
    .filter((ref) => ref !== via)

/** Every native reference that must be looked up before {@link belongs} can be asked, words from `groups:` unfolded. */
export const nativeReferences = (
  references: readonly Reference[],
  named: Groups['named'],
): readonly string[] =>
  references.flatMap((reference) => {
    if (reference.ref === 'native') return [`${reference.system}:${reference.id}`]
    return reference.ref === 'group' ? nativeReferences(named.get(reference.name) ?? [], named) : []
  })
