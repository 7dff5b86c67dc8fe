/**
 * Separation of duties across chats: who decides must be known to be somebody else than who asked. Links are stated in
 * `people:`, never guessed, and whatever makes two people look like one refuses.
 */
import { refOf } from './belongs.ts'
import type { PersonRef } from './model.ts'
import type { Person } from './people.ts'
import { splitNative } from './reference.ts'
import { isSamePerson } from './rights.ts'

/**
 * Whether it can be told that they are two: people of one system are told apart by it, those of different ones only where
 * `people:` states who the one who decides is in the other's. An equal address refuses; a different one proves nothing.
 */
export const isToldApart = (decider: Person, other: Pick<PersonRef, 'via'>): boolean => {
  const [system] = splitNative(other.via)
  return decider.via.startsWith(`${system}:`) || decider.entry?.chats[system] !== undefined
}

/** Whether their decision counts by what is stated at present: told apart, and not perhaps the same human. */
export const isAnother = (decider: Person, requester: PersonRef): boolean =>
  isToldApart(decider, requester) && !isSamePerson(refOf(decider), requester)

/** Each human once, however many identities they came with. */
export const dropRepeats = (people: readonly Person[]): readonly Person[] =>
  people.filter((one, i) => !people.slice(0, i).some((other) => isSamePerson(refOf(one), refOf(other))))

/** What would help who is not: the line for `people:`, with everything that is known. `there`: probably they, to be checked. */
export const sayNotToldApart = (
  { via, entry, email, address }: Person,
  other: Pick<PersonRef, 'via'>,
  there?: string,
): string => {
  const [[here, native], [system]] = [splitNative(via), splitNative(other.via)]
  const chats = Object.entries({ ...entry?.chats, [system]: there ?? 'YOUR-ID-THERE', [here]: native })
  const ids = chats.map(([chat, id]) => `${chat}: ${id}`).join(', ')
  const line = `{ email: ${entry?.email ?? email ?? address ?? 'YOU@YOUR.DOMAIN'}, ${ids} }`
  const check = there === undefined ? '' : `, once they have made sure that ${system}:${there} is you`
  return `You act from ${here}, and the config does not say who you are in ${system}: an operator can${check}, under people: ${line}.`
}
