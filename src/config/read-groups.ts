/** `groups:`: words for lists of references, without cycles. */
import type { Reference } from '../domain/people.ts'
import { parseReference } from '../domain/reference.ts'
import type { At } from './problem.ts'
import { type Known, readReferences } from './read-references.ts'
import type { Reporter } from './reporter.ts'

/** Something named in a file, with its place. */
export interface Named<T = unknown> {
  readonly name: string
  readonly value: T
  readonly at: At
}

export type GroupMap = ReadonlyMap<string, readonly Reference[]>

const isWord = (name: string): boolean => {
  const reference = parseReference(name)
  return 'ref' in reference && reference.ref === 'group'
}

/** Does following the words in a group lead back to it? */
const leadsTo = (from: readonly Reference[], name: string, groups: GroupMap, seen: Set<string>): boolean =>
  from.some((reference) => {
    if (reference.ref !== 'group' || seen.has(reference.name)) return false
    seen.add(reference.name)
    return reference.name === name || leadsTo(groups.get(reference.name) ?? [], name, groups, seen)
  })

/** A group within itself is reported and loses its members, so that nobody walks in circles. */
export const readGroups = (
  written: readonly Named<readonly string[]>[],
  known: Known,
  reporter: Reporter,
): GroupMap => {
  const groups = new Map<string, readonly Reference[]>()
  for (const { name, value, at } of written) {
    if (!isWord(name)) reporter.at(at, `“${name}” cannot name a group.`, 'Use letters, digits, - and _.')
    groups.set(name, readReferences(value, at, known, reporter))
  }
  for (const { name, at } of written) {
    if (!leadsTo(groups.get(name) ?? [], name, groups, new Set())) continue
    reporter.at(at, `The group “${name}” contains itself.`, 'Take one of the groups out of the other.')
    groups.set(name, [])
  }
  return groups
}

/** How many people these references name, when all of them are plain addresses; `undefined` when not. */
export const countNamed = (references: readonly Reference[], groups: GroupMap): number | undefined => {
  const emails = collectEmails(references, groups)
  return emails === undefined ? undefined : new Set(emails).size
}

const collectEmails = (references: readonly Reference[], groups: GroupMap): readonly string[] | undefined => {
  const all: string[] = []
  for (const reference of references) {
    if (reference.ref === 'email') {
      all.push(reference.email)
      continue
    }
    const inside =
      reference.ref === 'group' ? collectEmails(groups.get(reference.name) ?? [], groups) : undefined
    if (inside === undefined) return undefined
    all.push(...inside)
  }
  return all
}
