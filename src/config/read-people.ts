/** `people:`: which identities belong to one human, as the operator states it; no identity may be stated twice. */
import type { Account } from '../domain/model.ts'
import type { PersonEntry } from '../domain/people.ts'
import { parseReference } from '../domain/reference.ts'
import type { DirectoryKind } from '../ports.ts'
import { hintFrom } from './explain-issue.ts'
import { parseShape } from './parse-shape.ts'
import { type At, under } from './problem.ts'
import type { Reporter } from './reporter.ts'
import { personShape } from './shapes.ts'

interface KnownHere {
  readonly chats: readonly string[]
  readonly directories: readonly DirectoryKind[]
  readonly targets: readonly string[]
}

/** An item of a list in a file. */
export interface Item {
  readonly value: unknown
  readonly at: At
}

interface Identity {
  readonly at: At
  /** Equal for equal identities. */
  readonly key: string
  readonly says: string
}

const readPerson = ({ value, at }: Item, known: KnownHere, reporter: Reporter): PersonEntry | undefined => {
  const shape = parseShape(value, personShape(known.chats), at, reporter)
  if (shape === undefined) return undefined
  const { email, accounts, ...identities } = shape
  const reference = parseReference(email)
  if (!('ref' in reference) || reference.ref !== 'email') {
    reporter.at(under(at, 'email'), 'This is no e-mail address.', 'Write it like ana@acme.test.')
    return undefined
  }
  const chats = Object.entries(identities).flatMap(([chat, id]) =>
    typeof id === 'string' ? [[chat, id]] : [],
  )
  return {
    email: reference.email,
    chats: Object.fromEntries(chats),
    accounts: accounts as Record<string, Account>,
  }
}

const checkKnown = (entry: PersonEntry, at: At, known: KnownHere, reporter: Reporter): void => {
  for (const target of Object.keys(entry.accounts))
    if (!known.targets.includes(target))
      reporter.at(
        under(at, 'accounts', target),
        `There is no target “${target}”.`,
        hintFrom(target, known.targets),
      )
  for (const [chat, id] of Object.entries(entry.chats)) {
    const directory = known.directories.find(({ kind }) => kind === chat)
    if (directory !== undefined && directory.classify(id) !== 'person')
      reporter.at(
        under(at, chat),
        `“${id}” is no person of ${chat}.`,
        directory.forms ?? `Copy the person's id from there.`,
      )
  }
}

const identitiesOf = (entry: PersonEntry, at: At): readonly Identity[] => [
  { at: under(at, 'email'), key: `email ${entry.email}`, says: 'This address belongs' },
  ...Object.entries(entry.chats).map(([chat, id]) => ({
    at: under(at, chat),
    key: `chat ${chat} ${id}`,
    says: 'This identity belongs',
  })),
  ...Object.entries(entry.accounts).map(([target, account]) => ({
    at: under(at, 'accounts', target),
    key: `account ${target} ${account}`,
    says: `The account “${account}” of ${target} belongs`,
  })),
]

/** Entries that fit; each identity once. */
export const readPeople = (
  items: readonly Item[],
  known: KnownHere,
  reporter: Reporter,
): readonly PersonEntry[] => {
  const owners = new Map<string, string>()
  return items.flatMap((item) => {
    const entry = readPerson(item, known, reporter)
    if (entry === undefined) return []
    checkKnown(entry, item.at, known, reporter)
    for (const { at, key, says } of identitiesOf(entry, item.at)) {
      const owner = owners.get(key)
      if (owner !== undefined)
        reporter.at(
          at,
          `${says} to ${owner} already.`,
          'One identity belongs to one person: remove one of the two.',
        )
      owners.set(key, owner ?? entry.email)
    }
    return [entry]
  })
}
