/**
 * What `doctor` finds about people of two chats: where a policy's card stands in both, an approver whom `people:` does not link
 * can decide only on what was asked for in their own.
 */

import type { Config } from '../config/config.ts'
import { nativeReferences } from '../domain/belongs.ts'
import type { PersonEntry, Reference } from '../domain/people.ts'
import type { Policy } from '../domain/policy.ts'
import { splitNative } from '../domain/reference.ts'
import type { Call, Directory, DirectoryKind, DirectoryPerson } from '../ports.ts'

/** Directories take few questions a minute; of a long config the first ones are looked at. */
const PEOPLE_MAX = 20

/** A directory that is set up, connected. */
export interface Connected {
  readonly kind: DirectoryKind
  readonly directory: Directory
}

type Naming = Pick<Config, 'policies' | 'groups' | 'people'>

const chatsOf = ({ channels }: Policy): readonly string[] => [
  ...new Set(channels.map((channel) => splitNative(channel)[0])),
]

/** Addresses, words from `groups:` unfolded. */
const addressesIn = (references: readonly Reference[], groups: Config['groups']): readonly string[] =>
  references.flatMap((reference) => {
    if (reference.ref === 'email') return [reference.email]
    return reference.ref === 'group' ? addressesIn(groups.get(reference.name) ?? [], groups) : []
  })

interface Unlinked {
  /** As the policy, or `people:`, names them. */
  readonly shown: string
  /** Where their cards stand. */
  readonly chats: readonly string[]
  readonly known: PersonEntry['chats']
  readonly email?: string
}

/** Who may decide on cards that stand in several chats, and is not known in each of them. */
const findUnlinked = (config: Naming, connected: readonly Connected[]): readonly Unlinked[] => {
  const { policies, groups, people } = config
  const isPerson = (ref: string): boolean => {
    const [system, id] = splitNative(ref)
    return connected.some(({ kind }) => kind.kind === system && kind.classify(id) === 'person')
  }
  const found = policies
    .map((policy) => ({
      chats: chatsOf(policy),
      deciders: [...policy.approvers, ...(policy.review?.by ?? [])],
    }))
    .filter(({ chats }) => chats.length > 1)
    .flatMap(({ chats, deciders }): readonly Unlinked[] => [
      ...addressesIn(deciders, groups).map((email) => {
        const entry = people.find((one) => one.email === email)
        return { shown: email, chats, known: entry?.chats ?? {}, email }
      }),
      ...nativeReferences(deciders, groups)
        .filter(isPerson)
        .map((ref) => {
          const [system, id] = splitNative(ref)
          const entry = people.find((one) => one.chats[system] === id)
          return entry === undefined
            ? { shown: ref, chats, known: { [system]: id } }
            : { shown: entry.email, chats, known: entry.chats, email: entry.email }
        }),
    ])
    .filter(({ chats, known }) => chats.some((chat) => known[chat] === undefined))
  return [...new Map(found.map((one) => [one.shown, one])).values()]
}

/** One line for each of them, with the line to paste: ids that a directory has for the address are in it, to be checked. */
export const examineLinks = async (
  config: Naming,
  connected: readonly Connected[],
  call: Call,
): Promise<readonly string[]> => {
  const look = async (system: string, ref: string): Promise<DirectoryPerson | undefined> => {
    const directory = connected.find(({ kind }) => kind.kind === system)?.directory
    const found = await directory?.person(ref, call).catch(() => undefined)
    return found?.standing === 'member' ? found : undefined
  }
  const idOf = async (chat: string, email: string | undefined): Promise<string> => {
    const found = email === undefined ? undefined : await look(chat, email)
    return found === undefined ? 'ID-THERE' : splitNative(found.ref)[1]
  }
  const say = async ({ shown, chats, known, email }: Unlinked): Promise<string> => {
    const address = email ?? (await look(splitNative(shown)[0], shown))?.email
    const ids = await Promise.all(
      chats.map(async (chat) => [chat, known[chat] ?? (await idOf(chat, address))]),
    )
    const all = Object.entries({ ...known, ...Object.fromEntries(ids) })
    const line = `- { email: ${address ?? 'THEIR@ADDRESS'}, ${all.map(([chat, id]) => `${chat}: ${id}`).join(', ')} }`
    return `${shown} can decide only on what was asked for in their own chat: link them under \`people:\`, once you have checked the ids: \`${line}\``
  }
  return Promise.all(findUnlinked(config, connected).slice(0, PEOPLE_MAX).map(say))
}
