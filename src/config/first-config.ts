/** The texts that `curfew init` writes: the smallest useful config and the variables it needs. Pure; nothing is read or written here. */
import { stringify } from 'yaml'
import type { Variable, YamlLine } from '../ports.ts'

/** A reference, and the name by which people know it. */
export interface Named {
  readonly reference: string
  readonly shown?: string
}

export interface FirstAnswers {
  readonly operator: string
  readonly domains: readonly string[]
  readonly audit: Named
  readonly target: string
  readonly role: string
  /** The target's settings, from its own starter. */
  readonly settings: readonly YamlLine[]
  readonly requesters: readonly Named[]
  readonly approvers: readonly Named[]
  readonly channel: Named
}

/** Comments begin here, where there is room. */
const COLUMN = 41

const comment = (code: string, says?: string): string =>
  says === undefined ? code : `${code.padEnd(COLUMN - 1)} # ${says}`

const flow = (items: readonly string[]): string =>
  stringify(items, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim()

const references = (named: readonly Named[]): string => flow(named.map(({ reference }) => reference))

/** Names as they are seen, before what is said anyway. */
const withNames = (named: readonly Named[], says: string): string => {
  const names = named.flatMap(({ shown }) => shown ?? [])
  return names.length === 0 ? says : `${names.join(', ')}: ${says}`
}

export const writeFirstConfig = (answers: FirstAnswers): string => {
  const { operator, domains, audit, target, role, settings, requesters, approvers, channel } = answers
  return `${[
    '# What Curfew does, and for whom. `curfew check` says what is wrong with it, `curfew check --print` what it comes to,',
    '# `curfew schema` prints what an editor needs to help. Secrets come from the environment, by name.',
    '',
    comment(`operators: ${flow([operator])}`, 'may end any grant; approve nothing by that'),
    comment(`emailDomains: ${flow(domains)}`, 'whose addresses may become accounts'),
    comment(
      `audit: { channels: ${references([audit])} }`,
      withNames([audit], 'each request has one thread there'),
    ),
    '',
    'targets:',
    `  ${stringify(target).trim()}:`,
    ...settings.map(([code, says]) => comment(`    ${code}`, says)),
    '',
    'policies:',
    comment(
      `  - entitlements: ${flow([`${target}/${role}`])}`,
      'the first policy that matches governs, alone',
    ),
    comment(`    requesters: ${references(requesters)}`, withNames(requesters, 'who may ask')),
    comment(
      `    approvers: ${references(approvers)}`,
      withNames(approvers, 'one of them decides, never about their own request'),
    ),
    comment(
      `    channels: ${references([channel])}`,
      withNames([channel], 'where the card with the buttons goes'),
    ),
    '    # defaultDuration: 1h',
    '    # maxDuration: 8h',
  ].join('\n')}\n`
}

const wrap = (text: string, width = 110): readonly string[] =>
  text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.at(-1)
    if (last === undefined || last.length + word.length >= width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
    return lines
  }, [])

/** `file`: what it is copied to. Values stay empty: it may be kept beside the config. */
export const writeEnvExample = (variables: readonly Variable[], file: string): string => {
  const blocks = variables.map(({ name, says, optional }) =>
    [...wrap(says).map((line) => `# ${line}`), optional ? `# ${name}=` : `${name}=`].join('\n'),
  )
  const head = `# Copy this to ${file}, fill it in, and keep ${file} to yourself. \`curfew start --env-file ${file}\` reads it.`
  return `${[head, ...blocks].join('\n\n')}\n`
}
