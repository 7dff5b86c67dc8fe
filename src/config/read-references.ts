/** References and channels as written in a config, checked against what is known; bad ones are left out. */
import type { Reference } from '../domain/people.ts'
import { domainOf, isBadReference, parseReference } from '../domain/reference.ts'
import type { DirectoryKind, Wrong } from '../ports.ts'
import { hintFrom } from './explain-issue.ts'
import { type At, under } from './problem.ts'
import type { Reporter } from './reporter.ts'

/** What a reference can be held against. */
export interface Known {
  readonly chats: readonly string[]
  readonly directories: readonly DirectoryKind[]
  /** Kinds that are set up in the environment; `undefined` where it was not looked at. */
  readonly running: readonly string[] | undefined
  readonly groups: readonly string[]
  readonly emailDomains: readonly string[]
  /** Addresses of `people:` entries that are linked to a chat: they mean somebody whatever their domain. */
  readonly linked: readonly string[]
}

/** How ids of a system look, else what to do. */
const formsOf = (system: string, known: Pick<Known, 'directories'>, otherwise: string): string =>
  known.directories.find(({ kind }) => kind === system)?.forms ?? otherwise

const formOf = (system: string, id: string, known: Known) => {
  const directory = known.directories.find(({ kind }) => kind === system)
  return directory === undefined ? 'any' : directory.classify(id)
}

const checkSystem = (system: string, known: Known): Wrong | undefined => {
  const systems = [...new Set([...known.chats, ...known.directories.map(({ kind }) => kind)])]
  if (!systems.includes(system))
    return { says: `Curfew knows no system “${system}”.`, hint: hintFrom(system, systems) }
  if (known.running !== undefined && !known.running.includes(system))
    return {
      says: `“${system}” is not set up.`,
      hint: 'Set its variables in the environment, or remove this.',
    }
  return undefined
}

const checkNative = (system: string, id: string, known: Known): Wrong | undefined => {
  const form = formOf(system, id, known)
  if (form === 'channel')
    return {
      says: `“${system}:${id}” is a channel, not somebody.`,
      hint: 'Write the id of a person or a group.',
    }
  if (form === undefined)
    return {
      says: `“${id}” is no id of ${system}.`,
      hint: formsOf(system, known, 'Copy the id of a person or a group from there.'),
    }
  return checkSystem(system, known)
}

const checkEmail = (email: string, { emailDomains, linked }: Known): Wrong | undefined =>
  emailDomains.includes(domainOf(email)) || linked.includes(email)
    ? undefined
    : {
        says: `“${email}” can never match: its domain is not in \`emailDomains\`.`,
        hint: `Add ${domainOf(email)} there, or link the address to a chat under \`people:\`.`,
      }

const checkReference = (reference: Reference, known: Known): Wrong | undefined => {
  switch (reference.ref) {
    case 'everyone':
      return undefined
    case 'email':
      return checkEmail(reference.email, known)
    case 'native':
      return checkNative(reference.system, reference.id, known)
    case 'group':
      return known.groups.includes(reference.name)
        ? undefined
        : {
            says: `“${reference.name}” is not in \`groups\`.`,
            hint: hintFrom(reference.name, ['everyone', ...known.groups]),
          }
    default:
      return reference satisfies never
  }
}

/** Of one text; `undefined` when it names somebody. */
export const judgeReference = (text: string, known: Known): Wrong | undefined => {
  const reference = parseReference(text)
  return isBadReference(reference) ? reference : checkReference(reference, known)
}

export const readReferences = (
  texts: readonly string[],
  at: At,
  known: Known,
  reporter: Reporter,
): readonly Reference[] =>
  texts.flatMap((text, i) => {
    const reference = parseReference(text)
    const wrong = judgeReference(text, known)
    if (wrong === undefined && !isBadReference(reference)) return [reference]
    if (wrong !== undefined) reporter.at(under(at, i), wrong.says, wrong.hint)
    return []
  })

/** Is it the `<chat>:<native id>` of a channel? */
export const judgeChannel = (text: string, known: Known): Wrong | undefined => {
  const reference = parseReference(text)
  if (isBadReference(reference) || reference.ref !== 'native' || !known.chats.includes(reference.system))
    return { says: `“${text}” is no channel.`, hint: `Write \`chat:id\`. Chats: ${known.chats.join(', ')}.` }
  const form = formOf(reference.system, reference.id, known)
  if (form !== 'channel' && form !== 'any')
    return {
      says: `“${text}” is no channel.`,
      hint: formsOf(reference.system, known, `Copy the channel's id from ${reference.system}.`),
    }
  return checkSystem(reference.system, known)
}

/** Is it the `<chat>:<native id>` of a channel? */
export const readChannel = (text: string, at: At, known: Known, reporter: Reporter): boolean => {
  const wrong = judgeChannel(text, known)
  if (wrong !== undefined) reporter.at(at, wrong.says, wrong.hint)
  return wrong === undefined
}

/** `<chat>:<native id>` of channels. */
export const readChannels = (
  texts: readonly string[],
  at: At,
  known: Known,
  reporter: Reporter,
): readonly string[] => texts.filter((text, i) => readChannel(text, under(at, i), known, reporter))
